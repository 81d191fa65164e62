"""What a person did, and what the bot answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar

from sandbox.discord.waiting import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.discord.clock import Timer
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.world import Channel, User

T = TypeVar("T")


class InteractionKind(IntEnum):
    """Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class AnswerKind(IntEnum):
    """Discord's callback types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """One line that autocomplete offers."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Modal:
    """A pop-up that the bot opened for the person behind `interaction`."""

    custom_id: str
    title: str
    components: tuple[JsonObject, ...]
    interaction: Interaction


@dataclass(eq=False)
class Interaction:
    """One command sent, one press, one choice, one modal submitted, or one autocomplete query.

    Attributes
    ----------
    name
        The command with its subcommands, or the component's or the modal's custom_id.
    source
        The message whose component was used.
    answer
        How the bot answered first; None before it has.
    message
        What `@original` means: the answer's message, or `source` where the answer updates that.
    failed
        No answer came in time: the person reads "The application did not respond".
    expired
        The token was ended before its time.
    """

    id: int
    token: str
    kind: InteractionKind
    name: str
    user: User
    channel: Channel
    created_at_s: float
    payload: JsonObject = field(repr=False)
    source: SandboxMessage | None = None
    answer: AnswerKind | None = None
    answered_at_s: float | None = None
    message: SandboxMessage | None = None
    followups: list[SandboxMessage] = field(default_factory=list["SandboxMessage"])
    modal: Modal | None = None
    choices: tuple[Choice, ...] | None = None
    failed: bool = False
    expired: bool = False
    deadline: Timer | None = field(default=None, repr=False)
    watch: Watch = field(default_factory=Watch, repr=False)

    @property
    def answered_after_s(self) -> float:
        """Return the seconds between the event and the first callback; error before that."""
        if self.answered_at_s is None:
            raise RuntimeError(f"{self.name} hasn't been answered")
        return self.answered_at_s - self.created_at_s

    async def answered(self, timeout_s: float = 3.0) -> Interaction:
        """Wait for the first callback."""
        await self.until(lambda use: use.answer is not None, timeout_s)
        return self

    async def until(self, predicate: Callable[[Interaction], T], timeout_s: float = 5.0) -> T:
        """Wait until `predicate` gives something true of this interaction, and return that."""
        return await self.watch.until(lambda: predicate(self), timeout_s)
