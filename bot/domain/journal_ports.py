"""What the inside needs of the journal, the line and the other processes, as protocols."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.fair_line import FairLine
from bot.domain.journal import JournalEntry
from bot.domain.ledgers import Limit, ReachedLimit, Taken, Taking


@dataclass(frozen=True, slots=True)
class Room:
    """How many jobs may run, and how many of one member may wait, over all processes."""

    slots: int
    member_waiting_max: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job is written down and booked; ``entry.granted`` tells whether its turn is now."""

    entry: JournalEntry
    taken: Taken


@dataclass(frozen=True, slots=True)
class MemberWaits:
    """A member has so many jobs in line that no other may join them."""

    waiting: int


class PressedTwice:
    """The same was asked for a moment ago, by the same member with the same button."""


class LostJobError(Exception):
    """Another process works on the job by now: this one has nothing more to do with it."""


class Journal(Protocol):
    """The jobs, each written down before what its next step announces is done."""

    async def accept(
        self, entry: JournalEntry, taking: Taking, limits: Collection[Limit], room: Room
    ) -> Accepted | ReachedLimit | MemberWaits | PressedTwice:
        """Write a job down and book it, in one change; give it a slot where nobody waits for it.

        A job that was written down before isn't again, which ``Taken.again`` tells: of several
        deliveries of one interaction, over all processes, one is new. So is one of two presses that
        :func:`bot.domain.next_steps.is_same_press` holds for one.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def advance(self, before: JournalEntry, after: JournalEntry) -> None:
        """Write a step down.

        Raises
        ------
        LostJobError
        StoreUnavailableError
        """
        ...

    async def settle(
        self, before: JournalEntry, after: JournalEntry, *, counts: bool, charged: bool
    ) -> None:
        """Write an end down and settle what the job took, in one change.

        Where the API made fewer pictures than were booked, only those count.

        Parameters
        ----------
        counts
            Whether its pictures count for its member.
        charged
            Whether it may have cost money.

        Raises
        ------
        LostJobError
        StoreUnavailableError
        """
        ...

    async def get(self, job_id: int) -> JournalEntry | None:
        """Find a job, whether it is under way or ended.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def ask_to_cancel(self, job_id: int, by_id: int) -> bool:
        """Leave word for whoever works on a job; ``False`` where it is too late.

        Raises
        ------
        StoreUnavailableError
        """
        ...


@dataclass(frozen=True, slots=True)
class LineView:
    """The line as one process needs to see it.

    Attributes
    ----------
    started
        Those of its jobs that have their slots and may not know it yet.
    places
        Where its other jobs stand, counted from 1.
    cancelled_by
        Those of its jobs whose end somebody asked for in another process, and who.
    """

    started: Collection[int] = ()
    places: Mapping[int, int] = field(default_factory=dict[int, int])
    cancelled_by: Mapping[int, int] = field(default_factory=dict[int, int])
    line: FairLine = field(default_factory=FairLine)


class Line(Protocol):
    """Whose turn is next, among the jobs of all processes."""

    async def move_up(self, owner: int, slots: int) -> LineView:
        """Hand out the slots that are free, in their fair order; show how it is then.

        Raises
        ------
        StoreUnavailableError
        """
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """What tells the jobs that are a process's own, but that it doesn't work on.

    Attributes
    ----------
    at_work
        The jobs that it does work on, or did before it lost them; it takes none of these up.
    accepted_before
        Those that were accepted later may still be on their way to their first answer.
    """

    at_work: Collection[int]
    accepted_before: datetime


class Processes(Protocol):
    """The processes that share the database."""

    async def beat(self, owner: int) -> Mapping[int, int]:
        """Show that this process lives; tell how often each other one has done so.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def take_up(
        self, owner: int, gone: Collection[int] | None, lost: Lost
    ) -> Sequence[JournalEntry]:
        """Take the open jobs over that nobody works on, the oldest first, a hundred at most.

        Parameters
        ----------
        gone
            The processes that live no more; ``None`` for all others.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def leave(self, owner: int) -> None:
        """Say that this process is gone, so that others needn't wait to find out.

        What it still has is anybody's then.

        Raises
        ------
        StoreUnavailableError
        """
        ...
