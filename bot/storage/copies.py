"""Copies of a database in a file, in a folder beside it.

A copy is made by SQLite itself while the bot goes on writing: in write-ahead logging a reader has
its own state of the file and keeps nobody waiting. It gets its name only once all of it is on the
disk and SQLite finds nothing broken in it. Of each reason for a copy the newest fourteen are kept,
so that neither a start that fails again and again nor somebody's own copies push out the daily
ones. Each day those go that are older than what the database itself may keep, whatever they were
made for; the newest stays.
"""

import asyncio
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.failures import driver_errors_told
from bot.storage.file_access import give_to_owner_of_folder, may_write
from bot.storage.sqlite_files import report_on

KEPT = 14
_FOLDER = "backups"
_STAMP = "%Y%m%dT%H%M%SZ"
_BUSY_S = 5.0
_PART = ".part"
_ABANDONED_S = 24 * 3600.0


class Reason(Enum):
    """Why a copy was made; the value is in its name."""

    DAILY = "daily"
    UPGRADE = "before"
    ASKED = "asked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that is there."""

    path: Path
    made_at: datetime
    reason: Reason


def copies_of(database: Path) -> Sequence[Copy]:
    """List the copies, the newest first; a folder that can't be read has none."""
    stem, suffix = re.escape(database.stem), re.escape(database.suffix)
    name = re.compile(rf"{stem}-(\d{{8}}T\d{{6}}Z)-([a-z]+)(?:-[\w-]+)?{suffix}")
    found: list[Copy] = []
    for path in _files_in(folder_of(database)):
        match = name.fullmatch(path.name)
        if match is not None and match[2] in _REASONS:
            made_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            found.append(Copy(path, made_at, Reason(match[2])))
    return sorted(found, key=lambda copy: copy.made_at, reverse=True)


def _files_in(folder: Path) -> Sequence[Path]:
    try:
        return [*folder.iterdir()]
    except OSError:
        return []


_REASONS = frozenset(reason.value for reason in Reason)


def folder_of(database: Path) -> Path:
    """Give the folder of a database's copies."""
    return database.parent / _FOLDER


def place_for(database: Path, reason: Reason, at: datetime, note: str = "") -> Path:
    """Give the path of a copy, and make its folder."""
    folder = folder_of(database)
    # Copies hold prompts, as the database does.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_to_owner_of_folder(folder)
    parts = (database.stem, f"{at.astimezone(UTC):{_STAMP}}", reason.value, *filter(None, [note]))
    return folder / f"{'-'.join(parts)}{database.suffix}"


def make_copy(database: Path, reason: Reason, at: datetime, note: str = "") -> Path:
    """Copy a database that may be in use, and let go of the oldest copies of this reason.

    Raises
    ------
    StoreUnavailableError
        Where it can't be read, or the copy can't be written; there is no half copy then.
    """
    with driver_errors_told():
        place = place_for(database, reason, at, note)
        _remove_abandoned(place.parent)
        _check_room(database, place.parent)
        whole_copy(database, place)
        thin_out(database, reason, at)
    return place


def _remove_abandoned(folder: Path) -> None:
    """Remove what processes left that were killed while they copied."""
    for part in folder.glob(f"*{_PART}"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > _ABANDONED_S:
                part.unlink()


def _check_room(database: Path, folder: Path) -> None:
    """See that the database has room to double after the copy: else copies would stop the bot."""
    if shutil.disk_usage(folder).free < 2 * database.stat().st_size:
        raise StoreUnavailableError(StoreTrouble.FULL)


def whole_copy(source: Path, target: Path) -> None:
    """Write a copy of a file of SQLite under a name that only a whole one gets.

    Raises
    ------
    sqlite3.Error, OSError, StoreUnavailableError
    """
    part = target.with_name(f"{target.name}{_PART}")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        give_to_owner_of_folder(part)
        _copy(source, part)
        if report_on(part).complaint:
            raise StoreUnavailableError(StoreTrouble.DAMAGED)
        _keep(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path) -> None:
    uri = f"{source.absolute().as_uri()}?{_opened_with(source)}"
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as reader,
        closing(sqlite3.connect(part)) as writer,
    ):
        # All pages in one go: in several, each change of the bot's would begin it anew.
        reader.backup(writer)


def _opened_with(source: Path) -> str:
    """Open what lies in a place that can't be written to as a file that can't change.

    Beside others SQLite makes helpers, and a bot may begin to write to them at any moment.
    """
    logged = source.with_name(f"{source.name}-wal").exists()
    closed = not may_write(source.absolute().parent)
    return "mode=ro&immutable=1" if closed and not logged else "mode=rw"


def _keep(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def thin_out(database: Path, reason: Reason, at: datetime) -> None:
    """Let go of all copies of a reason but the newest; those of the future go first.

    They were made while a clock was wrong, and would outlast every true one.
    """
    alike = [copy for copy in copies_of(database) if copy.reason is reason]
    for copy in sorted(alike, key=lambda copy: copy.made_at > at)[KEPT:]:
        _let_go(copy)


def let_outdated_go(database: Path, before: datetime) -> None:
    """Let go of all copies that were made before a moment, but of the newest of all."""
    for copy in copies_of(database)[1:]:
        if copy.made_at < before:
            _let_go(copy)


def _let_go(copy: Copy) -> None:
    for end in ("", "-wal", "-shm"):
        copy.path.with_name(copy.path.name + end).unlink(missing_ok=True)


class FileCopies:
    """Fulfils :class:`bot.domain.record_ports.DailyCopies` for a database in a file.

    Parameters
    ----------
    kept_for
        How old a copy of any reason gets.
    """

    def __init__(self, database: Path, kept_for: timedelta) -> None:
        self._database = database
        self._kept_for = kept_for

    async def latest(self, at: datetime) -> datetime | None:
        """Tell when the newest daily copy was made; one of the future is none."""
        copies = await asyncio.to_thread(copies_of, self._database)
        daily = (copy.made_at for copy in copies if copy.reason is Reason.DAILY)
        return max((made_at for made_at in daily if made_at <= at), default=None)

    async def make(self, at: datetime) -> str:
        """Make one, and let outdated ones go; give its path.

        Raises
        ------
        StoreUnavailableError
        """
        return str(await asyncio.to_thread(self._make, at))

    def _make(self, at: datetime) -> Path:
        path = make_copy(self._database, Reason.DAILY, at)
        with driver_errors_told():
            let_outdated_go(self._database, at - self._kept_for)
        return path
