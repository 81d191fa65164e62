"""The jobs of the past in the database: to be looked at, taken along, and let go of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, select

from bot.domain.journal import JournalEntry, Step
from bot.storage.database import Database
from bot.storage.job_rows import entry_of
from bot.storage.statements import REMOVED_AT_ONCE
from bot.storage.tables import JobRow
from bot.storage.writer import JournalWriter


class StoredJobHistory:
    """Fulfils ``JobHistory``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def page(
        self, server_id: int, member_id: int, size: int, before_id: int | None = None
    ) -> Sequence[JournalEntry]:
        """List the latest jobs of a member that have pictures, the newest first."""
        row = JobRow
        wanted = [*_of_member(server_id, member_id), row.step == Step.DELIVERED.value]
        if before_id is not None:
            wanted.append(row.job_id < before_id)
        return await self._database.read(partial(_newest, where=wanted, size=size))

    async def of_member(self, server_id: int, member_id: int) -> Sequence[JournalEntry]:
        """List all jobs of a member, the newest first."""
        where = _of_member(server_id, member_id)
        return await self._database.read(partial(_newest, where=where, size=None))

    async def before(self, server_id: int, moment: datetime) -> Collection[int]:
        """Name closed jobs that were accepted before a moment, a thousand at most."""
        return await self._database.read(partial(_old, server_id=server_id, moment=moment))

    async def remove(self, job_ids: Collection[int]) -> None:
        """Remove jobs, those that are open excepted."""
        await self._writer.write(partial(_remove, job_ids=tuple(job_ids)))


def _of_member(server_id: int, member_id: int) -> list[ColumnElement[bool]]:
    return [JobRow.server_id == server_id, JobRow.member_id == member_id]


def _newest(
    connection: Connection, where: Sequence[ColumnElement[bool]], size: int | None
) -> Sequence[JournalEntry]:
    found = select(JobRow.__table__).where(*where).order_by(JobRow.job_id.desc()).limit(size)
    return [entry_of(row) for row in connection.execute(found).mappings()]


def _old(connection: Connection, server_id: int, moment: datetime) -> Collection[int]:
    row = JobRow
    closed = (row.server_id == server_id, row.accepted_at < moment, ~row.open)
    return list(connection.scalars(select(row.job_id).where(*closed).limit(REMOVED_AT_ONCE)))


def _remove(connection: Connection, job_ids: Sequence[int]) -> None:
    connection.execute(delete(JobRow).where(JobRow.job_id.in_(job_ids), ~JobRow.open))
