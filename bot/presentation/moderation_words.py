"""The words for what moderators decide: what changed, before and after, and what to know of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from bot.domain.model_changes import ModelChange, Note
from bot.domain.model_rules import Effect, ModelRule
from bot.domain.role_limits import ROLE_LIMITS, RoleLimit
from bot.domain.server_document import DocumentChange, SettingChange
from bot.domain.server_policy import MemberBlock
from bot.domain.setting_declaration import Setting
from bot.domain.setting_kinds import Choice
from bot.presentation.markup import escaped, moment, plain

# Discord's limit is 4,000 for all the text of a message.
TEXT_MAX_CHARACTERS = 3_600
# Warnings stand beside it.
_DIFFERENCE_MAX_CHARACTERS = 3_000

FOR_GOOD = "for good"
NOTHING_CHANGED = "✅ **Nothing to change.** It is so already."
LEFT = "⏹️ **Left as it is.** Nothing was changed."
EXPORTED = "**The settings of this server.** `/settings import` takes them back, here or elsewhere."
EXPORT_HAS_ALL = "`/settings export` has all."
MEANWHILE = "⚠️ **Something was changed meanwhile.** Look at the difference again."

_NO_RULE = "no rule"
EFFECTS: Mapping[Effect, str] = {
    Effect.ALLOW: "allowed",
    Effect.DENY: "denied",
    Effect.DEFAULT: "usual model",
}
_NOTES: Mapping[Note, str] = {
    Note.DEFAULT_FOLLOWED: "The usual model is denied now, so the model that was allowed for the "
    "whole server first takes its place.",
    Note.DEFAULT_GONE: "The server has no usual model now: members must name one. "
    "`/settings models default` sets one.",
    Note.DEFAULT_FOUND: "The server had no usual model; this is it now.",
    Note.FORMER_DEFAULT_CLOSED: "The former usual model can't be used any more, since no rule "
    "allows it. `/settings models allow` opens it again.",
    Note.ABOVE_CEILING: "The host of this bot doesn't allow this model, so nobody can use it.",
    Note.OUTWEIGHED: "Another rule for the same place denies this model, and denying wins.",
}

Place = tuple[int | None, int | None]


def setting_title(name: str) -> str:
    """Write a setting's name for people: ``Member pictures per day``."""
    return name.replace("_", " ").capitalize()


def warning(sentence: str) -> str:
    """Mark what a moderator should know beside what was done."""
    return f"⚠️ {sentence}"


def place_name(role_id: int | None, channel_id: int | None) -> str:
    """Name the members and the channel that a rule holds for."""
    who = "" if role_id is None else f"<@&{role_id}>"
    where = "" if channel_id is None else f"in <#{channel_id}>"
    return f"{who} {where}".strip() or "the whole server"


def at_place(role_id: int | None, channel_id: int | None) -> str:
    """Say for whom and where, after something that holds there."""
    whole_server = (role_id, channel_id) == (None, None)
    before = "in " if whole_server else "" if role_id is None else "for "
    return before + place_name(role_id, channel_id)


def models_changed(change: ModelChange, *, known: bool) -> list[str]:
    """Say what became of model rules; ``known``: whether the catalogue lists the model."""
    lines = list(model_lines(change))
    if not lines:
        return [NOTHING_CHANGED, *notes(change.notes, known=known)]
    return ["\n".join(f"✅ {line}" for line in lines), *notes(change.notes, known=known)]


def notes(these: Iterable[Note], *, known: bool) -> list[str]:
    """Say what else there is to know of a change of model rules."""
    lines = [warning(_NOTES[note]) for note in these]
    if not known:
        lines.append(warning("The image service doesn't list this model. Check its name."))
    return lines


def about_setting(name: str, sentence: str) -> str:
    """Say which of several settings a warning is about."""
    return f"**{setting_title(name)}** · {sentence}"


