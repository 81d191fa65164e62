"""The roles and channels that settings name, and whether a server has them."""

from collections.abc import Iterator
from typing import cast

import discord

from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import RoleLimit, RoleLimitTable
from bot.domain.server_document import SettingChange
from bot.domain.setting_declaration import Setting
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort

Named = tuple[Sort, int]


def named(one: Setting, value: object) -> Iterator[Named]:
    """List the roles and channels in the value of a setting."""
    return _named(one.kind, value)


def _named(kind: object, value: object) -> Iterator[Named]:
    match kind:
        case Snowflake(sort) if value is not None:
            yield sort, cast("int", value)
        case Snowflakes(sort):
            yield from ((sort, each) for each in cast("tuple[int, ...]", value))
        case RoleLimitTable():
            table = cast("tuple[RoleLimit, ...]", value)
            yield from dict.fromkeys((Sort.ROLE, limit.role_id) for limit in table)
        case _:
            pass


def is_here(guild: discord.Guild, thing: Named) -> bool:
    """Tell whether a server has a role or a channel."""
    sort, snowflake = thing
    if sort is Sort.ROLE:
        return guild.get_role(snowflake) is not None
    return guild.get_channel_or_thread(snowflake) is not None


def check_here(guild: discord.Guild | None, change: SettingChange) -> None:
    """Refuse a value that newly names what the server doesn't have.

    Raises
    ------
    BadInputError
    """
    one = change.setting
    known = set(named(one, change.before))
    for thing in named(one, change.after):
        if thing not in known:
            _check_named(guild, thing, one.name)
            _check_holds_pictures(guild, thing, one)


def check_place(
    guild: discord.Guild | None, role_id: int | None, channel_id: int | None = None
) -> None:
    """Refuse a rule for a role or a channel that the server doesn't have, as one just deleted.

    Raises
    ------
    BadInputError
    """
    if role_id is not None:
        _check_named(guild, (Sort.ROLE, role_id), "role")
    if channel_id is not None:
        _check_named(guild, (Sort.CHANNEL, channel_id), "channel")


def _check_named(guild: discord.Guild | None, thing: Named, field: str) -> None:
    if guild is not None and not is_here(guild, thing):
        raise BadInputError(field, Flaw.NOT_HERE, str(thing[1]))


def _check_holds_pictures(guild: discord.Guild | None, thing: Named, one: Setting) -> None:
    """Refuse a thread or a category among channels: rules are looked up by neither."""
    sort, snowflake = thing
    if guild is None or sort is not Sort.CHANNEL or not isinstance(one.kind, Snowflakes):
        return
    if isinstance(guild.get_channel(snowflake), discord.CategoryChannel | None):
        raise BadInputError(one.name, Flaw.NOT_A_CHANNEL)


def mention(thing: Named) -> str:
    """Write a role or a channel so that Discord shows its name."""
    sort, snowflake = thing
    return f"<{sort.value}{snowflake}>"
