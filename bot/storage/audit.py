"""The log of each server: rows that are only ever added."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, func, insert, select

from bot.domain.server_policy import AuditEntry, AuditRecord
from bot.storage.audit_rows import read_records, row_of, selection_of_records
from bot.storage.database import Database
from bot.storage.tables import AuditRow
from bot.storage.writer import JournalWriter


class StoredAudit:
    """Fulfils ``Audit``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def record(self, *entries: AuditEntry) -> None:
        """Keep entries, in this order."""
        await self._writer.write(partial(append, entries=entries))

    async def page(
        self,
        server_id: int,
        size: int,
        before_number: int | None = None,
        *,
        after_number: int | None = None,
        action: str | None = None,
        subject: str | None = None,
    ) -> Sequence[AuditRecord]:
        """List entries, newest first: the latest, or those beside a number."""
        row = AuditRow
        wanted = selection_of_records().where(*_about(server_id, action, subject)).limit(size)
        if after_number is not None:
            wanted = wanted.where(row.id > after_number).order_by(row.id)
            return (await self._database.read(partial(read_records, selection=wanted)))[::-1]
        if before_number is not None:
            wanted = wanted.where(row.id < before_number)
        wanted = wanted.order_by(row.id.desc())
        return await self._database.read(partial(read_records, selection=wanted))

    async def count(
        self,
        server_id: int,
        action: str,
        *,
        since: datetime | None = None,
        subject: str | None = None,
        actor_id: int | None = None,
    ) -> int:
        """Tell how often something was done: since a moment, to one, by one, where given."""
        row = AuditRow
        wanted = select(func.count(row.id)).where(*_about(server_id, action, subject))
        if since is not None:
            wanted = wanted.where(row.happened_at >= since)
        if actor_id is not None:
            wanted = wanted.where(row.actor_id == actor_id)
        return await self._database.read(lambda connection: connection.execute(wanted).scalar_one())


def append(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add entries within somebody's change."""
    rows = [row_of(entry) for entry in entries]
    if rows:
        connection.execute(insert(AuditRow), rows)


def _about(
    server_id: int, action: str | None, subject: str | None
) -> Iterator[ColumnElement[bool]]:
    yield AuditRow.server_id == server_id
    if action is not None:
        yield AuditRow.action == action
    if subject is not None:
        yield AuditRow.subject == subject
