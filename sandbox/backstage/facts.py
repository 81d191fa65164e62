"""What is known of a picture from both sides, as plain data. Moments are Unix time in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sandbox.get3w.fate import Fate


class Claim(StrEnum):
    """What a message says of money."""

    NOTHING = "nothing was charged"
    USUALLY_NOT = "usually not charged"
    MAYBE = "may have been charged"
    SILENT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """What the API did with one submission.

    Attributes
    ----------
    fate, ended_at_s
        What really became of it, and when that was decided.
    told
        The client has been told that the picture is there.
    streamed, tells_id
        Whether it was answered by a stream, and whether the answer carries the task's id.
    connection
        How the answer's connection stands or ended, in a word.
    n_events, n_polls
        What the client got of the stream, and how often it asked.
    price_usd
        What all the pictures that were asked for cost; charged when the task completes.
    n_served, n_bytes
        How often a picture was fetched in full, and how much was sent for it.
    """

    prompt: str
    model: str
    submitted_at_s: float
    fate: Fate = Fate.WORKING
    ended_at_s: float | None = None
    told: bool = False
    streamed: bool = True
    tells_id: bool = False
    connection: str = "open"
    n_events: int = 0
    n_polls: int = 0
    price_usd: float | None = None
    n_served: int = 0
    n_bytes: int = 0

    @property
    def accepted(self) -> bool:
        """Say whether the API took it on."""
        return self.fate is not Fate.REFUSED

    @property
    def charged(self) -> bool:
        """Say whether it was charged."""
        return self.fate is Fate.COMPLETED


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What the message of a command says now.

    Attributes
    ----------
    headline
        Its first line, as plain text.
    changed_at_s, ended_at_s
        When it last changed, and when it came to its end; None while it goes on.
    """

    id: int
    channel_id: int
    guild_id: int | None
    headline: str
    changed_at_s: float
    ended_at_s: float | None = None
    has_picture: bool = False
    claim: Claim = Claim.SILENT
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFacts:
    """One wish for a picture: a command, or a button that made a message of its own.

    Attributes
    ----------
    said
        All that its message has said, which names the model.
    """

    id: int
    prompt: str
    person: str
    asked_at_s: float
    said: str = ""
    message: MessageFacts | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What belongs together: a wish and what was submitted for it.

    Either may be missing: a wish that waits, or a submission that nobody here asked for.
    """

    ask: AskFacts | None
    tasks: tuple[TaskFacts, ...] = ()

    @property
    def message(self) -> MessageFacts | None:
        """Return the wish's message."""
        return self.ask.message if self.ask else None

    @property
    def began_at_s(self) -> float:
        """Return when it was asked for, or else submitted."""
        return self.ask.asked_at_s if self.ask else self.tasks[0].submitted_at_s
