"""The jobs of the past in the database: to be looked at, taken along, and let go of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, select, update

from bot.domain.journal import JournalEntry, Step
from bot.storage.database import Database
from bot.storage.job_rows import entry_of, without_outputs
from bot.storage.snowflakes import first_id_at
from bot.storage.statements import REMOVED_AT_ONCE
from bot.storage.tables import JobRow
from bot.storage.writer import JournalWriter

# What is made is there for its member also while, or where, nobody could bring it to them.
_WITH_PICTURES = (Step.DELIVERED.value, Step.COMPLETED.value)


class StoredJobHistory:
    """Fulfils ``JobHistory``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def page(
        self,
        server_id: int,
        member_id: int,
        size: int,
        before_id: int | None = None,
        *,
        after_id: int | None = None,
    ) -> Sequence[JournalEntry]:
        """List jobs of a member that have pictures, the newest first."""
        row = JobRow
        wanted = [*_of_member(server_id, member_id), row.step.in_(_WITH_PICTURES)]
        if before_id is not None:
            wanted.append(row.job_id < before_id)
        if after_id is None:
            return await self._database.read(partial(_newest, where=wanted, size=size))
        wanted.append(row.job_id > after_id)
        return await self._database.read(partial(_just_after, where=wanted, size=size))

    async def of_message(
        self, server_id: int, member_id: int, message_id: int
    ) -> JournalEntry | None:
        """Find the job of a member whose message this is."""
        where = [*_of_member(server_id, member_id), JobRow.message_id == message_id]
        found = await self._database.read(partial(_newest, where=where, size=1))
        return found[0] if found else None

    async def get(self, job_id: int) -> JournalEntry | None:
        """Find a job."""
        found = await self._database.read(partial(_newest, where=[JobRow.job_id == job_id], size=1))
        return found[0] if found else None

    async def of_member(self, server_id: int, member_id: int) -> Sequence[JournalEntry]:
        """List all jobs of a member, the newest first."""
        where = _of_member(server_id, member_id)
        return await self._database.read(partial(_newest, where=where, size=None))

    async def line(self, server_id: int, job_id: int, size: int) -> Sequence[JournalEntry]:
        """List a job of a server and all that came of it there, the oldest first."""
        return await self._database.read(
            partial(_line, server_id=server_id, job_id=job_id, size=size)
        )

    async def before(self, server_id: int, moment: datetime) -> Collection[int]:
        """Name closed jobs that were accepted before a moment, a thousand at most."""
        return await self._database.read(partial(_old, server_id=server_id, moment=moment))

    async def remove(self, job_ids: Collection[int]) -> None:
        """Remove jobs, of those that are open their outputs; leave no gap in a line of pictures."""
        await self._writer.write(partial(_remove, job_ids=tuple(job_ids)))

    async def forget_outputs(self, job_ids: Collection[int]) -> None:
        """Forget where the API has what was made; the jobs stay."""
        await self._writer.write(partial(_forget_outputs, job_ids=tuple(job_ids)))


def _of_member(server_id: int, member_id: int) -> list[ColumnElement[bool]]:
    return [JobRow.server_id == server_id, JobRow.member_id == member_id]


def _newest(
    connection: Connection, where: Sequence[ColumnElement[bool]], size: int | None
) -> Sequence[JournalEntry]:
    found = select(JobRow.__table__).where(*where).order_by(JobRow.job_id.desc()).limit(size)
    return [entry_of(row) for row in connection.execute(found).mappings()]


def _just_after(
    connection: Connection, where: Sequence[ColumnElement[bool]], size: int
) -> Sequence[JournalEntry]:
    found = select(JobRow.__table__).where(*where).order_by(JobRow.job_id).limit(size)
    rows = connection.execute(found).mappings().all()
    return [entry_of(row) for row in reversed(rows)]


def _line(connection: Connection, server_id: int, job_id: int, size: int) -> Sequence[JournalEntry]:
    row, child = JobRow, JobRow.__table__.alias().c
    root = select(row.job_id).where(row.job_id == job_id, row.server_id == server_id)
    line = root.cte("line", recursive=True)
    came_of = child.parent_id == line.c.job_id
    # A union, not all of it, so that a circle, which no one can make, would still come to an end.
    line = line.union(select(child.job_id).join(line, came_of).where(child.server_id == server_id))
    found = select(row.__table__).where(row.job_id.in_(select(line.c.job_id)))
    ordered = found.order_by(row.job_id).limit(size)
    return [entry_of(each) for each in connection.execute(ordered).mappings()]


def old_jobs(server_id: int, moment: datetime) -> Select[int]:
    """Ask for closed jobs of before a moment.

    Their ids are in the index of the server, so that the younger ones aren't read at all.
    """
    row = JobRow
    old = (row.server_id == server_id, row.job_id < first_id_at(moment), row.accepted_at < moment)
    return select(row.job_id).where(*old, ~row.open).limit(REMOVED_AT_ONCE)


def _old(connection: Connection, server_id: int, moment: datetime) -> Collection[int]:
    return list(connection.scalars(old_jobs(server_id, moment)))


def _remove(connection: Connection, job_ids: Sequence[int]) -> None:
    _close_gaps(connection, job_ids)
    connection.execute(delete(JobRow).where(JobRow.job_id.in_(job_ids), ~JobRow.open))
    _forget_outputs(connection, job_ids)


def _forget_outputs(connection: Connection, job_ids: Sequence[int]) -> None:
    row = JobRow
    found = select(row.job_id, row.made).where(row.job_id.in_(job_ids))
    for job_id, made in connection.execute(found).all():
        if made is not None:
            bare = {"made": without_outputs(made)}
            connection.execute(update(row).where(row.job_id == job_id).values(bare))


def _close_gaps(connection: Connection, job_ids: Sequence[int]) -> None:
    """Let what came of a job come of that job's own origin, so that no line is cut in two."""
    row, child = JobRow, JobRow.__table__.alias().c
    has_children = exists(select(child.job_id).where(child.parent_id == row.job_id))
    gone = (row.job_id.in_(job_ids), ~row.open, has_children)
    # The oldest first: where a job and its origin both go, the latter has given up its own by then.
    for job_id in connection.scalars(select(row.job_id).where(*gone).order_by(row.job_id)).all():
        origin = connection.execute(select(row.parent_id).where(row.job_id == job_id)).scalar_one()
        connection.execute(update(row).where(row.parent_id == job_id).values(parent_id=origin))
