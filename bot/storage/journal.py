"""The journal in the database: a row for each job, booked and settled with its takings.

A step is written by whoever owns the job, from the step that it knows: where the row says
otherwise, another process has taken the job up meanwhile, and nothing is written. So of two that
hold the same job for theirs only one can ever submit it.
"""

from collections.abc import Collection
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    not_,
    select,
    update,
)

from bot.domain.jobs import Job
from bot.domain.journal import NOT_SENT, UNDER_WAY, JournalEntry, Step
from bot.domain.journal_ports import Accepted, LostJobError, MemberWaits, PressedTwice, Room
from bot.domain.ledgers import Limit, ReachedLimit, Taking
from bot.domain.next_steps import double_presses, is_same_press
from bot.storage.database import Database
from bot.storage.job_rows import changed_by, entry_of, row_of
from bot.storage.ledger import Verdict, is_known, settle, take
from bot.storage.statements import Row, insert_new
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
        change = partial(_accept, entry=entry, taking=taking, limits=limits, room=room)
        return await self._writer.write(change)

    async def advance(self, before: JournalEntry, after: JournalEntry) -> None:
        """Write a step down."""
        if not await self._writer.write(partial(_advance, before=before, after=after)):
            raise LostJobError

    async def settle(
        self, before: JournalEntry, after: JournalEntry, *, counts: bool, charged: bool
    ) -> None:
        """Write an end down and settle what the job took, in one change."""
        verdict = Verdict(after.ended_at or after.accepted_at, counts=counts, charged=charged)
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


def _accept(
    connection: Connection,
    entry: JournalEntry,
    taking: Taking,
    limits: Collection[Limit],
    room: Room,
) -> Accepted | ReachedLimit | MemberWaits | PressedTwice:
    if _pressed_before(connection, entry.job):
        return PressedTwice()
    crowd = _Crowd(*connection.execute(_crowd(), {"member_id": taking.member_id}).one())
    now = crowd.waiting == 0 and crowd.running < room.slots
    if not now and crowd.own >= room.member_waiting_max and not is_known(connection, entry.job.id):
        return MemberWaits(crowd.own)
    taken = take(connection, taking, limits)
    if isinstance(taken, ReachedLimit):
        return taken
    entry = entry.with_slot() if now else entry
    if not taken.again:
        insert_new(connection, JobRow, row_of(entry))
    return Accepted(entry, taken)


def _pressed_before(connection: Connection, job: Job) -> bool:
    """Tell whether a job is there that came of the same press; changes run one after another."""
    if job.origin is None:
        return False
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


class _Crowd(NamedTuple):
    """How many jobs wait and run, and how many of one member wait."""

    waiting: int
    running: int
    own: int


@cache
def _crowd() -> Select[int, int, int]:
    own = and_(waits(), JobRow.member_id == bindparam("member_id"))
    counts = [
        func.coalesce(func.sum(case((which, 1), else_=0)), 0)
        for which in (waits(), holds_slot(), own)
    ]
    return select(*counts).where(JobRow.open)


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
