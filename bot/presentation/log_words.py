"""The words of a server's log: who did what, from what to what, and when; one line for each."""

from collections.abc import Callable, Mapping

from bot.domain.audit_actions import BOT_ITSELF, Action
from bot.domain.log_entries import PROMPT, Told
from bot.domain.server_policy import AuditEntry, JsonValue
from bot.presentation.log_values import (
    free_text,
    limit_text,
    mention_text,
    model_text,
    moment_text,
    role_limits_text,
    rules_text,
    setting_name,
    setting_text,
    value_text,
)
from bot.presentation.markup import link, moment

# How much of a prompt or a list is shown: a page of lines stays within a message's 4,000.
LONG_CHARACTERS = 300
SHORT_CHARACTERS = 90
OLDER_LABEL, NEWER_LABEL = "Older →", "← Newer"
EMPTY_LOG = "Nothing has happened yet."

# What stood in a member's way; by the gates' names in ``bot.domain.admission``.
_GATES: Mapping[str, str] = {
    "place": "the bot isn't set up for this server",
    "pause": "the bot takes a break",
    "safety": "paused after the image service's safety filter refused several prompts",
    "member": "a blocked member",
    "channel": "a channel where no pictures are made",
    "private": "private pictures are off",
    "uploads": "a picture of the member's own to begin with",
    "others": "a picture of somebody else's to begin with",
    "model": "a model that isn't allowed there",
    "protected": "a prompt that no server allows",
    "terms": "a blocked term",
    "permission": "a permission that the bot lacks there",
    "limits": "a limit",
    "rights": "the right to it is missing",
}


# Whose limit it was; by the names that ``bot.services.refusal_notes`` keeps.
_HOLDERS: Mapping[str, str] = {
    "member": "for a member",
    "server": "for the whole server",
    "member everywhere": "for a member in all servers",
    "host": "the bot takes a break",
}


def log_line(told: Told, room: int = LONG_CHARACTERS) -> str:
    """Tell of one entry, in at most five times the room and 250 characters.

    Parameters
    ----------
    room
        The most characters of each piece of free text.
    """
    entry = told.entry
    sentence = _SENTENCES.get(entry.action, _anything)(entry, room)
    times = f" · **{told.times} times**" if told.times > 1 else ""
    return f"{moment(entry.at, 'f')} {sentence}{times}"


def log_heading() -> str:
    """Stand above the pages of the log."""
    return "## What happened\nThe latest is at the top."


def left_out_line(count: int) -> str:
    """Say that a log channel doesn't show all."""
    more = "1 more entry" if count == 1 else f"{count} more entries"
    return f"-# {more} before these: see `/settings log show`."


def copied_words(owner_id: int, model: str, prompt: str | None) -> str:
    """Stand under the copy of a private picture."""
    name = model_text(model)
    asked = f"\n> {free_text(prompt, LONG_CHARACTERS)}" if prompt else ""
    return f"🔒 A private picture of <@{owner_id}> · {name}{asked}"


def _who(entry: AuditEntry) -> str:
    return "The bot" if entry.actor_id == BOT_ITSELF else f"<@{entry.actor_id}>"


def _change(entry: AuditEntry, room: int) -> str:
    return f"{value_text(entry.before, room)} → {value_text(entry.after, room)}"


def _rule(entry: AuditEntry, room: int) -> str:
    subject = model_text(entry.subject)
    named = f" **{subject}**" if subject else ""
    before, after = (rules_text(value, room) for value in (entry.before, entry.after))
    return f"{_who(entry)} {_RULE_VERBS[entry.action]}{named}: {before} → {after}"


def _setting(entry: AuditEntry, room: int) -> str:
    name = entry.subject
    if name == "role_limits":
        return f"{_who(entry)} changed {role_limits_text(entry.before, entry.after, room)}"
    before, after = setting_text(name, entry.before, room), setting_text(name, entry.after, room)
    return f"{_who(entry)} changed **{setting_name(name)}**: {before} → {after}"


def _terms_added(entry: AuditEntry, room: int) -> str:
    return f"{_who(entry)} blocked terms: {value_text(entry.after, room)}"


def _terms_removed(entry: AuditEntry, room: int) -> str:
    return f"{_who(entry)} unblocked terms: {value_text(entry.before, room)}"


def _block(entry: AuditEntry, room: int) -> str:
    before = f" (before: {_span(entry.before, room)})" if entry.before else ""
    member = mention_text("@", entry.subject)
    return f"{_who(entry)} blocked {member} {_span(entry.after, room)}{before}"


def _unblock(entry: AuditEntry, room: int) -> str:
    member = mention_text("@", entry.subject)
    return f"{_who(entry)} unblocked {member}, who was blocked {_span(entry.before, room)}"


def _pause(entry: AuditEntry, room: int) -> str:
    why = "the image service's safety filter refused several prompts"
    return f"{mention_text('@', entry.subject)} is paused {_span(entry.after, room)}: {why}"


