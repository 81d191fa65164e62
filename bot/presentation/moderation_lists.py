"""What is decided in a server, as lists that a moderator reads in one message."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.domain.model_rules import Effect, ModelRule, ServerModels
from bot.domain.role_limits import RoleLimit
from bot.domain.server_settings import ServerSettings, all_settings, value_of
from bot.domain.setting_declaration import Page
from bot.presentation.markup import escaped
from bot.presentation.moderation_words import (
    EFFECTS,
    Place,
    at_place,
    default_name,
    limit_value,
    listed,
    place_of,
    setting_title,
    shortened,
)

_ICONS: Mapping[Effect, str] = {Effect.ALLOW: "✅", Effect.DENY: "⛔", Effect.DEFAULT: "⭐"}


def models_listed(models: ServerModels, only: Place | None = None) -> str:
    """List the rules for models, place by place."""
    rules = [rule for rule in models.rules if only in (None, place_of(rule))]
    lines = [f"⭐ **Usual model** of the server: {default_name(models.default)}"]
    for place, here in groupby(sorted(rules, key=_order), key=place_of):
        lines += [f"**{at_place(*place).capitalize()}**", *_by_effect(list(here))]
    if not rules:
        lines.append("No rules here. Without a rule only the usual model can be used.")
    return shortened(lines)


def limits_listed(settings: ServerSettings) -> str:
    """List the limits that are set, and those that could be."""
    lines: list[str] = []
    off: list[str] = []
    for one in all_settings().values():
        value = value_of(settings, one.name)
        if one.page is not Page.LIMITS or one.name == "role_limits":
            continue
        title = setting_title(one.name)
        if value is None:
            off.append(title)
        else:
            lines.append(f"**{title}**: {one.show(value)}")
    lines += (_role_line(limit) for limit in settings.role_limits)
    return shortened([*lines, f"-# Not limited: {', '.join(off) or 'nothing'}"])


def terms_listed(terms: Sequence[str]) -> str:
    """List the blocked terms."""
    if not terms:
        return "**No terms are blocked.** `/settings terms add` blocks some."
    return f"**Blocked terms** ({len(terms)}): {listed(terms)}"


def terms_in_file(count: int) -> str:
    """Say why a file is there."""
    return f"**Blocked terms** ({count}): the list is long, so it is in the file."


def _order(rule: ModelRule) -> tuple[int, int]:
    return rule.channel_id or 0, rule.role_id or 0


def _by_effect(rules: Sequence[ModelRule]) -> Iterator[str]:
    for effect in Effect:
        models = [escaped(rule.model) for rule in rules if rule.effect is effect]
        if models:
            yield f"{_ICONS[effect]} {EFFECTS[effect]}: {', '.join(models)}"


def _role_line(limit: RoleLimit) -> str:
    return f"**{setting_title(limit.name)}** for <@&{limit.role_id}>: {limit_value(limit)}"
