"""Everything that the parts of the local Discord share, and the way changes are made known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.discord.buckets import Buckets
from sandbox.discord.events import Event, EventKind, EventStream
from sandbox.discord.message_store import MessageStore
from sandbox.discord.waiting import Watch

if TYPE_CHECKING:
    from sandbox.discord.clock import Clock
    from sandbox.discord.commands import CommandBook
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import SandboxMessage, Snapshot
    from sandbox.discord.settings import SandboxSettings
    from sandbox.discord.snowflakes import Snowflakes
    from sandbox.discord.world import World


@dataclass(slots=True, eq=False)
class State:
    """The present of the local Discord.

    Attributes
    ----------
    interactions
        By id; tokens are looked up through `by_token`.
    base_url
        Of the server, without a final slash; known once it listens.
    watch
        Told of every change.
    """

    world: World
    clock: Clock
    settings: SandboxSettings
    ids: Snowflakes
    commands: CommandBook
    base_url: str = ""
    messages: MessageStore = field(default_factory=MessageStore)
    interactions: dict[int, Interaction] = field(default_factory=dict[int, "Interaction"])
    by_token: dict[str, Interaction] = field(default_factory=dict[str, "Interaction"])
    buckets: Buckets = field(default_factory=Buckets)
    events: EventStream = field(default_factory=EventStream)
    watch: Watch = field(default_factory=Watch)

    def publish(
        self,
        kind: EventKind,
        *,
        message: SandboxMessage | None = None,
        interaction: Interaction | None = None,
    ) -> None:
        """Make a change known to subscribers and to whoever waits."""
        state = message.now if message else None
        self.events.publish(Event(kind, self.clock.now(), message, state, interaction))
        for changed in (message, interaction):
            if changed is not None:
                changed.watch.changed()
        self.watch.changed()

    def add_message(self, message: SandboxMessage) -> SandboxMessage:
        """Put a message into its channel, and return it."""
        self.messages.add(message)
        self.publish(EventKind.MESSAGE_CREATED, message=message)
        return message

    def change_message(self, message: SandboxMessage, state: Snapshot) -> None:
        """Give a message its next state."""
        self.messages.change(message, state)
        self.publish(EventKind.MESSAGE_EDITED, message=message)

    def delete_message(self, message: SandboxMessage) -> None:
        """Take a message away."""
        self.messages.delete(message)
        self.publish(EventKind.MESSAGE_DELETED, message=message)
