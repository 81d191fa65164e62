"""What a moderator reads in the panel of its pages, settings and forms.

Each setting brings its line of meaning along, and nothing here names a setting: what is said of
one comes from its declaration.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import cast

from bot.domain.model_rules import Effect
from bot.domain.role_limits import RoleLimitTable
from bot.domain.server_document import SettingChange
from bot.domain.setting_declaration import Page, Setting
from bot.domain.setting_kinds import Choice, Dollars, Duration, WholeNumber
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort
from bot.presentation.moderation_words import setting_line, setting_title, shown_value

PREVIOUS, NEXT = "Previous", "Next"
CHANGE, ADD, TURN_ON, TURN_OFF = "Change", "Add", "Turn on", "Turn off"
SURE, LEAVE = "Change it", "Leave it"
TAKE_AWAY, LET_IN = "Take away…", "Let in again…"
# What an empty choice in a form means.
EVERYBODY, EVERYWHERE = "Everybody", "Everywhere"
EFFECT_BUTTONS: Mapping[Effect, str] = {
    Effect.ALLOW: "Allow a model",
    Effect.DENY: "Deny a model",
    Effect.DEFAULT: "Choose the usual one",
}

_ABOUT: Mapping[Page, str] = {
    Page.MODELS: (
        "Which models may be used, by whom and where. The narrowest rule decides: role in a"
        " channel, then channel, then role, then server. Where two of the same kind differ, deny"
        " wins."
    ),
    Page.LIMITS: "How much may be made. The host's own limits come first.",
    Page.SAFETY: "What may be asked for, and how pictures are shown.",
    Page.ACCESS: "Where pictures can be made, and who can't make any.",
    Page.LOG: "What is written down, where, and for how long. `/settings log show` pages through.",
}
_FORM_TITLES: Mapping[str, str] = {
    "role_limit": "Limit a role",
    "terms": "Blocked terms",
    "block": "Block a member",
}
_LISTED_MAX = 10


def heading(page: Page, screen: int, screens: int) -> str:
    """Name a page, and say what it is about."""
    place = f" · {screen + 1} of {screens}" if screens > 1 else ""
    return f"## {page.value}{place}\n{_ABOUT[page]}"


def value_of(setting: Setting, value: object) -> str:
    """Write a value for reading; of a long list its beginning."""
    if isinstance(setting.kind, RoleLimitTable):
        # Each is in the list below.
        return str(len(cast("tuple[object, ...]", value)) or "none")
    if isinstance(value, tuple):
        listed = cast("tuple[object, ...]", value)
        return _beginning([setting.show((one,)) for one in listed])
    return shown_value(setting, value)


def section(setting: Setting, value: object, obstacles: Sequence[str]) -> str:
    """Describe a setting: name, value, meaning, and what stands against it."""
    return titled(setting_title(setting.name), value_of(setting, value), setting.meaning, obstacles)


def titled(title: str, value: str, meaning: str, below: Sequence[str] = ()) -> str:
    """Put a name and its value above a line of meaning, which is read once and then skipped."""
    return "\n".join((f"**{title}** · {value}", f"-# {meaning}", *below))


def choose(sort: Sort, most: int) -> str:
    """Invite to choose roles or channels."""
    what = called(sort)
    return f"Choose a {what}" if most == 1 else f"Choose {what}s"


def question(change: SettingChange) -> str:
    """Ask once before a dangerous setting changes."""
    asked = "This changes what members see. Are you sure?"
    lines = (setting_line(change), f"-# {change.setting.meaning}", asked)
    return "\n".join((f"## {setting_title(change.setting.name)}", *lines))


def others(count: int) -> str:
    """Say in how many further places it is the same."""
    return f" It is the same with {count} more." if count > 0 else ""


def reports(count: int) -> str:
    """Say how many pictures were reported."""
    return titled(
        "Reports", str(count), "Pictures that members have reported, as far as they are kept."
    )


class Field(Enum):
    """The fields of forms, by what stands above them."""

    VALUE = "New value"
    MODEL = "Model"
    ROLE = "Role"
    CHANNEL = "Channel"
    LIMIT = "Limit"
    ADD = "Terms to block"
    REMOVE = "Terms to allow again"
    MEMBER = "Member"
    SPAN = "For how long"
    REASON = "Reason"


def form_title(act: str, argument: str) -> str:
    """Name a form by what it changes."""
    if argument in {effect.value for effect in Effect}:
        return EFFECT_BUTTONS[Effect(argument)]
    return _FORM_TITLES.get(act) or setting_title(argument or act)


def limits_of(setting: Setting) -> str:
    """Say which values a setting takes."""
    off = ", or off" if setting.optional else ""
    return f"{_kind(setting.kind)}{off}."


def _kind(kind: object) -> str:
    match kind:
        case WholeNumber(least, most) | Dollars(least, most) | Duration(least, most):
            return f"From {kind.show(least)} to {kind.show(most)}"
        case Choice(options):
            return ", ".join(options)
        case Snowflake(sort):
            return f"A {called(sort)}"
        case Snowflakes(sort, max_count):
            return f"At most {max_count} {called(sort)}s as mentions or ids, or none"
        case RoleLimitTable(max_count):
            return f"At most {max_count} limits of roles, or none"
        case _:
            return "On or off"


def model_hint(effect: Effect) -> str:
    """Say what may be typed for a model."""
    several = "" if effect is Effect.DEFAULT else ", or several such as google/*"
    return f"A name such as get3w/flux-dev{several}."


def role_limit_hint() -> str:
    """Say what may be typed for a limit of a role."""
    return "A number; for the cooldown a time such as 5m. It holds instead of the usual limit."


def terms_hint(field: Field) -> str:
    """Say how terms are typed."""
    if field is Field.ADD:
        return "With commas or on lines: cat, cat*, *dog, *ana*. AutoMod's list can be pasted."
    return "With commas or on lines, as they are in the list."


def span_hint() -> str:
    """Say how a time is typed."""
    return "Such as 12h or 7d. Leave it empty: for good."


def called(sort: Sort) -> str:
    """Name a kind of place."""
    return "role" if sort is Sort.ROLE else "channel"


def _beginning(parts: Sequence[str]) -> str:
    more = [f"and {len(parts) - _LISTED_MAX} more"] if len(parts) > _LISTED_MAX else []
    return " ".join((*parts[:_LISTED_MAX], *more)) or "none"
