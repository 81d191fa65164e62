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
        lacking=_lacking(interaction.app_permissions),
    )


def visit_of_other(
    interaction: discord.Interaction, person: discord.User | discord.Member, channel_id: int
) -> Visit:
    """Read how somebody else would ask in a channel of the same server, not in a thread of it.

    Raises
    ------
    DirectMessageError
        In a direct conversation, where nobody else is.
    """
    server_id, guild = moderator_of(interaction).server_id, interaction.guild
    channel = None if guild is None else guild.get_channel(channel_id)
    ours = discord.Permissions() if channel is None else channel.permissions_for(channel.guild.me)
    return Visit(
        server_id=server_id,
        channel_id=channel_id,
        member_id=person.id,
        role_ids=roles_of(person, server_id),
        age_restricted=_age_restricted(channel),
        lacking=_lacking(ours),
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


def _lacking(ours: discord.Permissions) -> tuple[str, ...]:
    # None at all means that Discord didn't say: nobody has no permission.
    return ("Attach Files",) if ours.value and not ours.attach_files else ()


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
