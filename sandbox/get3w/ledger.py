"""What was really asked of the API and how each answer ended, for tests to wait for and to read.

Nothing here is an expectation: the ledger only writes down. `Ledger.until` looks again at every
change, so that a test waits for what it wants to see and never for a time to pass.
Moments are `time.monotonic` seconds: on one machine other processes' moments compare with them.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from multidict import CIMultiDictProxy

from sandbox.get3w.payloads import JsonObject

Seen = TypeVar("Seen")


class End(Enum):
    """How a request ended."""

    OPEN = auto()
    """It hasn't: the answer is being sent, or waits."""
    ANSWERED = auto()
    STREAMED = auto()
    """Answered with events, to the proper end of the transfer."""
    REFUSED = auto()
    """Answered with a status of 400 or more."""
    CUT = auto()
    """The scenario cut or reset it."""
    CLIENT_LEFT = auto()
    """The client closed the connection first."""


@dataclass(eq=False, kw_only=True)
class Visit:
    """One request.

    Attributes
    ----------
    status
        The HTTP status of the answer; None before its head is sent, or when there is none.
    n_writes, n_bytes
        What has been sent of the body; in a stream each event is a write.
    """

    method: str
    path: str
    headers: CIMultiDictProxy[str]
    at_s: float = field(default_factory=time.monotonic)
    status: int | None = None
    n_writes: int = 0
    n_bytes: int = 0
    end: End = End.OPEN
    ended_at_s: float | None = None


@dataclass(eq=False, kw_only=True)
class Submission(Visit):
    """One request to make a picture.

    Attributes
    ----------
    task_id
        The id that it got, told to the client or not; None when no scenario was reached.
    completed_at_s
        When the client was told that the picture is there: in the stream, or by a poll.
    """

    model: str
    body: JsonObject
    task_id: str | None = None
    completed_at_s: float | None = None

    @property
    def prompt(self) -> str:
        """The prompt, empty when there was none."""
        prompt = self.body.get("prompt")
        return prompt if isinstance(prompt, str) else ""


@dataclass(eq=False, kw_only=True)
class TaskVisit(Visit):
    """A poll or a deletion."""

    task_id: str


@dataclass(eq=False, kw_only=True)
class UploadVisit(Visit):
    """A picture that was put into the store; `url` is empty where it wasn't taken."""

    filename: str
    content_type: str
    data: bytes
    url: str = ""


@dataclass(eq=False)
class Ledger:
    """All requests in the order in which they came."""

    submissions: list[Submission] = field(default_factory=list[Submission])
    polls: list[TaskVisit] = field(default_factory=list[TaskVisit])
    deletes: list[TaskVisit] = field(default_factory=list[TaskVisit])
    downloads: list[Visit] = field(default_factory=list[Visit])
    uploads: list[UploadVisit] = field(default_factory=list[UploadVisit])
    reads: list[Visit] = field(default_factory=list[Visit])
    """Questions for the catalogue and the balance."""
    peak_open: int = 0
    """The most submissions that were open at the same time."""
    _n_open: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def submitted(self, submission: Submission) -> None:
        """Write down a submission."""
        self.submissions.append(submission)
        self._n_open += 1
        self.peak_open = max(self.peak_open, self._n_open)
        self.changed()

    def ended(self, visit: Visit, end: End) -> None:
        """Write down how a request ended; the first word stands."""
        if visit.end is not End.OPEN:
            return
        visit.end, visit.ended_at_s = end, time.monotonic()
        self._n_open -= isinstance(visit, Submission)
        self.changed()

    def changed(self) -> None:
        """Let everyone who waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], Seen], timeout_s: float = 5.0) -> Seen:
        """Return what `condition` returns, once that is true.

        Raises
        ------
        TimeoutError
            When it isn't within `timeout_s`; the text says what the ledger holds.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return await self._seen(condition)
        except TimeoutError:
            raise TimeoutError(f"not within {timeout_s} s; {self.summary()}") from None

    def summary(self) -> str:
        """Say in one line what has happened so far."""
        ends = ", ".join(submission.end.name.lower() for submission in self.submissions)
        counts = f"{len(self.polls)} polls, {len(self.deletes)} deletes"
        return f"submissions: [{ends}], {counts}, {len(self.downloads)} downloads"

    async def _seen(self, condition: Callable[[], Seen]) -> Seen:
        while not (seen := condition()):
            await self._changed.wait()
        return seen
