"""The commands that the bot has registered, for every server or for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.command_rules import CHAT_INPUT, check_commands, registered
from sandbox.discord.json_types import int_of, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.snowflakes import Snowflakes


class CommandBook:
    """Registered commands. `writes` counts the bulk registrations."""

    def __init__(self, application_id: int, ids: Snowflakes) -> None:
        self._application_id = application_id
        self._ids = ids
        self._scopes: dict[int | None, list[JsonObject]] = {}
        self.writes = 0

    def replace(self, commands: Sequence[JsonObject], guild_id: int | None) -> list[JsonObject]:
        """Register `commands` in place of all others of their scope, and return them as stored.

        A command keeps its id while its name and kind stay, and its version while nothing
        changes.
        """
        check_commands(commands)
        known = {_key(item): item for item in self.of(guild_id)}
        stored = [self._stored(item, known.get(_key(item)), guild_id) for item in commands]
        self._scopes[guild_id] = stored
        self.writes += 1
        return stored

    def of(self, guild_id: int | None) -> list[JsonObject]:
        """Return the commands of one scope: a server's own, or (None) the global ones."""
        return self._scopes.get(guild_id, [])

    def in_guild(self, guild_id: int | None) -> list[JsonObject]:
        """Return the commands that exist in a server; its own come before global namesakes."""
        own = self.of(guild_id) if guild_id is not None else []
        names = {_key(item) for item in own}
        return own + [item for item in self.of(None) if _key(item) not in names]

    def find(self, name: str, guild_id: int | None, kind: int = CHAT_INPUT) -> JsonObject:
        """Return the command of this name and kind; LookupError when there is none."""
        for command in self.in_guild(guild_id):
            if _key(command) == (kind, name):
                return command
        raise LookupError(f"the bot hasn't registered /{name}")

    def _stored(
        self, command: JsonObject, known: JsonObject | None, guild_id: int | None
    ) -> JsonObject:
        identity: JsonObject = {
            "id": known["id"] if known else str(self._ids.next()),
            "application_id": str(self._application_id),
            "version": known["version"] if known else str(self._ids.next()),
            **({"guild_id": str(guild_id)} if guild_id is not None else {}),
        }
        shown = registered(command, identity)
        if known and shown != known:
            shown["version"] = str(self._ids.next())
        return shown


def _key(command: JsonObject) -> tuple[int, str]:
    return int_of(command, "type", CHAT_INPUT), text_of(command, "name")
