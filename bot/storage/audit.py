"""The log of each server: rows that are only ever added."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Select, func, insert, select

from bot.domain.server_policy import AuditEntry, AuditRecord
from bot.storage.database import Database
from bot.storage.tables import AuditRow
from bot.storage.writer import JournalWriter

_Rows = Select[int, int, datetime, int, str, str, str, str]


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
        after_number: int | None = None,
    ) -> Sequence[AuditRecord]:
        """List the latest entries, newest first; of those before a number, where one is given."""
        if after_number is not None:
            chosen = _rows(server_id).where(AuditRow.id > after_number).order_by(AuditRow.id)
            return (await self._database.read(partial(_records, wanted=chosen.limit(size))))[::-1]
        chosen = _rows(server_id).order_by(AuditRow.id.desc())
        if before_number is not None:
            chosen = chosen.where(AuditRow.id < before_number)
        return await self._database.read(partial(_records, wanted=chosen.limit(size)))

    async def count(
        self, server_id: int, action: str, subject: str = "", actor_id: int | None = None
    ) -> int:
        """Count entries of an action; of one subject and of one actor, where they are given."""
        wanted = select(func.count()).where(
            AuditRow.server_id == server_id, AuditRow.action == action
        )
        if subject:
            wanted = wanted.where(AuditRow.subject == subject)
        if actor_id is not None:
            wanted = wanted.where(AuditRow.actor_id == actor_id)
        return await self._database.read(partial(_number, wanted=wanted))


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


def _rows(server_id: int) -> _Rows:
    return select(
        AuditRow.id,
        AuditRow.server_id,
        AuditRow.happened_at,
        AuditRow.actor_id,
        AuditRow.action,
        AuditRow.subject,
        AuditRow.before,
        AuditRow.after,
    ).where(AuditRow.server_id == server_id)


def _records(connection: Connection, wanted: _Rows) -> list[AuditRecord]:
    return [
        AuditRecord(
            number,
            AuditEntry(server, at, actor, action, subject, json.loads(before), json.loads(after)),
        )
        for number, server, at, actor, action, subject, before, after in connection.execute(wanted)
    ]


def _number(connection: Connection, wanted: Select[int]) -> int:
    return connection.execute(wanted).scalar_one()
