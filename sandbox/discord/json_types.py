"""The shape of JSON, and reading it without trusting it."""

from __future__ import annotations

from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, Json]"


def as_object(value: Json) -> JsonObject:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return `value` if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def objects(value: Json) -> list[JsonObject]:
    """Return the objects among the items of an array."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def text_of(source: JsonObject, key: str) -> str:
    """Return the text under `key`, or an empty one."""
    value = source.get(key)
    return value if isinstance(value, str) else ""


def int_of(source: JsonObject, key: str, default: int = 0) -> int:
    """Return the integer under `key`; snowflakes and permissions may come as text."""
    value = source.get(key)
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else default
