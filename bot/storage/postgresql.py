"""PostgreSQL: one server, any number of processes.

Every change holds the same advisory lock until its commit. A process that dies loses it with its
connection; one that hangs in the middle is thrown out by the server after some seconds. The limits
for that are set in each transaction and not with the connection, where poolers refuse them.
"""

import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.database import LOCK_PATIENCE_S, PATIENCE_S, within
from bot.storage.failures import driver_errors_told
from bot.storage.migrations import migrate
from bot.storage.urls import PostgresServer

T = TypeVar("T")

# Any number that nobody else would think of; the same in every version of the bot.
_CHANGE_LOCK = 0x1A6E_B075
_CONNECTIONS = 5
_CONNECT_MAX_S = 10.0
_CHANGE_MAX_S = 10.0
# Another process may be on its way up the same steps, over tables that have grown.
_MIGRATION_MAX_S = 300.0
_AT_LENGTH_MAX_S = 3600.0
_ALONE = f"""
    SELECT set_config('lock_timeout', :patience, true),
           set_config('statement_timeout', :longest, true),
           set_config('idle_in_transaction_session_timeout', :longest, true),
           pg_advisory_xact_lock({_CHANGE_LOCK})
"""


class PostgresDatabase:
    """A database that other processes may use too; see :func:`open_postgres`."""

    def __init__(self, engine: AsyncEngine, patience_s: float) -> None:
        self._engine = engine
        self._patience_s = patience_s

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query beside whatever is being written."""
        with driver_errors_told():
            async with within(self._patience_s), self._engine.connect() as connection:
                return await connection.run_sync(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change alone, in one transaction; return once it is kept."""
        with driver_errors_told():
            async with within(_CHANGE_MAX_S), self._engine.begin() as connection:
                await _be_alone(connection, LOCK_PATIENCE_S, _CHANGE_MAX_S)
                return await connection.run_sync(change)

    async def write_at_length(self, change: Callable[[Connection], T]) -> T:
        """Run a change that may take an hour, while nobody else can change anything."""
        with driver_errors_told():
            async with within(_AT_LENGTH_MAX_S), self._engine.begin() as connection:
                await _be_alone(connection, LOCK_PATIENCE_S, _AT_LENGTH_MAX_S)
                return await connection.run_sync(change)


@asynccontextmanager
async def open_postgres(
    server: PostgresServer, patience_s: float = PATIENCE_S
) -> AsyncGenerator[PostgresDatabase]:
    """Connect, and bring the schema up to date.

    Raises
    ------
    StoreUnavailableError
        Where the server can't be reached or used.
    """
    with driver_errors_told():
        engine = _engine(server)
    try:
        with driver_errors_told():
            async with within(_MIGRATION_MAX_S), engine.begin() as connection:
                await _be_alone(connection, _MIGRATION_MAX_S, _MIGRATION_MAX_S)
                await connection.run_sync(migrate)
        yield PostgresDatabase(engine, patience_s)
    finally:
        await engine.dispose()


async def read_once(server: PostgresServer, query: Callable[[Connection], T]) -> T:
    """Ask a server something and leave it as it is.

    Raises
    ------
    StoreUnavailableError
        Where it can't be reached or used.
    """
    with driver_errors_told():
        engine = _engine(server)
        try:
            async with within(_CONNECT_MAX_S), engine.connect() as connection:
                return await connection.run_sync(query)
        finally:
            await engine.dispose()


def _engine(server: PostgresServer) -> AsyncEngine:
    return create_async_engine(
        URL.create(
            "postgresql+asyncpg",
            username=server.user,
            password=server.password,
            host=server.host,
            port=server.port,
            database=server.database,
        ),
        connect_args=_driver_options(server),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=PATIENCE_S,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _driver_options(server: PostgresServer) -> dict[str, object]:
    options: dict[str, object] = {"timeout": _CONNECT_MAX_S}
    if server.sslmode is not None:
        options["ssl"] = _encryption(server)
    if server.application_name is not None:
        options["server_settings"] = {"application_name": server.application_name}
    return options


def _encryption(server: PostgresServer) -> ssl.SSLContext | str | None:
    """Give what the driver takes; it has libpq's words, but its own idea of whom to trust.

    As with libpq, ``require`` with a file of authorities means ``verify-ca``.
    """
    verifying = server.sslmode in {"verify-ca", "verify-full"}
    if not verifying and (server.sslmode != "require" or server.sslrootcert is None):
        return server.sslmode
    context = ssl.create_default_context(cafile=server.sslrootcert)
    context.check_hostname = server.sslmode == "verify-full"
    return context


async def _be_alone(connection: AsyncConnection, patience_s: float, max_s: float) -> None:
    """Take the lock for this transaction, and let the server bound what follows."""
    await connection.execute(
        text(_ALONE),
        {"patience": _milliseconds(patience_s), "longest": _milliseconds(max_s)},
    )


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))
