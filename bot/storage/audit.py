"""The log of each server: rows that are only ever added."""

import json
from collections.abc import Iterable, Sequence
from functools import partial

from sqlalchemy import Connection, insert, select

from bot.domain.server_policy import AuditEntry, AuditRecord
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
        self, server_id: int, size: int, before_number: int | None = None
    ) -> Sequence[AuditRecord]:
        """List the latest entries, newest first; of those before a number, where one is given."""
        return await self._database.read(
            partial(_page, server_id=server_id, size=size, before_number=before_number)
        )


def append(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add entries within somebody's change."""
    rows = [_row(entry) for entry in entries]
    if rows:
        connection.execute(insert(AuditRow), rows)


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "server_id": entry.server_id,
        "happened_at": entry.at,
        "actor_id": entry.actor_id,
        "action": entry.action,
        "subject": entry.subject,
        "before": json.dumps(entry.before),
        "after": json.dumps(entry.after),
    }


def _page(
    connection: Connection, server_id: int, size: int, before_number: int | None
) -> list[AuditRecord]:
    latest = (
        select(
            AuditRow.id,
            AuditRow.server_id,
            AuditRow.happened_at,
            AuditRow.actor_id,
            AuditRow.action,
            AuditRow.subject,
            AuditRow.before,
            AuditRow.after,
        )
        .where(AuditRow.server_id == server_id)
        .order_by(AuditRow.id.desc())
        .limit(size)
    )
    if before_number is not None:
        latest = latest.where(AuditRow.id < before_number)
    return [
        AuditRecord(
            number,
            AuditEntry(server, at, actor, action, subject, json.loads(before), json.loads(after)),
        )
        for number, server, at, actor, action, subject, before, after in connection.execute(latest)
    ]
