"""The local Discord: one object to open, to drive and to look at."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from sandbox.discord.clock import Clock
    from sandbox.discord.events import EventStream
    from sandbox.discord.interactions import Choice, Interaction, Modal
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.settings import SandboxSettings
    from sandbox.discord.world import Channel, Member, Role, User, World

T = TypeVar("T")
OptionValue: TypeAlias = "str | int | float | bool | User | Member | Role | Channel"


class DiscordSandbox:
    """A local Discord over real sockets."""

    world: World
    settings: SandboxSettings
    clock: Clock
    events: EventStream

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
    ) -> AsyncGenerator[DiscordSandbox]:
        """Serve a world until the context ends; port 0 takes any free one."""
        raise NotImplementedError((world, host, port, clock, settings))
        yield cls()

    @property
    def api_url(self) -> str:
        """Return what a bot needs as DISCORD_API_URL."""
        raise NotImplementedError

    @property
    def ready_shards(self) -> int:
        """Return how many gateway sessions are connected and ready."""
        raise NotImplementedError

    async def until(self, predicate: Callable[[], T], timeout_s: float = 5.0) -> T:
        """Wait until `predicate` gives something true; looked at whenever anything changes."""
        raise NotImplementedError

    async def invoke(
        self,
        user: User,
        channel: Channel,
        command: str,
        options: Mapping[str, OptionValue] | None = None,
        *,
        unchecked: bool = False,
    ) -> Interaction:
        """Send a slash command (`"settings models allow"` for a subcommand)."""
        raise NotImplementedError

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        command: str,
        options: Mapping[str, OptionValue],
        *,
        focused: str,
    ) -> tuple[Choice, ...]:
        """Ask the bot what to offer for the option `focused`, given what is typed so far."""
        raise NotImplementedError

    async def press(
        self, user: User, message: SandboxMessage, label: str = "", *, custom_id: str = ""
    ) -> Interaction:
        """Press the button with this label (emoji aside) or custom_id."""
        raise NotImplementedError

    async def select(
        self,
        user: User,
        message: SandboxMessage,
        values: Sequence[str | User | Role | Channel],
        *,
        custom_id: str = "",
    ) -> Interaction:
        """Choose in the select menu with this custom_id, or in the only one."""
        raise NotImplementedError

    async def submit_modal(
        self, modal: Modal, values: Mapping[str, str | bool | Sequence[str]]
    ) -> Interaction:
        """Submit a modal; values by custom_id, what isn't given stays as the bot preset it."""
        raise NotImplementedError

    def commands_for(self, user: User, channel: Channel) -> list[JsonObject]:
        """Return the registered commands that Discord would show `user` in `channel`."""
        raise NotImplementedError

    def messages_in(self, channel: Channel, user: User | None = None) -> list[SandboxMessage]:
        """Return the messages of a channel, oldest first; with `user` only what that one sees."""
        raise NotImplementedError

    def delete_message(self, message: SandboxMessage) -> None:
        """Delete a message as a moderator would (or dismiss an ephemeral one)."""
        raise NotImplementedError
