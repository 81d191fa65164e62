"""The kinds of values that a server's settings have: how each is written, kept and bounded.

A kind reads what a moderator types and shows a value in the same form (``parse``, ``show``), and
turns it into JSON and back, for a database or a file (``dump``, ``load``). Both ways in keep the
same limits, and name the setting and the limit where they refuse.
"""

import re
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.domain.ledgers import MICRODOLLARS
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import JsonValue

Value = TypeVar("Value")

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
# More than any limit has; whoever types more digits is told the limit.
_DIGITS_MAX = 18
_DOLLARS = re.compile(r"(-?)\$?\s*([0-9]+)(?:\.([0-9]{1,6}))?\s*\$?")
_DURATION = re.compile(r"(?:([0-9]+)d)?\s*(?:([0-9]+)h)?\s*(?:([0-9]+)m)?\s*(?:([0-9]+)s?)?")
_UNITS_S = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_YES = frozenset({"on", "yes", "true"})
_NO = frozenset({"off", "no", "false"})


class Kind(Protocol[Value]):
    """What a setting's values are; nothing that isn't of the kind comes out of it."""

    def parse(self, text: str, field: str) -> Value:
        """Read what was typed.

        Raises
        ------
        BadInputError
        """
        ...

    def show(self, value: Value) -> str:
        """Write a value as it could be typed."""
        ...

    def load(self, value: JsonValue, field: str) -> Value:
        """Read a value out of JSON.

        Raises
        ------
        BadInputError
        """
        ...

    def dump(self, value: Value) -> JsonValue:
        """Turn a value into JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    def parse(self, text: str, field: str) -> bool:
        """Read on, yes, true, or their opposites."""
        word = text.strip().casefold()
        if word not in _YES | _NO:
            raise BadInputError(field, Flaw.NOT_A_SWITCH)
        return word in _YES

    def show(self, value: bool) -> str:  # noqa: FBT001  the protocol's one argument
        """Write on or off."""
        return "on" if value else "off"

    def load(self, value: JsonValue, field: str) -> bool:
        """Read true or false."""
        if not isinstance(value, bool):
            raise BadInputError(field, Flaw.WRONG_TYPE, "true or false")
        return value

    def dump(self, value: bool) -> JsonValue:  # noqa: FBT001  the protocol's one argument
        """Give true or false."""
        return value


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number within bounds, both included."""

    minimum: int
    maximum: int

    def parse(self, text: str, field: str) -> int:
        """Read digits."""
        if not _WHOLE_NUMBER.fullmatch(text.strip()):
            raise BadInputError(field, Flaw.NOT_A_NUMBER, str(self.minimum))
        return self._bounded(_number(text.strip()), field)

    def show(self, value: int) -> str:
        """Write digits."""
        return str(value)

    def load(self, value: JsonValue, field: str) -> int:
        """Read a whole number."""
        return self._bounded(_whole(value, field, "a whole number"), field)

    def dump(self, value: int) -> JsonValue:
        """Give the number."""
        return value

    def _bounded(self, value: int, field: str) -> int:
        return _within(value, (self.minimum, self.maximum), self, field)


@dataclass(frozen=True, slots=True)
class Dollars:
    """An amount of money within bounds, in millionths of a dollar; in JSON in dollars."""

    minimum: int
    maximum: int

    def parse(self, text: str, field: str) -> int:
        """Read ``5``, ``$5`` or ``2.50``."""
        match = _DOLLARS.fullmatch(text.strip())
        if not match:
            raise BadInputError(field, Flaw.NOT_DOLLARS, self.show(self.minimum))
        sign, whole, part = match.groups("")
        microdollars = _number(whole) * MICRODOLLARS + int(part.ljust(6, "0"))
        return self._bounded(-microdollars if sign else microdollars, field)

    def show(self, value: int) -> str:
        """Write ``$2.50``."""
        whole, part = divmod(value, MICRODOLLARS)
        digits = f"{part:06}".rstrip("0")
        return f"${whole}.{digits.ljust(2, '0')}" if digits else f"${whole}"

    def load(self, value: JsonValue, field: str) -> int:
        """Read a number of dollars."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInputError(field, Flaw.WRONG_TYPE, "an amount in dollars")
        # Out of a stranger's file: endless ones, and such as are no number, come down to a bound.
        finite = max(-1, min(self.maximum, value))
        return self._bounded(round(finite * MICRODOLLARS), field)

    def dump(self, value: int) -> JsonValue:
        """Give dollars."""
        return value / MICRODOLLARS

    def _bounded(self, value: int, field: str) -> int:
        return _within(value, (self.minimum, self.maximum), self, field)


@dataclass(frozen=True, slots=True)
class Duration:
    """A time in seconds within bounds."""

    minimum_s: int
    maximum_s: int

    def parse(self, text: str, field: str) -> int:
        """Read ``90``, ``30s``, ``5m``, ``1h 30m`` or ``2d``."""
        match = _DURATION.fullmatch(text.strip().casefold())
        if not match or not any(match.groups()):
            raise BadInputError(field, Flaw.NOT_A_DURATION)
        parts = zip(match.groups("0"), _UNITS_S, strict=True)
        return self._bounded(sum(_number(count) * unit_s for count, (_, unit_s) in parts), field)

    def show(self, value: int) -> str:
        """Write ``1h 30m``."""
        parts: list[str] = []
        for letter, unit_s in _UNITS_S:
            count, value = divmod(value, unit_s)
            parts += [f"{count}{letter}"] if count else []
        return " ".join(parts) or "0s"

    def load(self, value: JsonValue, field: str) -> int:
        """Read seconds."""
        return self._bounded(_whole(value, field, "a whole number of seconds"), field)

    def dump(self, value: int) -> JsonValue:
        """Give seconds."""
        return value

    def _bounded(self, value: int, field: str) -> int:
        return _within(value, (self.minimum_s, self.maximum_s), self, field)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    def parse(self, text: str, field: str) -> str:
        """Read one of the words, whatever its case."""
        return self.load(text.strip().casefold(), field)

    def show(self, value: str) -> str:
        """Write the word."""
        return value

    def load(self, value: JsonValue, field: str) -> str:
        """Read one of the words."""
        if not isinstance(value, str) or value not in self.options:
            raise BadInputError(field, Flaw.NOT_A_CHOICE, ", ".join(self.options))
        return value

    def dump(self, value: str) -> JsonValue:
        """Give the word."""
        return value


class _Shows(Protocol):
    def show(self, value: int) -> str: ...


def _number(digits: str) -> int:
    """Read digits; of more than any bound has, only as many as show that it is too much."""
    sign = -1 if digits.startswith("-") else 1
    return sign * int(digits.lstrip("+-")[:_DIGITS_MAX])


def _whole(value: JsonValue, field: str, wanted: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInputError(field, Flaw.WRONG_TYPE, wanted)
    return value


def _within(value: int, bounds: tuple[int, int], kind: _Shows, field: str) -> int:
    minimum, maximum = bounds
    if value < minimum:
        raise BadInputError(field, Flaw.TOO_SMALL, kind.show(minimum))
    if value > maximum:
        raise BadInputError(field, Flaw.TOO_LARGE, kind.show(maximum))
    return value
