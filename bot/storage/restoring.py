"""Putting a copy in the place of the database, and being able to take that back.

At each moment a whole database stands in its place: the copy is made ready beside it and takes its
name in one step, and the one that was there keeps a second name from before that.

A copy is older than what its jobs have become since. Those that were under way in it may have been
made, paid for and shown by now, so nothing of them is done again: they are closed, and their books
are settled by the next start as those of lost jobs are.

A database that a restoring put aside is no such copy: nobody has worked on its jobs since. Where it
is put back they go on as after any other stop, once, since they are closed in the file before that.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.error_document import error_document
from bot.domain.errors import Charge, InterruptedByStopError
from bot.domain.journal import Step
from bot.storage.copies import Copy, Reason, copies_of, place_for, thin_out, whole_copy
from bot.storage.failures import driver_errors_told
from bot.storage.file_access import give_to_owner_of_folder
from bot.storage.migrations import SchemaAge, age_of, newest_step
from bot.storage.process_lock import the_only_process
from bot.storage.sqlite_files import FileReport, report_on

_MOMENT = "%Y-%m-%d %H:%M:%S.%f"
_LOGS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done.

    Attributes
    ----------
    kept
        Where the database is that was there before; ``None`` where there was none.
    closed_jobs
        How many jobs were under way in the copy.
    continued_jobs
        How many jobs go on that were under way when this database was put aside.
    """

    source: Path
    schema: str
    kept: Path | None
    closed_jobs: int
    continued_jobs: int


class NoCopyError(Exception):
    """There is nothing to restore."""


class CopyUnfitError(Exception):
    """A file can't take the database's place; nothing was changed.

    Attributes
    ----------
    newer_schema
        Its schema, where it is one that this program doesn't know.
    damaged
        Whether SQLite finds it broken.
    itself
        Whether it is the database; where it is none of these it is another program's.
    """

    def __init__(
        self, path: Path, *, newer_schema: str = "", damaged: bool = False, itself: bool = False
    ) -> None:
        super().__init__(path, newer_schema, damaged, itself)
        self.path = path
        self.itself = itself
        self.newer_schema = newer_schema
        self.known_schema = newest_step()
        self.damaged = damaged


def newest_copy(database: Path) -> Copy:
    """Choose what is restored where nobody names a file: the newest copy that was made of it.

    Raises
    ------
    NoCopyError
    """
    found = (copy for copy in copies_of(database) if copy.reason is not Reason.REPLACED)
    copy = next(found, None)
    if copy is None:
        raise NoCopyError
    return copy


def restore(database: Path, source: Path, at: datetime) -> Restored:
    """Put a copy in the database's place.

    Raises
    ------
    NoCopyError
        Where there is no such file.
    CopyUnfitError
        Where it can't take its place.
    DatabaseUnusableError
        Where a bot runs on the database.
    StoreUnavailableError
        Where the disk doesn't do its part.
    """
    if not source.is_file():
        raise NoCopyError
    with driver_errors_told():
        schema = _checked(source)
        database.parent.mkdir(parents=True, exist_ok=True)
        with the_only_process(database), _made_ready(database, source) as ready:
            continued_jobs = _handed_over(database, source, at)
            closed_jobs = _close_jobs(ready, at) if continued_jobs is None else 0
            kept = _kept(database, at) if database.exists() else None
            _remove_logs(database)
            ready.replace(database)
            _keep_folder(database.parent)
        thin_out(database, Reason.REPLACED, at)
    return Restored(source, schema, kept, closed_jobs, continued_jobs or 0)


def _checked(source: Path) -> str:
    try:
        report = report_on(source)
    except sqlite3.DatabaseError:
        report = FileReport(None, "no database")
    if report.complaint:
        raise CopyUnfitError(source, damaged=True)
    if report.schema is None:
        raise CopyUnfitError(source)
    if age_of(report.schema) is SchemaAge.NEWER:
        raise CopyUnfitError(source, newer_schema=report.schema)
    return report.schema


@contextmanager
def _made_ready(database: Path, source: Path) -> Generator[Path]:
    """Copy what is to be restored beside the database; nothing of it stays where that fails."""
    ready = database.with_name(f"{database.name}.restoring")
    if database.exists() and source.samefile(database):
        raise CopyUnfitError(source, itself=True)
    try:
        whole_copy(source, ready)
        yield ready
    finally:
        for end in ("", *_LOGS):
            ready.with_name(ready.name + end).unlink(missing_ok=True)


def _handed_over(database: Path, source: Path, at: datetime) -> int | None:
    """Count the jobs that go on, and see to it that no other restoring does the same with them.

    ``None`` for a file that is only a copy, or can't be written to.
    """
    replaced = (copy.path for copy in copies_of(database) if copy.reason is Reason.REPLACED)
    if not any(path.samefile(source) for path in replaced):
        return None
    with suppress(sqlite3.OperationalError):
        return _close_jobs(source, at)
    return None


def _close_jobs(file: Path, at: datetime) -> int:
    """Close what was under way; its file may be of an older schema, which had no jobs yet."""
    error = InterruptedByStopError(charge=Charge.MAYBE)
    values = {
        "step": Step.INTERRUPTED.value,
        "ended_at": at.astimezone(UTC).strftime(_MOMENT),
        "charge": Charge.MAYBE.name,
        "error": json.dumps(error_document(error)),
    }
    with closing(sqlite3.connect(file)) as connection, connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone()
        if known is None:
            return 0
        return connection.execute(_CLOSING, values).rowcount


_CLOSING = """
    UPDATE jobs
    SET open = 0, token = '', owner_id = 0, granted = 0,
        step = :step, ended_at = :ended_at, charge = :charge, error = :error
    WHERE open
"""


def _kept(database: Path, at: datetime) -> Path:
    """Give the database that is there a second name among the copies."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        # What is still in its log goes into the file, which then is all of it.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place = _free_place(database, at)
    # A second name and no move: else a crash in between would leave no database at all.
    try:
        os.link(database, place)
    except OSError:
        # Not every file system has second names.
        shutil.copy2(database, place)
        give_to_owner_of_folder(place)
    for end in _LOGS:
        # A log that is left couldn't be read, and belongs to no other file than this.
        with suppress(FileNotFoundError):
            database.with_name(database.name + end).rename(place.with_name(place.name + end))
    return place


def _free_place(database: Path, at: datetime) -> Path:
    """Find a name that no other replaced database has, which may be the one that is restored."""
    place = place_for(database, Reason.REPLACED, at)
    return _free_place(database, at + timedelta(seconds=1)) if place.exists() else place


def _remove_logs(database: Path) -> None:
    """Remove what is left of a database that is gone: it would be taken for the new one's."""
    for end in _LOGS:
        database.with_name(database.name + end).unlink(missing_ok=True)


def _keep_folder(folder: Path) -> None:
    """Wait until new names are on the disk, where a folder can be opened for that."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
