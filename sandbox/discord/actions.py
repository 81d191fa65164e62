"""What people do: send a command, type in a picker, press, choose, fill in a modal.

Plays Discord's client and the part of Discord that turns its doings into interactions.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from sandbox.discord.access import permissions_in
from sandbox.discord.command_rules import CHAT_INPUT, MESSAGE_MENU
from sandbox.discord.components import walk
from sandbox.discord.events import EventKind
from sandbox.discord.interaction_payloads import (
    BOT_DM_CONTEXT,
    GUILD_CONTEXT,
    interaction_json,
)
from sandbox.discord.interactions import Interaction, InteractionKind
from sandbox.discord.json_types import as_list, int_of, text_of
from sandbox.discord.message_payloads import message_json
from sandbox.discord.modal_values import modal_data
from sandbox.discord.options import command_data
from sandbox.discord.permissions import Permission
from sandbox.discord.resolved import ENTITIES, Resolved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.discord.gateway import Gateway
    from sandbox.discord.interactions import Modal
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.modal_values import FieldValue
    from sandbox.discord.options import Typed
    from sandbox.discord.resolved import Entity
    from sandbox.discord.state import State
    from sandbox.discord.world import Channel, User

# Discord's own begin so: "interaction:" in base64, before an id and what nobody can guess.
INTERACTION = "aW50ZXJhY3Rpb246"


class Actions:
    """Sends interactions and remembers them."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway

    def command(self, user: User, channel: Channel, typed: Typed) -> Interaction:
        """Send a slash command, or, with a focused option, an autocomplete query."""
        command = self._state.commands.find(typed.words[0], channel.guild_id)
        if not typed.unchecked and command not in self.commands_for(user, channel):
            raise PermissionError(f"Discord doesn't offer /{typed.words[0]} here")
        data = command_data(command, typed, Resolved(self._state, user, channel))
        kind = InteractionKind.AUTOCOMPLETE if typed.focused else InteractionKind.COMMAND
        return self._send(self._new(kind, " ".join(typed.words), user, channel), data)

    def menu(self, user: User, message: SandboxMessage, name: str) -> Interaction:
        """Choose a command in the menu of a message; a private one has none."""
        channel = message.channel
        if message.ephemeral or message.deleted or not self._sees(user, channel):
            raise LookupError("the message isn't there for this person, or has no such menu")
        command = self._state.commands.find(name, channel.guild_id, MESSAGE_MENU)
        if command not in self.menus_for(user, channel):
            raise PermissionError(f"Discord doesn't offer {name} here")
        target = str(message.id)
        shown: JsonObject = {target: message_json(message, self._state.world)}
        data: JsonObject = {
            "id": command["id"],
            "name": name,
            "type": MESSAGE_MENU,
            "target_id": target,
            "resolved": {"messages": shown},
        }
        return self._send(self._new(InteractionKind.COMMAND, name, user, channel), data)

    def component(
        self,
        user: User,
        message: SandboxMessage,
        custom_id: str,
        kind: int,
        values: Sequence[str | Entity] | None = None,
    ) -> Interaction:
        """Press a button or, with `values`, choose in a select menu."""
        if not (message.visible_to(user) and self._sees(user, message.channel)):
            raise LookupError("the message isn't there for this person")
        data: JsonObject = {"custom_id": custom_id, "component_type": kind}
        data |= {"id": _number(message, custom_id)}
        if values is not None:
            data |= self._chosen(user, message.channel, values)
        use = self._new(InteractionKind.COMPONENT, custom_id, user, message.channel)
        use.source = message
        return self._send(use, data)

    def modal(self, modal: Modal, values: Mapping[str, FieldValue]) -> Interaction:
        """Submit a modal, as the person for whom it was opened."""
        opener = modal.interaction
        data = modal_data(modal, values, Resolved(self._state, opener.user, opener.channel))
        use = self._new(InteractionKind.MODAL, modal.custom_id, opener.user, opener.channel)
        use.source = opener.source
        return self._send(use, data)

    def commands_for(self, user: User, channel: Channel) -> list[JsonObject]:
        """Return the slash commands that Discord's picker shows `user` in `channel`."""
        return self._shown(user, channel, CHAT_INPUT)

    def menus_for(self, user: User, channel: Channel) -> list[JsonObject]:
        """Return the commands in the menu of each message that `user` sees in `channel`."""
        return self._shown(user, channel, MESSAGE_MENU)

    def _shown(self, user: User, channel: Channel, kind: int) -> list[JsonObject]:
        held = permissions_in(self._state.world, channel, user, self._state.clock.now())
        if Permission.USE_APPLICATION_COMMANDS not in held or not self._is_served(channel):
            return []
        found = self._state.commands.in_guild(channel.guild_id)
        of_kind = [command for command in found if int_of(command, "type", CHAT_INPUT) == kind]
        return [command for command in of_kind if self._offers(command, channel, held)]

    def stop(self) -> None:
        """Call off what would still fall due."""
        for use in self._state.interactions.values():
            if use.deadline is not None:
                use.deadline.cancel()

    def _offers(self, command: JsonObject, channel: Channel, held: Permission) -> bool:
        needed = text_of(command, "default_member_permissions")
        if needed and not _permitted(int(needed), held):
            return False
        guild = self._state.world.guild_of(channel)
        of_age = guild is not None and guild.is_age_restricted(channel)
        return (of_age or not command.get("nsfw")) and _fits(command, in_server=guild is not None)

    def _sees(self, user: User, channel: Channel) -> bool:
        held = permissions_in(self._state.world, channel, user)
        return Permission.VIEW_CHANNEL in held and self._exists(channel)

    def _is_served(self, channel: Channel) -> bool:
        """Say whether the channel exists, in a server that the bot is in."""
        guild = self._state.world.guild_of(channel)
        bot = self._state.world.application.bot
        return (guild is None or bot.id in guild.members) and self._exists(channel)

    def _exists(self, channel: Channel) -> bool:
        return self._state.world.find_channel(channel.id) is channel

    def _chosen(self, user: User, channel: Channel, values: Sequence[str | Entity]) -> JsonObject:
        resolved = Resolved(self._state, user, channel)
        sent: list[Json] = [
            resolved.id_of(value) if isinstance(value, ENTITIES) else value for value in values
        ]
        return {"values": sent, **resolved.json()}

    def _new(self, kind: InteractionKind, name: str, user: User, channel: Channel) -> Interaction:
        token = f"{INTERACTION}{secrets.token_urlsafe(48)}"
        now_s = self._state.clock.now()
        return Interaction(self._state.ids.next(), token, kind, name, user, channel, now_s, {})

    def _send(self, use: Interaction, data: JsonObject) -> Interaction:
        state = self._state
        use.payload = interaction_json(use, data, state.world, state.settings.file_max_bytes)
        state.interactions[use.id] = state.by_token[use.token] = use
        due_s = use.created_at_s + state.settings.answer_within_s
        use.deadline = state.clock.call_at(due_s, partial(self._fail, use))
        self._gateway.send_interaction(use)
        state.publish(EventKind.INTERACTION_SENT, interaction=use)
        return use

    def _fail(self, use: Interaction) -> None:
        use.failed = True
        self._state.publish(EventKind.INTERACTION_FAILED, interaction=use)


def _number(message: SandboxMessage, custom_id: str) -> int:
    for component in walk(message.components):
        if component.get("custom_id") == custom_id:
            return int_of(component, "id")
    return 0


def _fits(command: JsonObject, *, in_server: bool) -> bool:
    contexts = as_list(command.get("contexts"))
    if contexts:
        return (GUILD_CONTEXT if in_server else BOT_DM_CONTEXT) in contexts
    return in_server or command.get("dm_permission") is not False


def _permitted(needed: int, held: Permission) -> bool:
    if needed == 0:
        return Permission.ADMINISTRATOR in held
    return held & needed == needed or Permission.ADMINISTRATOR in held
