"""What a moderator reads in the panel's lists: models, limits of roles, terms, blocked members."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.model_rules import Effect, ModelRule
from bot.domain.models import short_name
from bot.domain.role_limits import ROLE_LIMITS, RoleLimit
from bot.domain.server_policy import MemberBlock
from bot.domain.snowflake_kinds import Sort
from bot.presentation.markup import escaped, moment, plain
from bot.presentation.moderation_words import at_place, setting_title, warning
from bot.presentation.panel_words import called, titled

_ICONS: Mapping[Effect, str] = {Effect.ALLOW: "✅", Effect.DENY: "⛔", Effect.DEFAULT: "⭐"}
_MODEL_MAX_CHARACTERS = 60
_REASON_MAX_CHARACTERS = 80
_TERMS_MAX_CHARACTERS = 300


def usual_model(model: str | None, *, admitted: bool) -> str:
    """Name the model that the server uses where none is named."""
    if model is None:
        return "**Usual model** · none: members have to name one."
    first = f"**Usual model** · {_model(model)}"
    return first if admitted else f"{first}\n{warning('The host does not allow it.')}"


def no_rules() -> str:
    """Say what holds without any rule."""
    return "There are no rules. Members can use the usual model, and no other."


def rules_at(rule: ModelRule, gone: Sequence[Sort]) -> str:
    """Say for whom and where the rules below hold, and what is deleted of it."""
    place = f"**{at_place(rule.role_id, rule.channel_id).capitalize()}**"
    return " · ".join((place, *(warning(f"this {called(sort)} is deleted") for sort in gone)))


def rule_line(number: int, rule: ModelRule, *, admitted: bool) -> str:
    """Write one rule in a list, under the place where it holds."""
    line = f"{number}. {_ICONS[rule.effect]} {rule.effect.value} {_model(rule.model)}"
    return line if admitted else f"{line} · {warning('the host does not allow it')}"


def rule_choice(number: int, rule: ModelRule) -> str:
    """Name a rule in a select, by its number in the list above."""
    return f"{number}. {rule.effect.value} {rule.model}"


def role_limit_line(number: int, limit: RoleLimit, obstacles: Sequence[str]) -> str:
    """Write one role's limit in a list."""
    line = f"{number}. <@&{limit.role_id}> · {_limit(limit)}"
    return " · ".join((line, *obstacles))


def role_limit_choice(number: int, limit: RoleLimit, role: str) -> str:
    """Name a role's limit in a select, by its number in the list above."""
    return f"{number}. {role} · {_limit(limit)}"


def terms(blocked: Sequence[str]) -> str:
    """Describe the list of blocked terms; its beginning is hidden until it is pressed."""
    count = "none" if not blocked else "1 term" if len(blocked) == 1 else f"{len(blocked)} terms"
    first = titled("Blocked terms", count, "Prompts with one of these are refused.")
    if not blocked:
        return first
    return f"{first}\n||{escaped(_cut(plain(', '.join(blocked)), _TERMS_MAX_CHARACTERS))}||"


def terms_counted(added: int, removed: int, before: int) -> str:
    """Say how many terms there were and are."""
    after = before + added - removed
    return f"✅ **Blocked terms**: {before} → {after} ({added} added, {removed} taken away)"


def blocks(count: int) -> str:
    """Describe the list of blocked members."""
    meaning = "They can't make pictures in this server."
    return titled("Blocked members", str(count or "none"), meaning)


def block_line(number: int, block: MemberBlock) -> str:
    """Write one blocked member in a list."""
    reason = escaped(_cut(plain(block.reason), _REASON_MAX_CHARACTERS))
    parts = (f"{number}. <@{block.member_id}>", _until(block.until), reason)
    return " · ".join(filter(None, parts))


def block_choice(number: int, block: MemberBlock) -> str:
    """Name a blocked member in a select, by its number in the list above."""
    reason = _cut(plain(block.reason), _REASON_MAX_CHARACTERS)
    return f"{number}. {reason or block.member_id}"


def _until(until: datetime | None) -> str:
    return "for good" if until is None else f"until {moment(until, 'f')}"


def _limit(limit: RoleLimit) -> str:
    value = ROLE_LIMITS[limit.name].show(limit.value)
    return f"{setting_title(limit.name).casefold()} {value}"


def _model(model: str) -> str:
    shown = short_name(model) if len(model) > _MODEL_MAX_CHARACTERS else model
    return escaped(_cut(shown, _MODEL_MAX_CHARACTERS))


def _cut(text: str, max_characters: int) -> str:
    return text if len(text) <= max_characters else text[: max_characters - 1].rstrip() + "…"
