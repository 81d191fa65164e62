"""The journal in the database: a row for each job, booked and settled with its takings.

A step is written by whoever owns the job, from the step that it knows: where the row says
otherwise, another process has taken the job up meanwhile, and nothing is written. So of two that
hold the same job for theirs only one can ever submit it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Update,
    and_,
    bindparam,
    func,
    literal,
    not_,
    select,
    union_all,
    update,
)

from bot.domain.jobs import Job
from bot.domain.journal import NOT_SENT, UNDER_WAY, JournalEntry, Step
from bot.domain.journal_ports import Accepted, LostJobError, MemberWaits, PressedTwice, Room
from bot.domain.ledgers import Limit, ReachedLimit, Taking
from bot.domain.next_steps import double_presses, is_same_press
from bot.storage.database import Database
from bot.storage.job_rows import changed_by, entry_of, row_of
from bot.storage.ledger import Verdict, settle
from bot.storage.open_books import OpenBooks
from bot.storage.statements import Row, insert_all
from bot.storage.tables import NOBODY, JobRow
from bot.storage.writer import JournalWriter


class StoredJournal:
    """Fulfils ``Journal``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def accept(
        self, entry: JournalEntry, taking: Taking, limits: Collection[Limit], room: Room
    ) -> Accepted | ReachedLimit | MemberWaits | PressedTwice:
        """Write a job down and book it, in one change; give it a slot where nobody waits for it."""
        return await self._writer.write_alike(_accept_all, _Asked(entry, taking, limits, room))

    async def advance(self, before: JournalEntry, after: JournalEntry) -> None:
        """Write a step down."""
        if not await self._writer.write(partial(_advance, before=before, after=after)):
            raise LostJobError

    async def settle(
        self, before: JournalEntry, after: JournalEntry, *, counts: bool, charged: bool
    ) -> None:
        """Write an end down and settle what the job took, in one change."""
        at, made = after.ended_at or after.accepted_at, after.made_pictures
        verdict = Verdict(at, counts=counts, charged=charged, made=made)
        change = partial(_settle, before=before, after=after, verdict=verdict)
        if not await self._writer.write(change):
            raise LostJobError

    async def get(self, job_id: int) -> JournalEntry | None:
        """Find a job, whether it is under way or ended."""
        return await self._database.read(partial(find, job_id=job_id))

    async def ask_to_cancel(self, job_id: int, by_id: int) -> bool:
        """Leave word for whoever works on a job; ``False`` where it is too late."""
        return await self._writer.write(partial(_ask_to_cancel, job_id=job_id, by_id=by_id))


def find(connection: Connection, job_id: int) -> JournalEntry | None:
    """Read one entry as a part of a query."""
    row = connection.execute(select(JobRow.__table__).where(JobRow.job_id == job_id))
    found = row.mappings().one_or_none()
    return None if found is None else entry_of(found)


def waits() -> ColumnElement[bool]:
    """Tell the rows that stand in line."""
    return and_(not_(JobRow.granted), JobRow.step.in_(_values(NOT_SENT)))


def holds_slot() -> ColumnElement[bool]:
    """Tell the rows that have a slot."""
    return and_(JobRow.granted, JobRow.step.in_(_values(UNDER_WAY)))


def _values(steps: Collection[Step]) -> list[str]:
    return sorted(step.value for step in steps)


class _Asked(NamedTuple):
    """A job that is to be written down."""

    entry: JournalEntry
    taking: Taking
    limits: Collection[Limit]
    room: Room


_Answer = Accepted | ReachedLimit | MemberWaits | PressedTwice


def _accept_all(connection: Connection, asked: Sequence[_Asked]) -> Sequence[_Answer]:
    """Write jobs down one after another, but read what they share once."""
    crowd = _Crowd.of(connection)
    books = OpenBooks.of(connection, [each.taking for each in asked])
    answers: list[_Answer] = []
    new: list[JournalEntry] = []
    for each in asked:
        beside = [entry.job for entry in new]
        pressed_before = _pressed_before(connection, each.entry.job, beside)
        answer = PressedTwice() if pressed_before else _accept(each, crowd, books)
        if isinstance(answer, Accepted) and not answer.taken.again:
            new.append(answer.entry)
        answers.append(answer)
    books.close()
    insert_all(connection, JobRow, [row_of(entry) for entry in new])
    return answers


