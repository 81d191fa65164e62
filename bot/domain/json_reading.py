"""Reading JSON that a stranger wrote: every surprise is a refusal that names its place."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import JsonValue

# JSON can spell out one half of a pair and a zero, neither of which databases take.
_NO_CHARACTER = re.compile("[\ud800-\udfff\x00]")


def parsed(text: str, field: str, max_characters: int) -> JsonValue:
    """Read a text as JSON; a name that is there twice, or what is no number, refuses it.

    Raises
    ------
    BadInputError
    """
    if len(text) > max_characters:
        raise BadInputError(field, Flaw.TOO_LONG, f"{max_characters:,}")
    try:
        value: JsonValue = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadInputError(field, Flaw.NOT_A_DOCUMENT) from error
    return value


def members(
    value: JsonValue, place: str, known: Iterable[str] | None = None
) -> Mapping[str, JsonValue]:
    """Read an object, with no other names in it than those that are known.

    Raises
    ------
    BadInputError
    """
    if not isinstance(value, Mapping):
        raise BadInputError(place, Flaw.WRONG_TYPE, "names with values")
    for name in value:
        if known is not None and name not in known:
            raise BadInputError(f"{place}.{name}", Flaw.UNKNOWN)
    return value


def entries(value: JsonValue, place: str, max_count: int) -> Sequence[JsonValue]:
    """Read a list.

    Raises
    ------
    BadInputError
    """
    if not isinstance(value, list | tuple):
        raise BadInputError(place, Flaw.WRONG_TYPE, "a list")
    if len(value) > max_count:
        raise BadInputError(place, Flaw.TOO_MANY, str(max_count))
    return value


def text_at(value: JsonValue, place: str) -> str:
    """Read a text.

    Raises
    ------
    BadInputError
    """
    if not isinstance(value, str) or _NO_CHARACTER.search(value):
        raise BadInputError(place, Flaw.WRONG_TYPE, "a text")
    return value


def _each_once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    seen: dict[str, JsonValue] = {}
    for name, value in pairs:
        if name in seen:
            raise BadInputError(name, Flaw.TWICE)
        seen[name] = value
    return seen


def _no_number(name: str) -> JsonValue:
    raise ValueError(name)
