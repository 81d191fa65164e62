"""The kinds of settings that are channels or roles.

In the program an id is a whole number, in JSON a text: other programs read numbers of that length
with their last digits wrong.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import JsonValue

# Signed 64 bits, as databases keep them.
_SNOWFLAKE_MAX = 2**63 - 1
_SNOWFLAKE = re.compile(r"[1-9][0-9]{0,18}")
_MENTION = re.compile(r"<(#|@&)([1-9][0-9]{0,18})>")
_BETWEEN = re.compile(r"[\s,]+")


class Sort(Enum):
    """What an id belongs to: the beginning of its mention."""

    CHANNEL = "#"
    ROLE = "@&"

    @property
    def flaw(self) -> Flaw:
        """What is wrong with anything else."""
        return Flaw.NOT_A_CHANNEL if self is Sort.CHANNEL else Flaw.NOT_A_ROLE


@dataclass(frozen=True, slots=True)
class Snowflake:
    """One channel or one role."""

    sort: Sort

    def parse(self, text: str, field: str) -> int:
        """Read a mention or an id."""
        mention = _MENTION.fullmatch(text.strip())
        if mention is None:
            return self._id(text.strip(), field)
        if mention[1] != self.sort.value:
            raise BadInputError(field, self.sort.flaw)
        return self._id(mention[2], field)

    def show(self, value: int) -> str:
        """Write a mention."""
        return f"<{self.sort.value}{value}>"

    def load(self, value: JsonValue, field: str) -> int:
        """Read an id, as text."""
        if not isinstance(value, str):
            raise BadInputError(field, Flaw.WRONG_TYPE, "an id in quotation marks")
        return self._id(value, field)

    def dump(self, value: int) -> JsonValue:
        """Give the id, as text."""
        return str(value)

    def _id(self, text: str, field: str) -> int:
        if not _SNOWFLAKE.fullmatch(text) or int(text) > _SNOWFLAKE_MAX:
            raise BadInputError(field, self.sort.flaw)
        return int(text)


@dataclass(frozen=True, slots=True)
class Snowflakes:
    """Several channels or roles, each once, in the order in which they were named."""

    sort: Sort
    max_count: int

    def parse(self, text: str, field: str) -> tuple[int, ...]:
        """Read mentions or ids between spaces or commas; ``none`` for an empty list."""
        named = [] if text.strip().casefold() == "none" else _BETWEEN.split(text.strip(" ,\n\t"))
        return self._bounded((self._one.parse(part, field) for part in named), field)

    def show(self, value: tuple[int, ...]) -> str:
        """Write mentions."""
        return " ".join(map(self._one.show, value)) or "none"

    def load(self, value: JsonValue, field: str) -> tuple[int, ...]:
        """Read a list of ids, as texts."""
        if not isinstance(value, list | tuple):
            raise BadInputError(field, Flaw.WRONG_TYPE, "a list of ids in quotation marks")
        return self._bounded((self._one.load(part, field) for part in value), field)

    def dump(self, value: tuple[int, ...]) -> JsonValue:
        """Give a list of ids, as texts."""
        return [str(one) for one in value]

    @property
    def _one(self) -> Snowflake:
        return Snowflake(self.sort)

    def _bounded(self, ids: Iterable[int], field: str) -> tuple[int, ...]:
        each_once = tuple(dict.fromkeys(ids))
        if len(each_once) > self.max_count:
            raise BadInputError(field, Flaw.TOO_MANY, str(self.max_count))
        return each_once
