"""Jobs' takings as rows, and back."""

from datetime import datetime

from sqlalchemy import Select, select

from bot.storage.tables import UsageRow

EntrySelection = Select[int, int, int, str, int, int, datetime, datetime | None, bool, bool]


def selection_of_entries() -> EntrySelection:
    """Select what a ``UsageEntry`` has, in its order."""
    row = UsageRow
    return select(
        row.job_id,
        row.server_id,
        row.member_id,
        row.model,
        row.pictures,
        row.microdollars,
        row.taken_at,
        row.ended_at,
        row.counted,
        row.charged,
    )