def models_above_ceiling(models: Sequence[str]) -> str:
    """Say which models the operator doesn't allow."""
    return warning(f"The host of this bot doesn't allow {_few(models)}, so nobody can use it.")


def models_unknown(models: Sequence[str]) -> str:
    """Say which models no catalogue lists."""
    return warning(f"The image service doesn't list {_few(models)}. Check the name.")


def host_is_stricter(largest: str) -> str:
    """Say that a limit has no effect above the operator's."""
    return warning(f"The host of this bot allows {largest} at most, which comes first.")


def model_lines(change: ModelChange) -> Iterator[str]:
    """Say what changes for each model, before and after."""
    before = {_key(rule): rule.effect for rule in change.removed}
    after = {_key(rule): rule.effect for rule in change.added}
    for model, place in dict.fromkeys((*before, *after)):
        was, becomes = _effect(before.get((model, place))), _effect(after.get((model, place)))
        yield f"**{escaped(model)}** {at_place(*place)}: {was} → {becomes}"
    if change.before.default != change.after.default:
        was, becomes = default_name(change.before.default), default_name(change.after.default)
        yield f"**Usual model** of the server: {was} → {becomes}"


def setting_line(change: SettingChange) -> str:
    """Say what a setting was and what it becomes."""
    if change.setting.name == "role_limits":
        return "\n".join(_role_lines(_table(change.before), _table(change.after)))
    before, after = (shown_value(change.setting, one) for one in (change.before, change.after))
    return f"**{setting_title(change.setting.name)}**: {before} → {after}"


def shown_value(one: Setting, value: object) -> str:
    """Write a setting's value for reading: a choice in plain words, all else as it is typed."""
    text, kind = one.show(value), cast("object", one.kind)
    return text.replace("_", " ") if isinstance(kind, Choice) else text


def setting_changed(change: SettingChange) -> str:
    """Say what became of a setting."""
    if change.before != change.after:
        return f"✅ {setting_line(change)}"
    title, now = setting_title(change.setting.name), shown_value(change.setting, change.after)
    return f"{NOTHING_CHANGED}\n-# {title}: {now}"


def gone(mention: str) -> str:
    """Say that a role or a channel that a rule names isn't there."""
    return warning(f"{mention} isn't in this server any more, so this has no effect there.")


def unreachable(channel_id: int, permissions: Iterable[str]) -> str:
    """Say what the bot lacks in a channel."""
    wanted = " and ".join(f"*{name}*" for name in permissions)
    return warning(f"I can't work in <#{channel_id}> yet. Give me {wanted} there.")


def no_copies() -> str:
    """Say that moderators see nothing of private pictures."""
    return warning(
        "Private pictures are on, and there is no log channel that gets a copy of them: moderators"
        " don't see them."
    )


def copies_unreachable(channel_id: int, permissions: Iterable[str]) -> str:
    """Say what the bot lacks to copy private pictures into a channel."""
    wanted = " and ".join(f"*{name}*" for name in permissions)
    return warning(
        f"Copies of private pictures can't be put into <#{channel_id}>: moderators don't see them."
        f" Give me {wanted} there."
    )


def terms_added(new: Sequence[str]) -> str:
    """Say which terms are blocked from now on."""
    if not new:
        return NOTHING_CHANGED
    return shortened([f"✅ **Blocked from now on:** {listed(new)}"])


def terms_removed(gone: Sequence[str]) -> str:
    """Say which terms are blocked no more."""
    if not gone:
        return "✅ **Nothing to change.** None of these terms is blocked."
    return shortened([f"✅ **Blocked no more:** {listed(gone)}"])


def blocked(block: MemberBlock) -> str:
    """Say that a member makes no pictures any more, and until when."""
    end = FOR_GOOD
    if block.until is not None:
        end = f"until {moment(block.until, 'f')} ({moment(block.until)})"
    reason = f"\n-# Reason: {escaped(plain(block.reason))}" if block.reason else ""
    return f"⛔ <@{block.member_id}> **can't make pictures in this server** {end}.{reason}"


