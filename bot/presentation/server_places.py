"""The roles and channels that a server has, and which of them can be named for what."""

from functools import partial

import discord

from bot.domain.named_places import Named, PlaceCheck, Purpose
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.snowflake_kinds import Sort

# Where a log can be written, apart from threads.
LOG_CHANNEL_TYPES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
)

_Channel = discord.abc.GuildChannel | discord.Thread


def is_here(guild: discord.Guild, thing: Named) -> bool:
    """Tell whether a server has a role or a channel."""
    sort, snowflake = thing
    if sort is Sort.ROLE:
        return guild.get_role(snowflake) is not None
    return guild.get_channel_or_thread(snowflake) is not None


def places_of(guild: discord.Guild | None) -> PlaceCheck:
    """Make the check of what can be named in a server."""
    return partial(_checked, guild)


def check_place(
    guild: discord.Guild | None, role_id: int | None, channel_id: int | None = None
) -> None:
    """Refuse a rule for a role or a channel that the server doesn't have, as one just deleted.

    Raises
    ------
    BadInputError
    """
    check = places_of(guild)
    if role_id is not None:
        check((Sort.ROLE, role_id), Purpose.RULE, "role")
    if channel_id is not None:
        check((Sort.CHANNEL, channel_id), Purpose.RULE, "channel")


def mention(thing: Named) -> str:
    """Write a role or a channel so that Discord shows its name."""
    sort, snowflake = thing
    return f"<{sort.value}{snowflake}>"


def _checked(guild: discord.Guild | None, thing: Named, purpose: Purpose, field: str) -> int:
    """Give the id that a rule or a log keeps of a role or a channel."""
    # Of a server that Discord hasn't told of yet, nobody knows what it has.
    if guild is None or guild.unavailable:
        return thing[1]
    if not is_here(guild, thing):
        raise BadInputError(field, Flaw.NOT_HERE, str(thing[1]))
    channel = guild.get_channel_or_thread(thing[1]) if thing[0] is Sort.CHANNEL else None
    return thing[1] if channel is None else _channel_for(channel, purpose, field)


def _channel_for(channel: _Channel, purpose: Purpose, field: str) -> int:
    thread = isinstance(channel, discord.Thread)
    if purpose is Purpose.RULE:
        # A rule of a thread would never be met: whoever asks there asks in its channel.
        kept, fits = _parent_id(channel), channel.type is not discord.ChannelType.category
    else:
        kept, fits = channel.id, thread or channel.type in LOG_CHANNEL_TYPES
    if not fits:
        raise BadInputError(field, Flaw.NOT_FOR_THAT, f"#{channel.name}")
    return kept


def _parent_id(channel: _Channel) -> int:
    return channel.parent_id if isinstance(channel, discord.Thread) else channel.id
