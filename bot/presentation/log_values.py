"""What changed, as the log shows it: values of JSON in plain words, within a room of characters.

Whatever a member or a moderator once typed shows as typed and acts as nothing. What is too long is
cut between words or items, so that no mention and no mark is ever cut in two.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.ledgers import Measure
from bot.domain.models import MODEL_ID_MAX_CHARACTERS
from bot.domain.refusals import BadInputError
from bot.domain.role_limits import COOLDOWN
from bot.domain.server_document import SettingChange
from bot.domain.server_policy import JsonValue
from bot.domain.server_settings import all_settings
from bot.presentation.markup import dollars, escaped, moment, plain
from bot.presentation.moderation_words import setting_line, setting_title, shown_value

MODEL_CHARACTERS = MODEL_ID_MAX_CHARACTERS
NOTHING = "nothing"
NO_RULE = "no rule"
_MORE = "…"


def free_text(text: str, room: int) -> str:
    """Show a text as typed, at most so many characters long with what keeps it from acting."""
    shown = escaped(plain(text)[: room + 1])
    if len(shown) <= room:
        return shown
    kept = plain(text)[:room]
    while len(escaped(kept)) > room - len(_MORE):
        kept = kept[:-1]
    return escaped(kept).rstrip() + _MORE


def value_text(value: JsonValue, room: int) -> str:
    """Show any value."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "on" if value else "off"
        case str():
            return free_text(value, room)
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case Mapping():
            return _mapping_text(value, room)
        case _:
            return _joined((value_text(one, room) for one in value), ", ", room)


def setting_text(name: str, value: JsonValue, room: int) -> str:
    """Show the value of a setting as it could be typed, ids as mentions."""
    one = all_settings().get(name)
    if one is None:
        return value_text(value, room)
    try:
        shown = shown_value(one, one.load(value))
    except BadInputError:
        return value_text(value, room)
    return _joined(shown.split(" "), " ", room)


def setting_name(name: str) -> str:
    """Name a setting as the panel does; one of another version of the bot by its key."""
    return setting_title(name) if name in all_settings() else free_text(name, 40)


def role_limits_text(before: JsonValue, after: JsonValue, room: int) -> str:
    """Show what changed among the limits of roles, of which there can be a hundred."""
    one = all_settings()["role_limits"]
    try:
        change = SettingChange(one, one.load(before or {}), one.load(after or {}))
    except BadInputError:
        both = (value_text(value, room) for value in (before, after))
        return f"**{setting_name(one.name)}**: {' → '.join(both)}"
    return _joined(setting_line(change).split("\n"), " · ", room)


def _joined(parts: Iterable[str], between: str, room: int) -> str:
    """Join as many parts as there is room for."""
    shown = ""
    for part in parts:
        longer = f"{shown}{between}{part}" if shown else part
        if len(longer) > room - len(_MORE) - len(between):
            return f"{shown}{between}{_MORE}" if shown else _MORE
        shown = longer
    return shown or NOTHING


def _mapping_text(value: Mapping[str, JsonValue], room: int) -> str:
    if "effect" in value and "model" in value:
        return _rule_text(value, room)
    parts = [_part(name, one, room) for name, one in value.items() if one not in (None, "")]
    return _joined(parts, " · ", room)


def _part(name: str, value: JsonValue, room: int) -> str:
    if name == "settings" and isinstance(value, Mapping):
        named = [f"{_name(key)} {setting_text(key, one, room)}" for key, one in value.items()]
        return _joined(named, ", ", room)
    if name in _AS_IT_IS:
        return value_text(value, room)
    shown = _SHOWN.get(name)
    text = shown(value) if shown and isinstance(value, str) else value_text(value, room)
    return f"{_name(name)} {text}"


def _name(name: str) -> str:
    return free_text(name, 40)


def _rule_text(rule: Mapping[str, JsonValue], room: int) -> str:
    """Write ``allow flux-pro for @role in #channel``."""
    words = [free_text(str(rule["effect"]), 40), model_text(str(rule["model"]))]
    places = [
        f"{word} {mention_text(kind, str(rule[name]))}"
        for name, word, kind in (("role", "for", "@&"), ("channel", "in", "#"))
        if rule.get(name)
    ]
    return _joined([*words, *places], " ", room)


def rules_text(value: JsonValue, room: int) -> str:
    """Show rules about models, or that there are none."""
    return value_text(value, room) if value else NO_RULE


def model_text(model: str) -> str:
    """Name a model, or several by their pattern, so that it can't be taken for another one."""
    return free_text(model, MODEL_CHARACTERS)


def limit_text(value: JsonValue) -> str:
    """Write a limit that a refusal keeps: ``5 pictures a day``; nothing where it isn't one."""
    if not isinstance(value, Mapping):
        return ""
    measure, at_most = value.get("measure"), value.get("at_most")
    if not isinstance(measure, str) or not isinstance(at_most, int):
        return ""
    if measure == Measure.SECONDS_BETWEEN.value:
        return f"{COOLDOWN.show(at_most)} between pictures"
    money, span = measure.partition(" ")[::2]
    if money == "microdollars":
        return f"{dollars(at_most)} {free_text(span, 40)}"
    return f"{at_most} {free_text(measure, 40)}"


def mention_text(kind: str, snowflake: str) -> str:
    """Mention a member (``@``), a role (``@&``) or a channel (``#``); pings nobody by itself."""
    if not snowflake.isdecimal():
        return free_text(snowflake, 40)
    return f"<{kind}{snowflake}>"


def moment_text(iso: str) -> str:
    """Show a moment that was written in ISO's way."""
    try:
        return moment(datetime.fromisoformat(iso), "f")
    except ValueError:
        return free_text(iso, 40)


def _member(snowflake: str) -> str:
    return mention_text("@", snowflake)


def _role(snowflake: str) -> str:
    return mention_text("@&", snowflake)


def _channel(snowflake: str) -> str:
    return mention_text("#", snowflake)


_AS_IT_IS: Sequence[str] = ("rules", "terms", "reason")
_SHOWN: Mapping[str, Callable[[str], str]] = {
    "role": _role,
    "role_id": _role,
    "channel": _channel,
    "channel_id": _channel,
    "member": _member,
    "member_id": _member,
    "owner": _member,
    "until": moment_text,
    "since": moment_text,
}