def _span(value: JsonValue, room: int) -> str:
    until, reason = part_of(value, "until"), part_of(value, "reason")
    end = f"until {moment_text(until)}" if until else "for good"
    return f"{end} · {free_text(reason, room)}" if reason else end


def _import(entry: AuditEntry, room: int) -> str:
    return f"{_who(entry)} imported settings: {_change(entry, room)}"


def _reset(entry: AuditEntry, room: int) -> str:
    return f"{_who(entry)} took back all settings: {_change(entry, room)}"


def _refused(entry: AuditEntry, room: int) -> str:
    why = _limit(entry.after) or _GATES.get(entry.subject) or free_text(entry.subject, 80)
    return f"{_who(entry)} was refused: {why}{_asked(entry, room)}"


def _limit(value: JsonValue) -> str:
    """Tell which limit was reached, where an entry keeps it; nothing else is so certain."""
    limit = value.get("limit") if isinstance(value, Mapping) else None
    holder = _HOLDERS.get(part_of(limit, "holder"))
    if holder is None:
        return ""
    amount = limit_text(limit)
    return f"a limit, {amount} {holder}" if amount else holder


def _filtered(entry: AuditEntry, room: int) -> str:
    return f"The image service's safety filter refused {_who(entry)}{_asked(entry, room)}"


def _asked(entry: AuditEntry, room: int) -> str:
    """Tell of a request what is known: model, channel, prompt."""
    model, channel, prompt = (part_of(entry.after, name) for name in ("model", "channel", PROMPT))
    command = part_of(entry.after, "command")
    facts = [
        model_text(model),
        mention_text("#", channel) if channel else "",
        f"“{free_text(prompt, room)}”" if prompt else "",
        f"/{free_text(command, 40)}" if command else "",
    ]
    return "".join(f" · {fact}" for fact in facts if fact)


def _report(entry: AuditEntry, room: int) -> str:
    what = f"🚩 {_who(entry)} reported {_picture(entry)}{_model(entry)}"
    return f"{what} · “{free_text(part_of(entry.after, 'reason'), room)}”"


def _deletion(entry: AuditEntry, _room: int) -> str:
    return f"{_who(entry)} deleted {_picture(entry)}{_model(entry)}"


def _line_deletion(entry: AuditEntry, _room: int) -> str:
    count, left = (part_of(entry.after, name) for name in ("removed", "left"))
    rest = f" · {left} couldn't be deleted" if left not in {"", "0"} else ""
    what = f"{_picture(entry)} with all that was made from it"
    return f"{_who(entry)} deleted {what}{_model(entry)} · {count} in all{rest}"


def _copy_lost(entry: AuditEntry, room: int) -> str:
    owner = mention_text("@", part_of(entry.after, "owner"))
    return f"🔒 A private picture of {owner} couldn't be copied here{_asked(entry, room)}"


def _picture(entry: AuditEntry) -> str:
    channel, owner = part_of(entry.after, "channel"), part_of(entry.after, "owner")
    url = f"https://discord.com/channels/{entry.server_id}/{channel}/{entry.subject}"
    shown = link("a picture", url) if channel and entry.subject else "a private picture"
    return f"{shown} of {mention_text('@', owner)}" if owner else shown


def _model(entry: AuditEntry) -> str:
    model = part_of(entry.after, "model")
    return f" · {model_text(model)}" if model else ""


def _anything(entry: AuditEntry, room: int) -> str:
    """Tell of what a newer version of the bot has kept."""
    what = f"{free_text(entry.action, 40)} {free_text(entry.subject, 80)}".strip()
    return f"{_who(entry)}: {what}: {_change(entry, room)}"


def part_of(value: JsonValue, name: str) -> str:
    """Give a text that an entry keeps under a name; an empty one where it doesn't."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


_RULE_VERBS: Mapping[str, str] = {
    Action.RULE_ALLOW: "allowed",
    Action.RULE_DENY: "denied",
    Action.RULE_DEFAULT: "made the default",
    Action.RULE_RESET: "took back model rules",
}
_SENTENCES: Mapping[str, Callable[[AuditEntry, int], str]] = {
    Action.RULE_ALLOW: _rule,
    Action.RULE_DENY: _rule,
    Action.RULE_DEFAULT: _rule,
    Action.RULE_RESET: _rule,
    Action.SETTING_CHANGE: _setting,
    Action.TERM_ADD: _terms_added,
    Action.TERM_REMOVE: _terms_removed,
    Action.MEMBER_BLOCK: _block,
    Action.MEMBER_UNBLOCK: _unblock,
    Action.MEMBER_PAUSE: _pause,
    Action.POLICY_IMPORT: _import,
    Action.POLICY_RESET: _reset,
    Action.REQUEST_REFUSED: _refused,
    Action.SAFETY_REFUSED: _filtered,
    Action.PICTURE_REPORT: _report,
    Action.PICTURE_DELETE: _deletion,
    Action.PICTURE_LINE_DELETE: _line_deletion,
    Action.COPY_LOST: _copy_lost,
}
