"""The line of all processes in the database, and who works on its jobs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.domain.fair_line import FairLine, InLine, Turns, in_order
from bot.domain.journal import NOT_SENT, UNDER_WAY, JournalEntry
from bot.domain.journal_ports import LineView, Lost
from bot.storage.database import Database
from bot.storage.job_rows import entry_of, row_of_step
from bot.storage.statements import insert_new
from bot.storage.tables import NOBODY, JobRow, ProcessRow
from bot.storage.writer import JournalWriter

# Each is a message to edit; the next hundred are found a moment later.
_TAKEN_UP_AT_ONCE = 100
# Nobody is unfair to whoever waits alone.
_SHARED_BY = 2


class StoredLine:
    """Fulfils ``Line`` and ``Processes``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def move_up(self, owner: int, slots: int) -> LineView:
        """Hand out the slots that are free, in their fair order; show how it is then."""
        return await self._writer.write(partial(_move_up, owner=owner, slots=slots))

    async def beat(self, owner: int) -> Mapping[int, int]:
        """Show that this process lives; tell how often each other one has done so."""
        return await self._writer.write(partial(_beat, owner=owner))

    async def take_up(
        self, owner: int, gone: Collection[int] | None, lost: Lost
    ) -> Sequence[JournalEntry]:
        """Take the open jobs over that nobody works on, the oldest first, a hundred at most."""
        return await self._writer.write(partial(_take_up, owner=owner, gone=gone, lost=lost))

    async def leave(self, owner: int) -> None:
        """Say that this process is gone, so that others needn't wait to find out."""
        await self._writer.write(partial(_leave, owner=owner))


class _Open(NamedTuple):
    """What the line needs of an open row."""

    job_id: int
    server_id: int
    member_id: int
    step: str
    granted: bool
    owner_id: int
    cancel_by: int
    accepted_at: datetime

    @property
    def sent(self) -> bool:
        return self.step not in NOT_SENT

    @property
    def in_line(self) -> InLine:
        return InLine(self.job_id, self.server_id, self.member_id)


def _move_up(connection: Connection, owner: int, slots: int) -> LineView:
    jobs = [_Open(*facts) for facts in connection.execute(_under_way())]
    # What no process holds can't begin; it stands in line again once one takes it up.
    waiting = [job for job in jobs if not job.granted and not job.sent and job.owner_id]
    running = [job for job in jobs if job.granted]
    turns = _turns(connection, waiting)
    order = in_order((job.in_line for job in waiting), (job.in_line for job in running), turns)
    free = max(0, slots - len(running))
    begin, still = order[:free], order[free:]
    _grant(connection, [job.job_id for job in begin])
    line = FairLine(still, [*(job.in_line for job in running), *begin], turns)
    return _view([job for job in jobs if job.owner_id == owner], begin, still, line)


def _view(
    ours: Sequence[_Open], begin: Sequence[InLine], still: Sequence[InLine], line: FairLine
) -> LineView:
    own = {job.job_id for job in ours}
    begun = {job.job_id for job in begin}
    places = {job.job_id: place for place, job in enumerate(still, 1)}
    return LineView(
        started={job.job_id for job in ours if job.granted and not job.sent} | (begun & own),
        places={job_id: place for job_id, place in places.items() if job_id in own},
        cancelled_by={job.job_id: job.cancel_by for job in ours if job.cancel_by},
        line=line,
    )


@cache
def _under_way() -> Select[int, int, int, str, bool, int, int, datetime]:
    row = JobRow
    return select(
        row.job_id,
        row.server_id,
        row.member_id,
        row.step,
        row.granted,
        row.owner_id,
        row.cancel_by,
        row.accepted_at,
    ).where(row.open, row.step.in_(sorted(step.value for step in UNDER_WAY)))


def _turns(connection: Connection, waiting: Sequence[_Open]) -> Turns:
    """Tell who had a turn since the first of those who wait came."""
    if len({(job.server_id, job.member_id) for job in waiting}) < _SHARED_BY:
        return Turns()
    since = {"since": min(job.accepted_at for job in waiting)}
    rows = connection.execute(_turns_since(), since)
    return Turns({(server_id, member_id): at for server_id, member_id, at in rows if at})


@cache
def _turns_since() -> Select[int, int, datetime | None]:
    row = JobRow
    latest = func.max(row.submitted_at)
    return (
        select(row.server_id, row.member_id, latest)
        .where(row.submitted_at >= bindparam("since"))
        .group_by(row.server_id, row.member_id)
    )


def _grant(connection: Connection, job_ids: Iterable[int]) -> None:
    rows = [{"of_job": job_id} for job_id in job_ids]
    if rows:
        connection.execute(_granting(), rows)


@cache
def _granting() -> Update:
    return update(JobRow).where(JobRow.job_id == bindparam("of_job")).values(granted=True)


def _beat(connection: Connection, owner: int) -> Mapping[int, int]:
    row = ProcessRow
    if not insert_new(connection, row, {"process_id": owner, "beats": 1}):
        one_more = update(row).where(row.process_id == owner).values(beats=row.beats + 1)
        connection.execute(one_more)
    others = select(row.process_id, row.beats).where(row.process_id != owner)
    known = {each.process_id: each.beats for each in connection.execute(others)}
    # A process that was taken for gone has no row of its own; its jobs still name it.
    named = select(JobRow.owner_id).where(JobRow.open, JobRow.owner_id.not_in((owner, NOBODY)))
    return {**dict.fromkeys(connection.scalars(named.distinct()), 0), **known}


def _take_up(
    connection: Connection, owner: int, gone: Collection[int] | None, lost: Lost
) -> Sequence[JournalEntry]:
    row = JobRow
    # What this process worked on before it lost it has to be let go of first.
    found = (
        select(row.__table__)
        .where(
            row.open,
            row.job_id.not_in(tuple(lost.at_work)),
            or_(_left_by(owner, gone), _lost_by(owner, lost)),
        )
        .order_by(row.job_id)
        .limit(_TAKEN_UP_AT_ONCE)
    )
    entries = [entry_of(each).taken_up(owner) for each in connection.execute(found).mappings()]
    for entry in entries:
        changed = row_of_step(entry)
        connection.execute(update(row).where(row.job_id == entry.job.id).values(changed))
    if len(entries) < _TAKEN_UP_AT_ONCE:
        _forget_gone(connection, owner, gone)
    return entries


def _left_by(owner: int, gone: Collection[int] | None) -> ColumnElement[bool]:
    row = JobRow
    if gone is None:
        return row.owner_id != owner
    return row.owner_id.in_((NOBODY, *gone))


def _lost_by(owner: int, lost: Lost) -> ColumnElement[bool]:
    row = JobRow
    old = row.accepted_at < lost.accepted_before
    return and_(row.owner_id == owner, old)


def _leave(connection: Connection, owner: int) -> None:
    _forget(connection, (owner,))
    row = JobRow
    left = select(row.__table__).where(row.open, row.owner_id == owner)
    entries = [entry_of(each) for each in connection.execute(left).mappings()]
    for entry in entries:
        changed = row_of_step(entry.released())
        connection.execute(update(row).where(row.job_id == entry.job.id).values(changed))


def _forget_gone(connection: Connection, owner: int, gone: Collection[int] | None) -> None:
    if gone is None:
        connection.execute(delete(ProcessRow).where(ProcessRow.process_id != owner))
    else:
        _forget(connection, gone)


def _forget(connection: Connection, gone: Collection[int]) -> None:
    if gone:
        connection.execute(delete(ProcessRow).where(ProcessRow.process_id.in_(tuple(gone))))
