"""What a person chose or typed, out of what Discord sends of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard, cast

import discord

# By the names of a form's fields; what was chosen in a message has no name.
Entered = Mapping[str, tuple[str, ...]]


def custom_id_of(interaction: discord.Interaction) -> str:
    """Tell the id of what was pressed, chosen or sent; empty where it has none."""
    custom_id = _data(interaction).get("custom_id")
    return custom_id if isinstance(custom_id, str) else ""


def entered(interaction: discord.Interaction) -> Entered:
    """Read what was chosen, under no name, or what a form's fields hold, by their names."""
    data = _data(interaction)
    return dict(_fields(data) if "components" in data else _values("", data))


def _fields(data: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in _mappings(data.get("components")):
        for field in _mappings([row.get("component"), *_sequence(row.get("components"))]):
            yield from _values(str(field.get("custom_id")), field)


def _values(name: str, field: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    values = [*_sequence(field.get("values")), field.get("value")]
    texts = tuple(one for one in values if isinstance(one, str) and one)
    if texts:
        yield name, texts


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    return (one for one in _sequence(value) if _is_mapping(one))


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _sequence(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()


def _data(interaction: discord.Interaction) -> Mapping[str, object]:
    return cast("Mapping[str, object]", interaction.data or {})
