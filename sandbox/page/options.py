"""Turning what the page sends into what the local Discord takes.

The page knows people, roles, channels and uploaded files by their ids; the local Discord wants the
things themselves wherever an option, a select or a field is of such a kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from sandbox.discord.components import ComponentKind, walk
from sandbox.discord.json_types import int_of, objects, text_of
from sandbox.discord.options import OptionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.modal_values import FieldValue
    from sandbox.discord.options import OptionValue
    from sandbox.discord.resolved import Entity
    from sandbox.discord.world import World
    from sandbox.page.uploads import Uploads

Scalar: TypeAlias = "str | int | float | bool"

ID_OPTIONS: Final = frozenset(
    {
        OptionKind.USER,
        OptionKind.CHANNEL,
        OptionKind.ROLE,
        OptionKind.MENTIONABLE,
        OptionKind.ATTACHMENT,
    }
)
ID_COMPONENTS: Final = frozenset(
    {
        ComponentKind.USER_SELECT,
        ComponentKind.ROLE_SELECT,
        ComponentKind.MENTIONABLE_SELECT,
        ComponentKind.CHANNEL_SELECT,
        ComponentKind.FILE_UPLOAD,
    }
)


class Values:
    """Reads values in a world, with the files that were uploaded."""

    def __init__(self, world: World, uploads: Uploads) -> None:
        self._world = world
        self._uploads = uploads

    def of_options(
        self, commands: Iterable[JsonObject], name: str, given: Mapping[str, Json]
    ) -> dict[str, OptionValue]:
        """Return the options of the command `name` (with its subcommands) by their names."""
        kinds = {text_of(item, "name"): int_of(item, "type") for item in _options(commands, name)}
        return {
            option: self._of_option(kinds.get(option, 0), value)
            for option, value in given.items()
            if isinstance(value, str | int | float | bool)
        }

    def of_select(
        self, components: Iterable[JsonObject], custom_id: str, values: Iterable[Json]
    ) -> Sequence[str | Entity]:
        """Return what was chosen in a select of a message."""
        return self._chosen(_kinds(components).get(custom_id, 0), values)

    def of_fields(
        self, components: Iterable[JsonObject], fields: Iterable[JsonObject]
    ) -> dict[str, FieldValue]:
        """Return a form's values by custom_id; a field without a choice isn't in it."""
        kinds = _kinds(components)
        given = {text_of(field, "custom_id"): field.get("value") for field in fields}
        return {
            custom_id: value if isinstance(value, str | bool) else self._chosen(kind, value)
            for custom_id, value in given.items()
            if isinstance(value, str | bool | list) and (kind := kinds.get(custom_id, 0))
        }

    def _of_option(self, kind: int, value: Scalar) -> OptionValue:
        if kind in ID_OPTIONS and isinstance(value, str):
            return self._thing(value) or value
        return value

    def _chosen(self, kind: int, values: Iterable[Json]) -> list[str | Entity]:
        ids = [value for value in values if isinstance(value, str)]
        if kind not in ID_COMPONENTS:
            return [*ids]
        return [self._thing(text) or text for text in ids]

    def _thing(self, text: str) -> Entity | None:
        if text in self._uploads:
            return self._uploads[text]
        wanted = int(text) if text.isdecimal() else 0
        if user := self._world.users.get(wanted):
            return user
        roles = (guild.roles.get(wanted) for guild in self._world.guilds.values())
        return next((role for role in roles if role), None) or self._world.find_channel(wanted)


def _options(commands: Iterable[JsonObject], name: str) -> list[JsonObject]:
    """Walk down from the command to the subcommand that `name` ends with."""
    level = list(commands)
    for word in name.split():
        entry = next((item for item in level if text_of(item, "name") == word), None)
        level = objects(entry.get("options")) if entry else []
    return level


def _kinds(components: Iterable[JsonObject]) -> dict[str, int]:
    return {text_of(item, "custom_id"): int_of(item, "type") for item in walk(components)}
