"""The line in front of the image API, as the jobs of one process stand in it.

Whose turn is next is for the database to say, which knows the jobs of all processes
(:class:`bot.domain.journal_ports.Line`). It is asked when a slot of ours became free, when a job of
ours joined or left the line, and every second where other processes share it. Each answer moves all
places at once, so however many jobs end at the same moment, it is asked once.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.fair_line import FairLine, InLine
from bot.domain.jobs import Job
from bot.domain.journal import JournalEntry
from bot.domain.journal_ports import Line, LineView, Room
from bot.domain.ports import Clock
from bot.services.line_brake import LineBrake

# A newcomer knows its place already; whether a slot came free just then can wait a little.
_AFTER_NEWS_S = 0.25
_OTHERS_ASKED_EVERY_S = 1.0
_BRAKED_ASKED_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class LineRules:
    """What bounds the line.

    Attributes
    ----------
    owner
        This process.
    alone
        Whether no other process shares the line.
    """

    owner: int
    slots: int
    member_waiting_max: int = 10
    alone: bool = True


class Place:
    """One job's place, in the line and then in a slot; left exactly once, however often asked."""

    def __init__(self, line: "SlotLine", job: Job, position: int) -> None:
        self.job = job
        self.position = position
        self._line = line
        self._moved = asyncio.Event()

    @property
    def reached(self) -> bool:
        """Whether the slot is there."""
        return self.position == 0

    def move(self, position: int) -> None:
        """Take a new position; 0 is the slot."""
        if position != self.position:
            self.position = position
            self._moved.set()

    async def wait(self, on_move: Callable[[int], None]) -> None:
        """Wait for the slot; tells of each position on the way."""
        while not self.reached:
            await self._moved.wait()
            self._moved.clear()
            if not self.reached:
                on_move(self.position)

    def leave(self) -> None:
        """Free the slot, or the place in the line, once the journal says so too."""
        self._line.leave(self)

    def refused_for_load(self) -> None:
        """Take note that the API was too busy for it."""
        self._line.brake()


class SlotLine:
    """The places of this process's jobs; :meth:`renewed` is awaited again and again by its user."""

    def __init__(self, store: Line, rules: LineRules, clock: Clock) -> None:
        self.rules = rules
        self._store = store
        self._clock = clock
        self._brake = LineBrake(rules.slots)
        self._places: dict[int, Place] = {}
        self._in_line: set[int] = set()
        self._line = FairLine()
        self._news = asyncio.Event()
        self._freed = asyncio.Event()
        self._asked = False

    @property
    def room(self) -> Room:
        """How many may run and wait now."""
        slots = self._brake.slots(self._clock.monotonic())
        return Room(slots, self.rules.member_waiting_max)

    @property
    def waiting(self) -> int:
        """How many jobs of this process stand in line."""
        return len(self._in_line)

    def join(self, entry: JournalEntry) -> Place:
        """Take the place of a job that the journal has."""
        job = entry.job
        in_line = InLine(job.id, job.visit.server_id, job.owner_id)
        place = Place(self, job, self._line.place_of(in_line) if entry.waits else 0)
        self._places[job.id] = place
        if entry.waits:
            self._line.join(in_line)
            self._in_line.add(job.id)
            self._news.set()
        return place

    def leave(self, place: Place) -> None:
        """Take a place out, and let those behind it move up."""
        if self._places.pop(place.job.id, None) is not None:
            self._in_line.discard(place.job.id)
            self._news.set()
            if place.reached:
                self._freed.set()

    def brake(self) -> None:
        """Make fewer pictures at once for a while."""
        self._brake.refuse(self._clock.monotonic())

    def ask_again(self) -> None:
        """Let the next :meth:`renewed` ask, whoever waits."""
        self._asked = True
        self._news.set()

    async def renewed(self) -> LineView:
        """Wait until there may be news, ask for them, and move all places.

        Raises
        ------
        StoreUnavailableError
        """
        await self._until_due()
        view = await self._store.move_up(self.rules.owner, self.room.slots)
        self._line = view.line
        for job_id in view.started:
            self._move(job_id, 0)
        for job_id, position in view.places.items():
            self._move(job_id, position)
        return view

    def _move(self, job_id: int, position: int) -> None:
        if job_id in self._in_line:
            self._places[job_id].move(position)
            if position == 0:
                self._in_line.discard(job_id)

    async def _until_due(self) -> None:
        due = False
        while not due:
            if await self._within(self._news, self._asked_every_s()):
                await self._within(self._freed, _AFTER_NEWS_S)
            self._news.clear()
            self._freed.clear()
            due = bool(self._asked or self._in_line or (self._places and not self.rules.alone))
        self._asked = False

    def _asked_every_s(self) -> float | None:
        if not self.rules.alone and self._places:
            return _OTHERS_ASKED_EVERY_S
        braked = self._brake.on(self._clock.monotonic())
        return _BRAKED_ASKED_EVERY_S if braked and self._in_line else None

    @staticmethod
    async def _within(event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for an event for a while; tell whether it came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        return event.is_set()
