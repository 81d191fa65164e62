"""Whether the database can be used by this program; it is read, and not brought up to date."""

import asyncio
from datetime import datetime

from bot.domain.errors import StoreUnavailableError
from bot.domain.findings import Cause, Finding, Subject, look, mend, well
from bot.storage.copies import Reason, copies_of
from bot.storage.failures import driver_errors_told
from bot.storage.migrations import SchemaAge, age_of, newest_step, step_of
from bot.storage.opening import MENDED_BY, called
from bot.storage.postgresql import read_once
from bot.storage.sqlite_files import FileReport, report_on, schema_of
from bot.storage.urls import DatabasePlace, SqliteFile

# Two days: one was missed for sure.
_COPY_OLD_H = 48.0


async def check_database(place: DatabasePlace) -> Finding:
    """Look at it, and say how it is; never fails."""
    try:
        report = await _report(place)
    except StoreUnavailableError as error:
        trouble = error.trouble
        return mend(
            Subject.DATABASE,
            Cause.DATABASE_TROUBLE,
            place=called(place),
            trouble=trouble.value,
            mended_by=MENDED_BY[trouble],
        )
    if report.complaint:
        return mend(Subject.DATABASE, Cause.DATABASE_UNSOUND, place=called(place))
    return _schema_finding(called(place), report.schema)


def check_copies(place: DatabasePlace, now: datetime) -> Finding:
    """Look for copies of it, those excepted that a restoring put aside."""
    if not isinstance(place, SqliteFile):
        return well(Subject.COPIES, Cause.COPIES_BY_SERVER)
    copies = [copy for copy in copies_of(place.path) if copy.reason is not Reason.REPLACED]
    if not copies:
        return well(Subject.COPIES, Cause.COPIES_NONE)
    age_h = (now - copies[0].made_at).total_seconds() / 3600
    if age_h > _COPY_OLD_H:
        return look(Subject.COPIES, Cause.COPIES_OLD, age_h=age_h)
    return well(Subject.COPIES, Cause.COPIES_FRESH, count=len(copies), age_h=max(0.0, age_h))


async def schema_at(place: DatabasePlace) -> str | None:
    """Tell on which step of the schema a database is; ``None`` where there is none.

    Raises
    ------
    StoreUnavailableError
    """
    if not isinstance(place, SqliteFile):
        return await read_once(place, step_of)
    with driver_errors_told():
        return await asyncio.to_thread(schema_of, place.path)


async def _report(place: DatabasePlace) -> FileReport:
    schema = await schema_at(place)
    if schema is None or not isinstance(place, SqliteFile):
        return FileReport(schema)
    with driver_errors_told():
        return await asyncio.to_thread(report_on, place.path)


def _schema_finding(place: str, found: str | None) -> Finding:
    facts = {"place": place, "found": found or "", "known": newest_step()}
    match age_of(found):
        case SchemaAge.NONE:
            return well(Subject.DATABASE, Cause.DATABASE_NEW, **facts)
        case SchemaAge.OLDER:
            return well(Subject.DATABASE, Cause.DATABASE_OLDER, **facts)
        case SchemaAge.SAME:
            return well(Subject.DATABASE, Cause.DATABASE_WELL, **facts)
        case SchemaAge.NEWER_TAKEN:
            return look(Subject.DATABASE, Cause.SCHEMA_NEWER_TAKEN, **facts)
        case SchemaAge.NEWER:
            return mend(Subject.DATABASE, Cause.SCHEMA_NEWER, **facts)