def _accept(asked: _Asked, crowd: "_Crowd", books: OpenBooks) -> _Answer:
    entry, room, taking = asked.entry, asked.room, asked.taking
    now, own = crowd.has_slot(room.slots), crowd.waiting[taking.member_id]
    if not now and own >= room.member_waiting_max and not books.know(entry.job.id):
        return MemberWaits(own)
    taken = books.take(taking, asked.limits)
    if isinstance(taken, ReachedLimit):
        return taken
    if not taken.again:
        crowd.join(taking.member_id, with_slot=now)
    return Accepted(entry.with_slot() if now else entry, taken)


def _pressed_before(connection: Connection, job: Job, beside: Sequence[Job]) -> bool:
    """Tell whether a job is there that came of the same press, or is accepted beside this one."""
    if job.origin is None:
        return False
    if any(is_same_press(job, other) for other in beside if other.id != job.id):
        return True
    row, (first, last) = JobRow, double_presses(job.id)
    found = select(row.__table__).where(
        row.parent_id == job.origin.job_id,
        row.member_id == job.owner_id,
        row.job_id.between(first, last),
        row.job_id != job.id,
        # Whoever was told that nothing comes of a press may press again at once.
        row.step != Step.INTERRUPTED.value,
    )
    others = (entry_of(each).job for each in connection.execute(found).mappings())
    return any(is_same_press(job, other) for other in others)


@dataclass(slots=True)
class _Crowd:
    """How many jobs run, and how many of each member wait."""

    running: int
    waiting: Counter[int]

    @classmethod
    def of(cls, connection: Connection) -> "_Crowd":
        counts = Counter[int]()
        for whose, jobs in connection.execute(_counts()):
            counts[whose] = jobs
        return cls(counts.pop(NOBODY), counts)

    def has_slot(self, slots: int) -> bool:
        return not self.waiting and self.running < slots

    def join(self, member_id: int, *, with_slot: bool) -> None:
        if with_slot:
            self.running += 1
        else:
            self.waiting[member_id] += 1


@cache
def _counts() -> CompoundSelect[int, int]:
    """Count the jobs that wait by their members, and as nobody's those that run."""
    row = JobRow
    running = select(literal(NOBODY), func.count()).where(row.open, holds_slot())
    waiting = select(row.member_id, func.count()).where(row.open, waits()).group_by(row.member_id)
    return union_all(running, waiting)


def _advance(connection: Connection, before: JournalEntry, after: JournalEntry) -> bool:
    changed = changed_by(before, after)
    return not changed or _write(connection, before, changed)


def _settle(
    connection: Connection, before: JournalEntry, after: JournalEntry, verdict: Verdict
) -> bool:
    if not _write(connection, before, changed_by(before, after)):
        return False
    settle(connection, before.job.id, verdict)
    return True


def _write(connection: Connection, before: JournalEntry, changed: Row) -> bool:
    """Write columns of a job that is still ours, and where we know it to be."""
    ours = {
        "of_job": before.job.id,
        "of_owner": before.owner or NOBODY,
        "of_step": before.step.value,
    }
    return connection.execute(_update(tuple(changed)), {**changed, **ours}).rowcount == 1


@cache
def _update(names: tuple[str, ...]) -> Update:
    row = JobRow
    return (
        update(row)
        .where(
            row.job_id == bindparam("of_job"),
            row.owner_id == bindparam("of_owner"),
            row.step == bindparam("of_step"),
            row.open,
        )
        .values({name: bindparam(name) for name in names})
    )


def _ask_to_cancel(connection: Connection, job_id: int, by_id: int) -> bool:
    row = JobRow
    asked = (
        update(row)
        .where(row.job_id == job_id, row.open, row.step.in_(_values(UNDER_WAY)))
        .values(cancel_by=by_id)
    )
    return connection.execute(asked).rowcount == 1
