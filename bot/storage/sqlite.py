"""SQLite: one file, one process.

The driver is Python's own, in threads of ours: a statement through an asynchronous wrapper takes
four journeys between threads, and a thousand statements three times as long.

Write-ahead logging lets reads go on beside a write. Changes begin as such (``BEGIN IMMEDIATE``):
a read that becomes a write half-way fails at once where another has the lock, instead of waiting.
A commit is on the disk before anybody is told (``synchronous=FULL``): with less, a file under
write-ahead logging may lose its newest commits with the power, and with them that a job was sent,
which would then be sent and paid again. One commit for many changes keeps that cheap.
SQLite doesn't mind when its file is moved away, and writes on where nobody will ever look. So each
use looks first whether the file is still there; once it is back, the next use finds it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.storage.copies import Reason, make_copy
from bot.storage.database import LOCK_PATIENCE_S, PATIENCE_S, within
from bot.storage.failures import driver_errors_told
from bot.storage.file_access import give_to_owner_of_folder
from bot.storage.migrations import SchemaAge, age_of, migrate, newest_step
from bot.storage.process_lock import the_only_process
from bot.storage.sqlite_files import schema_of

T = TypeVar("T")

_READERS = 3
_FILE = "imagine file"

_log = logging.getLogger(__name__)


class SqliteDatabase:
    """A file of this process; see :func:`open_sqlite`."""

    def __init__(
        self, writer: Engine, readers: Engine, threads: ThreadPoolExecutor, patience_s: float
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._threads = threads
        self._patience_s = patience_s

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query beside whatever is being written."""
        async with within(self._patience_s):
            return await self._in_thread(self._readers, query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change alone, in one transaction; return once it is kept."""
        return await self._in_thread(self._writer, change)

    async def _in_thread(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _transaction, engine, work)


def _transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    with driver_errors_told(), engine.begin() as connection:
        return work(connection)


@asynccontextmanager
async def open_sqlite(path: Path, patience_s: float = PATIENCE_S) -> AsyncGenerator[SqliteDatabase]:
    """Make the file where there is none, bring its schema up to date and keep others out.

    Before a schema is brought up to date the file is copied (:mod:`bot.storage.copies`).

    Raises
    ------
    DatabaseUnusableError
        Where another process has the file.
    StoreUnavailableError
        Where it can't be read or written.
    """
    with ExitStack() as stack:
        with driver_errors_told():
            await asyncio.to_thread(_make, path)
            await asyncio.to_thread(stack.enter_context, the_only_process(path))
        await asyncio.to_thread(_copy_before_upgrade, path)
        async with open_shared_sqlite(path, patience_s) as database:
            yield database


def _copy_before_upgrade(path: Path) -> None:
    """Keep the database as an older program left it; without room for that it isn't upgraded."""
    with driver_errors_told():
        older = age_of(schema_of(path)) is SchemaAge.OLDER
    if older:
        copy = make_copy(path, Reason.UPGRADE, datetime.now(UTC), newest_step())
        _log.info("database  copied to %s before its upgrade", copy)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Prompts are nobody else's on this machine.
    path.touch(mode=0o600)
    give_to_owner_of_folder(path)


@asynccontextmanager
async def open_shared_sqlite(
    path: Path, patience_s: float = PATIENCE_S
) -> AsyncGenerator[SqliteDatabase]:
    """Do the same without keeping anybody out, which is safe, but nothing the bot is made for.

    Raises
    ------
    StoreUnavailableError
        Where the file can't be read or written.
    """
    with driver_errors_told():
        await asyncio.to_thread(_make, path)
    writer = _engine(path, "BEGIN IMMEDIATE", connections=1)
    readers = _engine(path, "BEGIN", connections=_READERS, read_only=True)
    threads = ThreadPoolExecutor(_READERS + 1, "sqlite")
    try:
        database = SqliteDatabase(writer, readers, threads, patience_s)
        await database.write(migrate)
        yield database
    finally:
        # What still runs in a thread is let finish, though nobody waits for it any more.
        await asyncio.to_thread(threads.shutdown)
        readers.dispose()
        writer.dispose()


def reading_engine(path: Path) -> Engine:
    """Give an engine for reading all of a file at leisure; whoever takes it disposes of it."""
    return _engine(path, "BEGIN", connections=1, read_only=True)


def _engine(path: Path, begin: str, *, connections: int, read_only: bool = False) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=partial(_connect, path, read_only=read_only),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE_S,
        hide_parameters=True,
    )
    event.listen(engine, "connect", partial(_remember_file, path))
    event.listen(engine, "checkout", partial(_miss_file, path))
    event.listen(engine, "begin", partial(_begin, begin))
    return engine


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=LOCK_PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
    )
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        # What was sent isn't forgotten with the power. Who only reads has nothing to lose.
        cursor.execute(f"PRAGMA synchronous={'NORMAL' if read_only else 'FULL'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What was removed isn't left to be read in pages that are free.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA query_only={int(read_only)}")
    return connection


def _remember_file(path: Path, _: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    entry.info[_FILE] = _identity(path)


def _miss_file(
    path: Path, _: DBAPIConnection, entry: ConnectionPoolEntry, __: PoolProxiedConnection
) -> None:
    if entry.info.get(_FILE) != _identity(path):
        raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin(statement: str, connection: Connection) -> None:
    connection.exec_driver_sql(statement)
