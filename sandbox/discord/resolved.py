"""People, roles, channels and files that an interaction's values point at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sandbox.discord.access import permissions_in
from sandbox.discord.attachments import FilePlace, Upload, stored_file
from sandbox.discord.json_types import as_object, int_of, text_of
from sandbox.discord.message_payloads import attachment_json
from sandbox.discord.payloads import member_json, role_json, shown_channel_json, user_json
from sandbox.discord.world import Channel, Member, Role, User

if TYPE_CHECKING:
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.state import State

Entity: TypeAlias = "User | Member | Role | Channel | Upload"
ENTITIES = (User, Member, Role, Channel, Upload)
LEFT_OUT_OF_MEMBERS = frozenset({"user", "deaf", "mute"})


class Resolved:
    """Collects the `resolved` object of one interaction of `user` in `channel`."""

    def __init__(self, state: State, user: User, channel: Channel) -> None:
        self._state = state
        self._user = user
        self._channel = channel
        self._kinds: JsonObject = {}

    def json(self) -> JsonObject:
        """Return the part of `data` that holds it; empty when nothing was pointed at."""
        return {"resolved": self._kinds} if self._kinds else {}

    def id_of(self, entity: Entity) -> str:
        """Add `entity` and return the id that stands for it in a value."""
        match entity:
            case Member():
                return self._person(entity.user)
            case User():
                return self._person(entity)
            case Role():
                return self._add("roles", entity.id, role_json(entity))
            case Channel():
                shown = shown_channel_json(self._state.world, entity, self._user)
                return self._add("channels", entity.id, shown)
            case Upload():
                return self._file(entity)

    def preset(self, default: JsonObject) -> Entity | None:
        """Return what an item of `default_values` stands for; None when that is gone."""
        wanted, world = int_of(default, "id"), self._state.world
        match text_of(default, "type"):
            case "user":
                return world.users.get(wanted)
            case "role":
                guild = world.guild_of(self._channel)
                return guild.roles.get(wanted) if guild else None
            case _:
                return world.find_channel(wanted)

    def _person(self, user: User) -> str:
        guild = self._state.world.guild_of(self._channel)
        if guild is not None and user.id in guild.members:
            self._add("members", user.id, self._member(guild.members[user.id]))
        return self._add("users", user.id, user_json(user))

    def _member(self, member: Member) -> JsonObject:
        held = permissions_in(self._state.world, self._channel, member.user)
        shown = member_json(member) | {"permissions": str(int(held))}
        return {key: value for key, value in shown.items() if key not in LEFT_OUT_OF_MEMBERS}

    def _file(self, upload: Upload) -> str:
        files_url = f"{self._state.base_url}/attachments/{self._channel.id}/"
        stored = stored_file(upload, FilePlace(self._state.ids.next(), files_url))
        self._state.messages.serve([stored])
        return self._add("attachments", stored.id, attachment_json(stored) | {"ephemeral": True})

    def _add(self, kind: str, entity_id: int, shown: JsonObject) -> str:
        known = as_object(self._kinds.get(kind))
        known[str(entity_id)] = shown
        self._kinds[kind] = known
        return str(entity_id)
