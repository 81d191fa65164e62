"""The log of each server: rows that are only ever added, until they are too old."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, insert, select

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
        action: str | None = None,
        subject: str | None = None,
    ) -> Sequence[AuditRecord]:
        """List the latest entries, newest first; of those before a number, where one is given."""
        latest = selection_of_records().where(AuditRow.server_id == server_id)
        latest = latest.order_by(AuditRow.id.desc()).limit(size)
        if before_number is not None:
            latest = latest.where(AuditRow.id < before_number)
        if action is not None:
            latest = latest.where(AuditRow.action == action)
        if subject is not None:
            latest = latest.where(AuditRow.subject == subject)
        return await self._database.read(partial(read_records, selection=latest))

    async def count(
        self, server_id: int, action: str, since: datetime, *, actor_id: int | None = None
    ) -> int:
        """Tell how often something was done since a moment, by anybody or by one."""
        row = AuditRow
        selection = select(func.count(row.id)).where(
            row.server_id == server_id, row.happened_at >= since, row.action == action
        )
        if actor_id is not None:
            selection = selection.where(row.actor_id == actor_id)
        return await self._database.read(
            lambda connection: connection.execute(selection).scalar_one()
        )


def append(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add entries within somebody's change."""
    rows = [row_of(entry) for entry in entries]
    if rows:
        connection.execute(insert(AuditRow), rows)
