"""From what a person typed to the `data` of a command's interaction.

Plays Discord's client, which knows the registered command and doesn't send what that refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from sandbox.discord.json_types import int_of, objects, text_of
from sandbox.discord.resolved import ENTITIES, Entity, Resolved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.discord.json_types import Json, JsonObject

OptionValue: TypeAlias = "str | int | float | bool | Entity"
TEXT_MAX = 6000


class OptionKind(IntEnum):
    """Discord's numbers for options."""

    SUBCOMMAND = 1
    SUBCOMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTING = (OptionKind.SUBCOMMAND, OptionKind.SUBCOMMAND_GROUP)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person has typed.

    Attributes
    ----------
    words
        The command's name and, where it has them, its subcommands'.
    focused
        The option that autocomplete is asked for; empty when the command is sent.
    unchecked
        Send it although the client would refuse, as a modified client can.
    """

    words: Sequence[str]
    values: Mapping[str, OptionValue]
    focused: str = ""
    unchecked: bool = False


def command_data(command: JsonObject, typed: Typed, resolved: Resolved) -> JsonObject:
    """Return the `data` of the interaction.

    Raises
    ------
    LookupError
        The command has no such subcommand or option.
    ValueError
        A required option is missing, or a value isn't one that the client lets through.
    """
    leaf, kinds = _descend(command, typed.words[1:])
    options: list[Json] = _options(objects(leaf.get("options")), typed, resolved)
    for name, kind in reversed(list(zip(typed.words[1:], kinds, strict=True))):
        nested: JsonObject = {"name": name, "type": kind, "options": options}
        options = [nested]
    guild: JsonObject = {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    return {
        "id": command["id"],
        "name": command["name"],
        "type": command["type"],
        "options": options,
        **guild,
        **resolved.json(),
    }


def _descend(command: JsonObject, words: Sequence[str]) -> tuple[JsonObject, list[int]]:
    kinds: list[int] = []
    for word in words:
        command = _named(objects(command.get("options")), word)
        kinds.append(int_of(command, "type"))
    return command, kinds


def _named(options: list[JsonObject], name: str) -> JsonObject:
    for option in options:
        if option.get("name") == name:
            return option
    raise LookupError(f"the command has no option {name}")


def _options(definitions: list[JsonObject], typed: Typed, resolved: Resolved) -> list[Json]:
    values = {typed.focused: "", **typed.values} if typed.focused else typed.values
    if any(int_of(definition, "type") in NESTING for definition in definitions):
        raise LookupError("a subcommand is missing")
    if not typed.focused and not typed.unchecked:
        _check_complete(definitions, values)
    return [
        _option(_named(definitions, name), value, typed, resolved) for name, value in values.items()
    ]


def _check_complete(definitions: list[JsonObject], values: Mapping[str, OptionValue]) -> None:
    for definition in definitions:
        if definition.get("required") and text_of(definition, "name") not in values:
            raise ValueError(f"{definition['name']} is required")


def _option(
    definition: JsonObject, value: OptionValue, typed: Typed, resolved: Resolved
) -> JsonObject:
    name = text_of(definition, "name")
    sent = resolved.id_of(value) if isinstance(value, ENTITIES) else value
    if name == typed.focused:
        return {"name": name, "type": definition["type"], "value": sent, "focused": True}
    if not typed.focused and not typed.unchecked:
        _check_value(definition, sent)
    return {"name": name, "type": definition["type"], "value": sent}


def _check_value(definition: JsonObject, value: str | float) -> None:
    choices = [choice.get("value") for choice in objects(definition.get("choices"))]
    if not _is_well(definition, value) or (choices and value not in choices):
        raise ValueError(f"{definition['name']} can't be {value!r:.80}")


def _is_well(definition: JsonObject, value: str | float) -> bool:
    match int_of(definition, "type"):
        case OptionKind.STRING:
            return isinstance(value, str) and _fits(definition, value)
        case OptionKind.INTEGER:
            return _is_number(value, whole=True) and _in_range(definition, value)
        case OptionKind.NUMBER:
            return _is_number(value, whole=False) and _in_range(definition, value)
        case OptionKind.BOOLEAN:
            return isinstance(value, bool)
        case _:
            return isinstance(value, str)


def _fits(definition: JsonObject, value: str) -> bool:
    least, most = int_of(definition, "min_length"), int_of(definition, "max_length", TEXT_MAX)
    return max(least, 1) <= len(value) <= most


def _is_number(value: str | float, *, whole: bool) -> bool:
    kinds = (int,) if whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool)


def _in_range(definition: JsonObject, value: str | float) -> bool:
    least, most = definition.get("min_value"), definition.get("max_value")
    number = float(value)
    return not (
        (isinstance(least, int | float) and number < least)
        or (isinstance(most, int | float) and number > most)
    )
