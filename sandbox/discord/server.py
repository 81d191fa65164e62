"""The local Discord: one object to open, to drive and to look at."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self, TypeVar

from sandbox.discord.actions import Actions
from sandbox.discord.administration import Administration
from sandbox.discord.api import API_ROOT, Api
from sandbox.discord.callbacks import Callbacks
from sandbox.discord.channel_messages import ChannelMessages
from sandbox.discord.chosen import check_chosen
from sandbox.discord.clock import Clock, RealClock
from sandbox.discord.commands import CommandBook
from sandbox.discord.components import ComponentKind
from sandbox.discord.directory import Directory
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import Gateway
from sandbox.discord.http_server import HttpServer
from sandbox.discord.options import OptionValue, Typed
from sandbox.discord.posting import written
from sandbox.discord.records import Requests
from sandbox.discord.routing import Router
from sandbox.discord.settings import SandboxSettings
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.state import State
from sandbox.discord.webhooks import Webhooks
from sandbox.discord.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from sandbox.discord.attachments import Upload
    from sandbox.discord.components import Button, Select
    from sandbox.discord.events import EventStream
    from sandbox.discord.interactions import Choice, Interaction, Modal
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.modal_values import FieldValue
    from sandbox.discord.resolved import Entity
    from sandbox.discord.world import Channel, User

__all__ = ["DiscordSandbox", "OptionValue"]

T = TypeVar("T")


class DiscordSandbox:
    """A local Discord over real sockets.

    Attributes
    ----------
    gateway
        What bots are connected to; a test makes it misbehave.
    admin
        Changes roles, channels and members, and tells the bot.
    requests
        What was asked of the REST API.
    faults
        What shall befall the next requests.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.gateway = Gateway(state)
        self.admin = Administration(state, self.gateway)
        self.requests = Requests(state.settings.requests_kept)
        self.faults = Faults()
        self._actions = Actions(state, self.gateway)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        world: World | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        settings: SandboxSettings | None = None,
    ) -> AsyncGenerator[Self]:
        """Serve a world (`World.demo()`) until the context ends; port 0 takes any free one."""
        sandbox = cls(_state(world or World.demo(), clock or RealClock(), settings))
        async with sandbox._served(host, port):
            yield sandbox

    @asynccontextmanager
    async def _served(self, host: str, port: int) -> AsyncGenerator[None]:
        state = self._state
        parts = (Directory(state), Callbacks(state), Webhooks(state), ChannelMessages(state))
        routes = [route for part in (*parts, self.gateway) for route in part.routes()]
        api = Api(state, Router(routes))
        server = HttpServer(state, api, self.gateway, self.faults, self.requests)
        async with server.listen(host, port) as base_url:
            state.base_url = base_url
            yield
        self._actions.stop()

    @property
    def world(self) -> World:
        """Return the servers and people."""
        return self._state.world

    @property
    def settings(self) -> SandboxSettings:
        """Return the limits in force; a change, of one or of all, holds from then on."""
        return self._state.settings

    @settings.setter
    def settings(self, settings: SandboxSettings) -> None:
        self._state.settings = settings

    @property
    def clock(self) -> Clock:
        """Return the clock that the rules go by."""
        return self._state.clock

    @property
    def events(self) -> EventStream:
        """Return the stream of all that happens."""
        return self._state.events

    @property
    def base_url(self) -> str:
        """Return the server's address without a final slash."""
        return self._state.base_url

    @property
    def api_url(self) -> str:
        """Return what a bot needs as DISCORD_API_URL."""
        return f"{self._state.base_url}{API_ROOT}"

    @property
    def ready_shards(self) -> int:
        """Return how many gateway sessions are connected and ready."""
        return self.gateway.ready_shards

    @property
    def commands(self) -> list[JsonObject]:
        """Return the globally registered commands, as Discord shows them."""
        return self._state.commands.of(None)

    @property
    def command_writes(self) -> int:
        """Return how many times a bot has registered its commands."""
        return self._state.commands.writes

    @property
    def interactions(self) -> list[Interaction]:
        """Return all that people did, in order."""
        return list(self._state.interactions.values())

    @property
    def messages(self) -> list[SandboxMessage]:
        """Return all messages that there ever were, deleted ones too, in order."""
        return list(self._state.messages)

    async def until(self, predicate: Callable[[], T], timeout_s: float = 5.0) -> T:
        """Wait until `predicate` gives something true; looked at whenever anything changes."""
        return await self._state.watch.until(predicate, timeout_s)

    async def invoke(
        self,
        user: User,
        channel: Channel,
        command: str,
        options: Mapping[str, OptionValue] | None = None,
        *,
        unchecked: bool = False,
    ) -> Interaction:
        """Send a slash command (`"settings models allow"` for a subcommand).

        Raises
        ------
        LookupError, PermissionError, ValueError
            Discord's client wouldn't send it (`unchecked`: send it all the same).
        """
        typed = Typed(command.split(), options or {}, unchecked=unchecked)
        return self._actions.command(user, channel, typed)

    async def choose_in_menu(self, user: User, message: SandboxMessage, name: str) -> Interaction:
        """Choose a command in a message's menu; raises like `invoke` where it isn't offered."""
        return self._actions.menu(user, message, name)

    def menus_for(self, user: User, channel: Channel) -> list[JsonObject]:
        """Return the commands in the menu of each message that `user` sees in `channel`."""
        return self._actions.menus_for(user, channel)

    def say(
        self, user: User, channel: Channel, text: str, files: Sequence[Upload] = ()
    ) -> SandboxMessage:
        """Let a person write a message, with files perhaps."""
        return self._state.add_message(written(self._state, user, channel, text, files))

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        command: str,
        options: Mapping[str, OptionValue],
        *,
        focused: str,
        unchecked: bool = False,
    ) -> tuple[Choice, ...]:
        """Ask the bot what to offer for the option `focused`, given what is typed so far.

        Raises
        ------
        LookupError, PermissionError
            Discord's client wouldn't ask (`unchecked`: ask all the same).
        TimeoutError
            The bot didn't answer within Discord's 3 s.
        """
        typed = Typed(command.split(), options, focused, unchecked=unchecked)
        use = self._actions.command(user, channel, typed)
        await use.answered(self._state.settings.answer_within_s)
        return use.choices or ()

    async def press(
        self, user: User, message: SandboxMessage, label: str = "", *, custom_id: str = ""
    ) -> Interaction:
        """Press the button with this label, or with this custom_id even if it's gone by now.

        Raises
        ------
        LookupError
            There is no such button that can be pressed, or the message isn't there for `user`.
        """
        target = custom_id or _pressable(message.buttons, label).custom_id
        return self._actions.component(user, message, target, ComponentKind.BUTTON)

    async def select(
        self,
        user: User,
        message: SandboxMessage,
        values: Sequence[str | Entity],
        *,
        custom_id: str = "",
        unchecked: bool = False,
    ) -> Interaction:
        """Choose in the select menu with this custom_id, or in the first one.

        Raises
        ------
        LookupError, ValueError
            There is no such menu, or it doesn't take these values (`unchecked`: send them all
            the same, as to a text menu).
        """
        if unchecked:
            kind = ComponentKind.STRING_SELECT
            return self._actions.component(user, message, custom_id, kind, values)
        menu = _selectable(message.selects, custom_id)
        check_chosen(menu, values)
        return self._actions.component(user, message, menu.custom_id, menu.kind, values)

    async def submit_modal(self, modal: Modal, values: Mapping[str, FieldValue]) -> Interaction:
        """Submit a modal; values by custom_id, what isn't given stays as the bot preset it."""
        return self._actions.modal(modal, values)

    def commands_for(self, user: User, channel: Channel) -> list[JsonObject]:
        """Return the registered commands that Discord would show `user` in `channel`."""
        return self._actions.commands_for(user, channel)

    def messages_in(self, channel: Channel, user: User | None = None) -> list[SandboxMessage]:
        """Return the messages of a channel, oldest first; with `user` only what that one sees."""
        return self._state.messages.in_channel(channel.id, user)

    def post(self, message: SandboxMessage) -> SandboxMessage:
        """Put a message into its channel that isn't the bot's doing, e.g. a person's."""
        return self._state.add_message(message)

    def delete_message(self, message: SandboxMessage) -> None:
        """Delete a message as a moderator would (or dismiss a private one)."""
        self._state.delete_message(message)

    def expire(self, use: Interaction) -> None:
        """End an interaction's token now, as if its 15 minutes were over."""
        use.expired = True


def _state(world: World, clock: Clock, settings: SandboxSettings | None) -> State:
    ids = Snowflakes(clock)
    commands = CommandBook(world.application.id, ids)
    return State(world, clock, settings or SandboxSettings(), ids, commands)


def _pressable(buttons: list[Button], label: str) -> Button:
    for button in buttons:
        if button.label == label and button.custom_id and not button.disabled:
            return button
    raise LookupError(f"there is no button {label!r} to press")


def _selectable(menus: list[Select], custom_id: str) -> Select:
    for menu in menus:
        if custom_id in ("", menu.custom_id) and not menu.disabled:
            return menu
    raise LookupError(f"there is no menu {custom_id!r} to choose in")
