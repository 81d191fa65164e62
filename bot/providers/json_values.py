"""JSON as types: what a foreign document can be made of, and how to look into it safely."""

from typing import TypeAlias

import orjson

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, JsonValue]


def read_json(text: str | bytes) -> JsonValue:
    """Parse a document; ``None`` where it is malformed, as for the document ``null``."""
    try:
        document: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return document


def read_object(text: str | bytes) -> JsonObject | None:
    """Parse a document that has to be an object; ``None`` for any other."""
    document = read_json(text)
    return document if isinstance(document, dict) else None


def text_at(document: JsonObject, *names: str) -> str:
    """Give the first of the named members that is a non-empty text, or an empty text."""
    values = (document.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def number_at(document: JsonObject, name: str) -> float | None:
    """Give a member that is a number; ``True`` is none."""
    value = document.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
