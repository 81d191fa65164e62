"""Looking into files of SQLite that may be in use, old, foreign or broken, and changing nothing.

A file without a log beside it is opened as one that can't change: then not even the helpers of a
reader are made beside it, and a folder that can't be written to is no hindrance.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_WAIT_S = 5.0


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a file holds.

    Attributes
    ----------
    schema
        The step that it is on; ``None`` where the bot never wrote to it.
    complaint
        What SQLite finds broken; empty where nothing is.
    """

    schema: str | None
    complaint: str = ""


@contextmanager
def opened_to_read(path: Path) -> Generator[sqlite3.Connection]:
    """Open a file that is there, for reading.

    Raises
    ------
    sqlite3.Error
    """
    logged = path.with_name(f"{path.name}-wal").exists()
    options = "mode=ro" if logged else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{options}"
    connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)
    with closing(connection):
        yield connection


def report_on(path: Path) -> FileReport:
    """Look into a file, all of it.

    Raises
    ------
    sqlite3.Error
        Where it can't be read at all.
    """
    with opened_to_read(path) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        return FileReport(_schema(connection), "" if found == "ok" else str(found))


def schema_of(path: Path) -> str | None:
    """Tell on which step a file is; ``None`` where there is none, or nothing in it.

    Raises
    ------
    sqlite3.Error, OSError
    """
    try:
        size_bytes = path.stat().st_size
    except FileNotFoundError:
        return None
    if not size_bytes:
        return None
    with opened_to_read(path) as connection:
        return _schema(connection)


def _schema(connection: sqlite3.Connection) -> str | None:
    names = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    )
    if names.fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])
