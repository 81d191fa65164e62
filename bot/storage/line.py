"""The line of all processes in the database, and who works on its jobs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Connection, Select, Update, bindparam, func, select, update

from bot.domain.fair_line import FairLine, InLine, Turns, in_order
from bot.domain.journal import NOT_SENT, UNDER_WAY, JournalEntry
from bot.domain.journal_ports import LineView, Lost
from bot.storage.database import Database
from bot.storage.process_rows import beat, leave, take_up
from bot.storage.tables import JobRow
from bot.storage.writer import JournalWriter

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
        return await self._writer.write(partial(beat, owner=owner))

    async def take_up(
        self, owner: int, gone: Collection[int] | None, lost: Lost
    ) -> Sequence[JournalEntry]:
        """Take the open jobs over that nobody works on, the oldest first, a hundred at most."""
        return await self._writer.write(partial(take_up, owner=owner, gone=gone, lost=lost))

    async def leave(self, owner: int) -> None:
        """Say that this process is gone, so that others needn't wait to find out."""
        await self._writer.write(partial(leave, owner=owner))


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
