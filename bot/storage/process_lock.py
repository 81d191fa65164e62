"""One process for one SQLite file.

The lock is one of SQLite's own, on an empty database beside the real one: it works wherever SQLite
does, and goes with the process however that ends.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.storage.database import LOCK_PATIENCE_S, DatabaseUnusableError
from bot.storage.file_access import give_to_owner_of_folder


@contextmanager
def the_only_process(path: Path) -> Generator[None]:
    """Keep other processes from a database.

    Raises
    ------
    DatabaseUnusableError
        Where another process has it.
    sqlite3.Error
        Where the lock can't be made.
    """
    file = path.with_name(f"{path.name}.lock")
    lock = sqlite3.connect(
        file,
        timeout=LOCK_PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
    )
    with closing(lock):
        _take(lock, path)
        give_to_owner_of_folder(file)
        yield


def _take(lock: sqlite3.Connection, path: Path) -> None:
    try:
        lock.execute("PRAGMA journal_mode=MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise DatabaseUnusableError(
            f"The database {path} is in use by another process of the bot."
            " Stop that one first, or set another DATABASE_URL."
        ) from None
