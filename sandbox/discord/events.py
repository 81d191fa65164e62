"""What happens in the local Discord, as a stream that a page or a test can follow."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import SandboxMessage, Snapshot
    from sandbox.discord.world import User

# A reader that falls this far behind loses the oldest events, never the sandbox its memory.
EVENTS_KEPT = 10_000


class EventKind(StrEnum):
    """The kinds of events."""

    INTERACTION_SENT = "interaction_sent"
    INTERACTION_ANSWERED = "interaction_answered"
    INTERACTION_FAILED = "interaction_failed"
    MESSAGE_CREATED = "message_created"
    MESSAGE_EDITED = "message_edited"
    MESSAGE_DELETED = "message_deleted"
    MODAL_OPENED = "modal_opened"
    CHOICES_OFFERED = "choices_offered"
    COMMANDS_CHANGED = "commands_changed"
    WORLD_CHANGED = "world_changed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at_s` (Unix time in seconds).

    Attributes
    ----------
    message, state
        Set for message events; `state` is what the message showed then.
    interaction
        Set for interaction, modal and choices events.
    """

    kind: EventKind
    at_s: float
    message: SandboxMessage | None = None
    state: Snapshot | None = None
    interaction: Interaction | None = None

    def visible_to(self, user: User) -> bool:
        """Say whether it may be shown to `user` (who can see the channel)."""
        if self.message is not None:
            return self.message.audience in (None, user)
        return self.interaction is None or self.interaction.user is user


class Subscription:
    """An endless, asynchronous iteration over events from the moment of subscribing.

    Used as a context manager it unsubscribes at its end. `missed` counts events that were dropped
    because they weren't read in time.
    """

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._arrived = asyncio.Event()
        self.missed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            self._arrived.clear()
            await self._arrived.wait()
        return self._events.popleft()

    def deliver(self, event: Event) -> None:
        """Hand an event to the reader."""
        self.missed += len(self._events) == EVENTS_KEPT
        self._events.append(event)
        self._arrived.set()

    def close(self) -> None:
        """Stop receiving."""
        self._stream.unsubscribe(self)


class EventStream:
    """Where events are published and subscribed to."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def subscribe(self) -> Subscription:
        """Return a subscription to all events from now on."""
        subscription = Subscription(self)
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Deliver nothing more to a subscription."""
        self._subscriptions.discard(subscription)

    def publish(self, event: Event) -> None:
        """Hand an event to every subscription."""
        for subscription in self._subscriptions:
            subscription.deliver(event)
