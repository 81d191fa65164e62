"""The journal, the line and the other processes as one small real class that lives in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.fair_line import FairLine, InLine, in_order
from bot.domain.jobs import Job
from bot.domain.journal import NOT_SENT, UNDER_WAY, JournalEntry, MessageMark, Step
from bot.domain.journal_ports import (
    Accepted,
    LineView,
    Lost,
    LostJobError,
    MemberWaits,
    PressedTwice,
    Room,
)
from bot.domain.ledgers import Limit, ReachedLimit, Taking
from bot.domain.next_steps import is_same_press
from tests.unit.ledger_side import Ledgers
from tests.unit.virtual_time import LoopClock

OWNER = 7
ROOM = Room(slots=1000, member_waiting_max=1000)
MARK = MessageMark(5001, "a-token", 10 << 20)


def an_entry(job: Job, *, owner: int | None = OWNER) -> JournalEntry:
    return JournalEntry(job, MARK, LoopClock().now(), owner=owner)


@dataclass
class Journals:
    """Fulfils ``Journal``, ``Line`` and ``Processes``.

    Attributes
    ----------
    steps
        All that was ever written, in order.
    away
        Raised by each write and read, where it is set.
    line_mistake
        Raised by the next look at the line, once.
    """

    ledgers: Ledgers = field(default_factory=Ledgers)
    entries: dict[int, JournalEntry] = field(default_factory=dict[int, JournalEntry])
    steps: list[Step] = field(default_factory=list[Step])
    beats: dict[int, int] = field(default_factory=dict[int, int])
    away: Exception | None = None
    line_mistake: Exception | None = None

    async def accept(
        self, entry: JournalEntry, taking: Taking, limits: Collection[Limit], room: Room
    ) -> Accepted | ReachedLimit | MemberWaits | PressedTwice:
        self._reach()
        others = [each.job for each in self.entries.values() if each.job.id != entry.job.id]
        if any(is_same_press(entry.job, other) for other in others):
            return PressedTwice()
        own = [each for each in self._waiting if each.job.owner_id == entry.job.owner_id]
        now = not self._waiting and len(self._running) < room.slots
        if not now and len(own) >= room.member_waiting_max:
            return MemberWaits(len(own))
        taken = await self.ledgers.take(taking, limits)
        if isinstance(taken, ReachedLimit):
            return taken
        if not taken.again:
            self.put(entry, room.slots)
        return Accepted(self.entries.get(entry.job.id, entry), taken)

    def put(self, entry: JournalEntry, slots: int) -> JournalEntry:
        now = not self._waiting and len(self._running) < slots
        self.entries[entry.job.id] = entry.with_slot() if now else entry
        return self.entries[entry.job.id]

    async def advance(self, before: JournalEntry, after: JournalEntry) -> None:
        self._write(before, after)

    async def settle(
        self, before: JournalEntry, after: JournalEntry, *, counts: bool, charged: bool
    ) -> None:
        self._write(before, after)
        at = after.ended_at or after.accepted_at
        await self.ledgers.settle(
            after.job.id, at, counts=counts, charged=charged, made=after.made_pictures
        )

    async def get(self, job_id: int) -> JournalEntry | None:
        self._reach()
        return self.entries.get(job_id)

    async def ask_to_cancel(self, job_id: int, by_id: int) -> bool:
        entry = self.entries.get(job_id)
        if entry is None or entry.step not in UNDER_WAY:
            return False
        self.entries[job_id] = replace(entry, cancel_by=by_id)
        return True

    async def move_up(self, owner: int, slots: int) -> LineView:
        self._reach()
        mistake, self.line_mistake = self.line_mistake, None
        if mistake is not None:
            raise mistake
        running = [_in_line(entry) for entry in self._running]
        order = in_order((_in_line(entry) for entry in self._waiting), running)
        free = max(0, slots - len(running))
        for job in order[:free]:
            self.entries[job.job_id] = self.entries[job.job_id].with_slot()
        own = [entry for entry in self.entries.values() if entry.owner == owner and entry.open]
        places = {job.job_id: place for place, job in enumerate(order[free:], 1)}
        return LineView(
            started={e.job.id for e in own if e.granted and e.step in NOT_SENT},
            places={e.job.id: places[e.job.id] for e in own if e.job.id in places},
            cancelled_by={e.job.id: e.cancel_by for e in own if e.cancel_by},
            line=FairLine(order[free:], [*running, *order[:free]]),
        )

    async def beat(self, owner: int) -> Mapping[int, int]:
        self._reach()
        self.beats[owner] = self.beats.get(owner, 0) + 1
        return {each: count for each, count in self.beats.items() if each != owner}

    async def take_up(
        self, owner: int, gone: Collection[int] | None, lost: Lost
    ) -> Sequence[JournalEntry]:
        self._reach()
        found = [e for e in self.entries.values() if e.open and _left(e, owner, gone, lost)]
        for entry in found:
            self.entries[entry.job.id] = entry.taken_up(owner)
        return [self.entries[entry.job.id] for entry in found]

    async def leave(self, owner: int) -> None:
        self.beats.pop(owner, None)

    @property
    def _waiting(self) -> list[JournalEntry]:
        return [e for e in self.entries.values() if e.open and e.waits and e.owner]

    @property
    def _running(self) -> list[JournalEntry]:
        return [e for e in self.entries.values() if e.granted and e.step in UNDER_WAY]

    def _write(self, before: JournalEntry, after: JournalEntry) -> None:
        self._reach()
        kept = self.entries[before.job.id]
        if (kept.owner, kept.step, kept.open) != (before.owner, before.step, True):
            raise LostJobError
        self.entries[before.job.id] = replace(after, cancel_by=after.cancel_by or kept.cancel_by)
        self.steps.append(after.step)

    def _reach(self) -> None:
        if self.away is not None:
            raise self.away


def _in_line(entry: JournalEntry) -> InLine:
    return InLine(entry.job.id, entry.job.visit.server_id, entry.job.owner_id)


def _left(entry: JournalEntry, owner: int, gone: Collection[int] | None, lost: Lost) -> bool:
    if entry.job.id in lost.at_work:
        return False
    if entry.owner == owner:
        return entry.accepted_at < lost.accepted_before
    return entry.owner is None or gone is None or entry.owner in gone
