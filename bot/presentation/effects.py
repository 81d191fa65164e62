"""What a decision doesn't bring about, and why: gone, closed, above the host's limits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import cast

import discord

from bot.domain.model_changes import ModelChange
from bot.domain.model_rules import Effect
from bot.domain.named_places import Named
from bot.domain.role_limits import RoleLimit, RoleLimitTable
from bot.domain.server_document import DocumentChange, SettingChange
from bot.domain.server_settings import ServerSettings
from bot.domain.snowflake_kinds import Sort
from bot.presentation import moderation_words as words
from bot.presentation.panel.obstacles import obstacles, role_limit_obstacles
from bot.presentation.panel.sight import Sight, sight_of
from bot.presentation.server_places import mention
from bot.services.moderation import Moderation


@dataclass(frozen=True, slots=True)
class _Around:
    """Fulfils ``Surroundings``."""

    sight: Sight
    host: Moderation
    settings: ServerSettings | None


def setting_warnings(
    change: SettingChange, guild: discord.Guild | None, moderation: Moderation
) -> list[str]:
    """Say why a setting has no effect somewhere."""
    around = _Around(sight_of(guild), moderation, change.settings)
    if not isinstance(change.setting.kind, RoleLimitTable):
        return obstacles(change.setting, change.after, around)
    table = cast("tuple[RoleLimit, ...]", change.after)
    lines = (role_limit_obstacles(limit, around) for limit in table)
    return list(dict.fromkeys(chain.from_iterable(lines)))


def document_warnings(
    change: DocumentChange, guild: discord.Guild | None, moderation: Moderation
) -> list[str]:
    """Say what would have no effect of a whole policy."""
    lines = [
        words.about_setting(one.setting.name, line)
        for one in change.settings
        for line in setting_warnings(one, guild, moderation)
    ]
    lines += _places_of_rules(guild, change.models)
    lines += _models_of_rules(change.models, moderation)
    return list(dict.fromkeys(lines))


def _places_of_rules(guild: discord.Guild | None, change: ModelChange) -> Iterator[str]:
    sight = sight_of(guild)
    for thing in dict.fromkeys(_places(change)):
        if sight.gone(*thing):
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
