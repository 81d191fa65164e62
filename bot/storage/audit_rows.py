"""Entries of the log as rows, and back."""

import json
from datetime import datetime

from sqlalchemy import Connection, Select, select

from bot.domain.server_policy import AuditEntry, AuditRecord
from bot.storage.statements import Row
from bot.storage.tables import AuditRow

RecordSelection = Select[int, int, datetime, int, str, str, str, str]

# How ``before`` and ``after`` are written where there is nothing to tell.
NOTHING = "null"


def row_of(entry: AuditEntry) -> Row:
    """Write an entry as a row; its number comes from the database."""
    return {
        "server_id": entry.server_id,
        "happened_at": entry.at,
        "actor_id": entry.actor_id,
        "action": entry.action,
        "subject": entry.subject,
        "before": json.dumps(entry.before),
        "after": json.dumps(entry.after),
    }


def selection_of_records() -> RecordSelection:
    """Select what :func:`read_records` reads."""
    row = AuditRow
    return select(
        row.id,
        row.server_id,
        row.happened_at,
        row.actor_id,
        row.action,
        row.subject,
        row.before,
        row.after,
    )


def read_records(connection: Connection, selection: RecordSelection) -> list[AuditRecord]:
    """Read the entries that are selected, with their numbers."""
    return [
        AuditRecord(
            number,
            AuditEntry(server, at, actor, action, subject, json.loads(before), json.loads(after)),
        )
        for number, server, at, actor, action, subject, before, after in connection.execute(
            selection
        )
    ]