def unblocked(member_id: int, block: MemberBlock | None) -> str:
    """Say that a member can make pictures again."""
    if block is None:
        return f"✅ **Nothing to change.** <@{member_id}> isn't blocked."
    return f"✅ <@{member_id}> **can make pictures again:** blocked → not blocked."


def proposed(change: DocumentChange) -> str:
    """Ask whether a difference is meant."""
    lines = ["### This would change", *document_lines(change)]
    return shortened(lines, _DIFFERENCE_MAX_CHARACTERS, elsewhere="")


def applied(change: DocumentChange) -> str:
    """Say what was changed as a whole."""
    return shortened(["### ✅ Changed", *document_lines(change)], elsewhere="")


def document_lines(change: DocumentChange) -> list[str]:
    """List the difference between two policies, a line for each thing that changes."""
    lines = [setting_line(one) for one in change.settings]
    lines += model_lines(change.models)
    if change.terms_added:
        lines.append(f"**Terms blocked** ({len(change.terms_added)}): {_few(change.terms_added)}")
    if change.terms_removed:
        count = len(change.terms_removed)
        lines.append(f"**Terms blocked no more** ({count}): {_few(change.terms_removed)}")
    return lines


def shortened(
    lines: Sequence[str], max_characters: int = TEXT_MAX_CHARACTERS, elsewhere: str = EXPORT_HAS_ALL
) -> str:
    """Join lines as far as a message has room, and count those that are left out.

    Parameters
    ----------
    elsewhere
        The sentence that says where all of them are.
    """
    text = "\n".join(lines)
    if len(text) <= max_characters:
        return text
    start = text[:max_characters]
    whole_lines = start.rpartition("\n")[0]
    # A line stays whole, unless it takes most of the room.
    cut = whole_lines if len(whole_lines) > max_characters // 2 else start.rpartition(" ")[0]
    left_out = text.count("\n") - cut.count("\n")
    more = "line" if left_out == 1 else "lines"
    counted = f"… and {left_out} more {more}." if left_out else "…"
    return f"{cut}\n-# {counted} {elsewhere}".rstrip()


def _key(rule: ModelRule) -> tuple[str, Place]:
    return rule.model, place_of(rule)


def place_of(rule: ModelRule) -> Place:
    """Give the place of a rule."""
    return rule.role_id, rule.channel_id


def _effect(effect: Effect | None) -> str:
    return _NO_RULE if effect is None else EFFECTS[effect]


def default_name(model: str | None) -> str:
    """Name a server's usual model."""
    return "none" if model is None else escaped(model)


def listed(terms: Iterable[str]) -> str:
    """List terms so that nothing in them acts as markup."""
    return ", ".join(escaped(plain(term)) for term in terms)


def _few(terms: Sequence[str], shown: int = 20) -> str:
    more = f" and {len(terms) - shown} more" if len(terms) > shown else ""
    return listed(terms[:shown]) + more


def _table(value: object) -> dict[tuple[int, str], RoleLimit]:
    return {(one.role_id, one.name): one for one in cast("tuple[RoleLimit, ...]", value)}


def _role_lines(
    before: Mapping[tuple[int, str], RoleLimit], after: Mapping[tuple[int, str], RoleLimit]
) -> Iterator[str]:
    for role_id, name in dict.fromkeys((*before, *after)):
        was, becomes = before.get((role_id, name)), after.get((role_id, name))
        if was != becomes:
            title = setting_title(name)
            yield f"**{title}** for <@&{role_id}>: {limit_value(was)} → {limit_value(becomes)}"


def limit_value(limit: RoleLimit | None) -> str:
    """Write a role's limit."""
    return "as usual" if limit is None else ROLE_LIMITS[limit.name].show(limit.value)
