"""From what Discord says of an interaction to who asks, and from where."""

import discord

from bot.domain.errors import DirectMessageError
from bot.domain.visits import Moderator, Visit


def visit_of(interaction: discord.Interaction) -> Visit:
    """Read who asks from where.

    Raises
    ------
    DirectMessageError
        Where there is no channel to answer in.
    """
    channel_id = interaction.channel_id
    if channel_id is None:
        raise DirectMessageError
    return Visit(
        server_id=interaction.guild_id or channel_id,
        channel_id=_parent_id(interaction.channel) or channel_id,
        member_id=interaction.user.id,
        role_ids=roles_of(interaction.user, interaction.guild_id),
        age_restricted=_age_restricted(interaction.channel),
        direct=interaction.guild_id is None,
    )


def moderator_of(interaction: discord.Interaction) -> Moderator:
    """Read who decides in which server.

    Raises
    ------
    DirectMessageError
        In a direct conversation, where nothing is to be decided.
    """
    if interaction.guild_id is None:
        raise DirectMessageError
    return Moderator(interaction.guild_id, interaction.user.id)


def roles_of(person: discord.User | discord.Member, server_id: int | None) -> frozenset[int]:
    """Give a member's roles by their ids, with that of *@everyone*."""
    if server_id is None or not isinstance(person, discord.Member):
        return frozenset()
    # The ids as they came with the interaction: the library's list leaves out roles it hasn't heard
    # of yet.
    return frozenset((*person._roles, server_id))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # see above


def _parent_id(channel: object) -> int | None:
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def _age_restricted(channel: object) -> bool:
    if isinstance(channel, discord.Thread):
        return channel.is_nsfw()
    return isinstance(channel, _MAY_BE_RESTRICTED) and channel.nsfw


_MAY_BE_RESTRICTED = (
    discord.TextChannel,
    discord.VoiceChannel,
    discord.StageChannel,
    discord.ForumChannel,
)
