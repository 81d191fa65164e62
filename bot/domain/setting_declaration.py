"""What is declared of a setting, once; the panel, the command and the documents read it here."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from bot.domain.server_policy import JsonValue
from bot.domain.setting_kinds import Kind, Switch

Value = TypeVar("Value")

OFF = "off"


class Page(Enum):
    """The pages of the panel, in order."""

    MODELS = "Models"
    LIMITS = "Limits"
    SAFETY = "Safety"
    ACCESS = "Access"
    LOG = "Log"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of one setting.

    Attributes
    ----------
    meaning
        One line for moderators.
    optional
        Whether it can be off, which is ``None`` as a value.
    dangerous
        Whether a change shows its difference and asks once.
    """

    name: str
    kind: Kind[object]
    page: Page
    meaning: str
    default: object = None
    optional: bool = False
    dangerous: bool = False

    def parse(self, text: str) -> object:
        """Read what a moderator typed.

        Raises
        ------
        BadInputError
        """
        if self.optional and text.strip().casefold() == OFF:
            return None
        return self.kind.parse(text, self.name)

    def show(self, value: object) -> str:
        """Write a value as it could be typed."""
        return OFF if value is None else self.kind.show(value)

    def load(self, value: JsonValue, place: str = "") -> object:
        """Read a value out of JSON; ``place`` is the setting's name in a larger document.

        Raises
        ------
        BadInputError
        """
        return (
            None if self.optional and value is None else self.kind.load(value, place or self.name)
        )

    def dump(self, value: object) -> JsonValue:
        """Turn a value into JSON."""
        return None if value is None else self.kind.dump(value)


def always(
    default: Value, kind: Kind[Value], page: Page, meaning: str, *, dangerous: bool = False
) -> Value:
    """Declare a setting that always has a value."""
    about = {"kind": kind, "page": page, "meaning": meaning, "dangerous": dangerous}
    return field(default=default, metadata={**about, "default": default})


def optional(kind: Kind[Value], page: Page, meaning: str) -> Value | None:
    """Declare a setting that is off until somebody sets it."""
    about = {"kind": kind, "page": page, "meaning": meaning, "optional": True}
    return field(default=None, metadata=about)


def switch(page: Page, meaning: str, *, on: bool) -> bool:
    """Declare a switch."""
    return always(on, Switch(), page, meaning)
