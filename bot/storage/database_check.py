"""Whether the database can be used by this program; it is read, and not brought up to date."""

import asyncio
from pathlib import Path

from bot.domain.errors import StoreUnavailableError
from bot.domain.findings import Cause, Finding, Subject, look, mend, well
from bot.storage.failures import driver_errors_told
from bot.storage.migrations import SchemaAge, age_of, newest_step, step_of
from bot.storage.opening import MENDED_BY, called
from bot.storage.postgresql import read_once
from bot.storage.sqlite_files import FileReport, report_on
from bot.storage.urls import DatabasePlace, SqliteFile


async def check_database(place: DatabasePlace) -> Finding:
    """Look at it, and say how it is; never fails."""
    try:
        if isinstance(place, SqliteFile):
            report = await asyncio.to_thread(_file_report, place.path)
        else:
            report = FileReport(await read_once(place, step_of))
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


def _file_report(path: Path) -> FileReport:
    with driver_errors_told():
        try:
            size_bytes = path.stat().st_size
        except FileNotFoundError:
            return FileReport(None)
        return report_on(path) if size_bytes else FileReport(None)


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
