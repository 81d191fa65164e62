"""The one way to a database: read something, or change something alone.

A query and a change are plain functions of a connection. They run where their database wants them,
SQLite's in a thread of ours, PostgreSQL's on the event loop, which is why they may be neither slow
nor aware of it. **One change runs at a time**, over all processes: SQLite knows no other way, and
on PostgreSQL each takes the same advisory lock first. So a change may read, think and write like
any piece of code, is exact without a second thought, and can't meet a deadlock; what that costs in
parallel is won back by :mod:`bot.storage.writer`, which runs many changes in one transaction.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from bot.domain.errors import StoreTrouble, StoreUnavailableError

T = TypeVar("T")

# As long as a first answer may wait for the database before it is given without it.
PATIENCE_S = 1.5
# Somebody else's lock is waited for a little less, so that its name gets into the answer.
LOCK_PATIENCE_S = 1.0


class DatabaseUnusableError(Exception):
    """The database can't be opened; the text is a sentence for whoever hosts, and what mends it."""


class Database(Protocol):
    """A database that is open; whoever opened it closes it."""

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query beside whatever is being written.

        Raises
        ------
        StoreUnavailableError
            Where the database doesn't answer within 1.5 s.
        """
        ...

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change alone, in one transaction; return once it is kept.

        Raises
        ------
        StoreUnavailableError
            Where the database can't take it; nothing is changed then, unless the connection
            broke in the middle of the commit.
        """
        ...


@asynccontextmanager
async def within(seconds: float) -> AsyncGenerator[None]:
    """Let the database be away, where what is inside takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise StoreUnavailableError(StoreTrouble.AWAY) from None
