"""Telling whether Discord already has our commands.

Discord answers with defaults filled in, ids and versions added and permissions as text. Both
sides are brought to one form before they are compared, so that a start registers nothing unless
something really changed.
"""

from collections.abc import Iterable, Mapping
from typing import TypeGuard

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_IGNORED = frozenset(
    (
        "id",
        "version",
        "application_id",
        "guild_id",
        "dm_permission",
        "default_permission",
        "handler",
    )
)
# What Discord fills in where a command says nothing, and therefore means the same as nothing.
_DEFAULTS: Mapping[str, Json] = {
    "type": 1,
    # What stands in a menu has none.
    "description": "",
    "nsfw": False,
    "required": False,
    "autocomplete": False,
    "default_member_permissions": None,
}


def same_commands(
    ours: Iterable[Mapping[str, object]], theirs: Iterable[Mapping[str, object]]
) -> bool:
    """Compare what we would register with what ``GET …/commands`` gave."""
    return _by_name(ours) == _by_name(theirs)


def _by_name(commands: Iterable[Mapping[str, object]]) -> dict[str, object]:
    normal = (_normal(command) for command in commands)
    return {f"{command.get('type', 1)} {command['name']}": command for command in normal}


def _normal(command: Mapping[str, object]) -> dict[str, object]:
    pairs = ((key, _normal_value(key, value)) for key, value in command.items())
    return {key: value for key, value in pairs if not _says_nothing(key, value)}


def _normal_value(key: str, value: object) -> object:
    if key == "default_member_permissions" and value is not None:
        return str(value)
    if key in ("contexts", "integration_types", "channel_types") and _is_list(value):
        return sorted(value, key=str)
    if _is_mapping(value):
        # The keys of these are languages, and "id" is Indonesian.
        return dict(value) if key.endswith("_localizations") else _normal(value)
    if _is_list(value):
        return [_normal(item) if _is_mapping(item) else item for item in value]
    return value


def _says_nothing(key: str, value: object) -> bool:
    if key in _IGNORED or value is None or value in ({}, []):
        return True
    return key in _DEFAULTS and value == _DEFAULTS[key]


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list | tuple)
