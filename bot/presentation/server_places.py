"""The roles and channels that settings name, and whether a server has them."""

from collections.abc import Iterable, Iterator
from typing import cast

import discord

from bot.domain.model_changes import ModelChange
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import RoleLimit, RoleLimitTable
from bot.domain.server_document import DocumentChange, SettingChange
from bot.domain.setting_declaration import Page, Setting
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort
from bot.presentation import moderation_words as words
from bot.presentation.rights import DELIVERING, LOGGING, lacking

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


def warnings(guild: discord.Guild | None, one: Setting, value: object) -> list[str]:
    """Say why a setting has no effect somewhere: what is gone, and where the bot can't work."""
    if guild is None:
        return []
    wanted = LOGGING if one.page is Page.LOG else DELIVERING
    return [text for thing in named(one, value) if (text := _warning(guild, thing, wanted))]


def document_warnings(guild: discord.Guild | None, change: DocumentChange) -> list[str]:
    """Say what would have no effect of a whole policy that is brought in."""
    settings = [text for one in change.settings for text in warnings(guild, one.setting, one.after)]
    return list(dict.fromkeys((*settings, *rule_warnings(guild, change.models))))


def rule_warnings(guild: discord.Guild | None, change: ModelChange) -> Iterator[str]:
    """Say which places of new rules are gone."""
    for thing in dict.fromkeys(_places(change)):
        if guild is not None and not is_here(guild, thing):
            yield words.gone(_mention(thing))


def _places(change: ModelChange) -> Iterable[Named]:
    for rule in change.added:
        if rule.role_id is not None:
            yield Sort.ROLE, rule.role_id
        if rule.channel_id is not None:
            yield Sort.CHANNEL, rule.channel_id


def _warning(guild: discord.Guild, thing: Named, wanted: tuple[str, ...]) -> str:
    sort, snowflake = thing
    if not is_here(guild, thing):
        return words.gone(_mention(thing))
    missing = lacking(guild, snowflake, wanted) if sort is Sort.CHANNEL else ()
    return words.unreachable(snowflake, missing) if missing else ""


def _mention(thing: Named) -> str:
    sort, snowflake = thing
    return f"<{sort.value}{snowflake}>"
