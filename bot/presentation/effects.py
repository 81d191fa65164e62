"""What a decision doesn't bring about, and why: gone, closed, above the host's limits."""

from collections.abc import Iterable, Iterator
from typing import cast

import discord

from bot.domain.model_changes import ModelChange
from bot.domain.model_rules import Effect
from bot.domain.named_places import Named, named
from bot.domain.role_limits import RoleLimit, RoleLimitTable
from bot.domain.server_document import DocumentChange, SettingChange
from bot.domain.server_settings import setting
from bot.domain.setting_declaration import Page, Setting
from bot.domain.snowflake_kinds import Sort
from bot.presentation import moderation_words as words
from bot.presentation.rights import DELIVERING, LOGGING, lacking
from bot.presentation.server_places import is_here, mention
from bot.services.moderation import Moderation


def setting_warnings(
    change: SettingChange, guild: discord.Guild | None, moderation: Moderation
) -> list[str]:
    """Say why a setting has no effect somewhere."""
    about_host = (
        words.host_is_stricter(one.kind.show(largest))
        for one, value in _amounts(change)
        if (largest := moderation.largest(one.name)) is not None and value > largest
    )
    places = _places_of_setting(guild, change.setting, change.after)
    return list(dict.fromkeys((*places, *about_host)))


def document_warnings(
    change: DocumentChange, guild: discord.Guild | None, moderation: Moderation
) -> list[str]:
    """Say what would have no effect of a whole policy."""
    lines = [line for one in change.settings for line in setting_warnings(one, guild, moderation)]
    lines += _places_of_rules(guild, change.models)
    lines += _models_of_rules(change.models, moderation)
    return list(dict.fromkeys(lines))


def _places_of_setting(guild: discord.Guild | None, one: Setting, value: object) -> list[str]:
    if guild is None:
        return []
    wanted = LOGGING if one.page is Page.LOG else DELIVERING
    return [text for thing in named(one, value) if (text := _about_place(guild, thing, wanted))]


def _about_place(guild: discord.Guild, thing: Named, wanted: tuple[str, ...]) -> str:
    sort, snowflake = thing
    if not is_here(guild, thing):
        return words.gone(mention(thing))
    missing = lacking(guild, snowflake, wanted) if sort is Sort.CHANNEL else ()
    return words.unreachable(snowflake, missing) if missing else ""


def _amounts(change: SettingChange) -> Iterator[tuple[Setting, int]]:
    """List the limits that are set, those of roles by the limit of members that they replace."""
    one, value = change.setting, change.after
    if isinstance(value, int):
        yield one, value
    elif isinstance(one.kind, RoleLimitTable):
        for limit in cast("tuple[RoleLimit, ...]", value):
            yield setting(f"member_{limit.name}"), limit.value


def _places_of_rules(guild: discord.Guild | None, change: ModelChange) -> Iterator[str]:
    for thing in dict.fromkeys(_places(change)):
        if guild is not None and not is_here(guild, thing):
            yield words.gone(mention(thing))


def _places(change: ModelChange) -> Iterable[Named]:
    for rule in change.added:
        if rule.role_id is not None:
            yield Sort.ROLE, rule.role_id
        if rule.channel_id is not None:
            yield Sort.CHANNEL, rule.channel_id


def _models_of_rules(change: ModelChange, moderation: Moderation) -> Iterator[str]:
    allowed = [
        rule.model
        for rule in change.added
        if rule.names_one_model and rule.effect is not Effect.DENY
    ]
    above = [model for model in allowed if not moderation.is_admitted(model)]
    unknown = [model for model in allowed if not moderation.is_known(model)]
    if above:
        yield words.models_above_ceiling(above)
    if unknown:
        yield words.models_unknown(unknown)
