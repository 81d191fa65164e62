"""Moving all that is kept from a file to a server, or nothing of it.

All rows go over in one transaction of the server. Before its end they are read back and compared
with the file's: how many there are of each table, and a sum over what is in them that doesn't
depend on their order, which the two databases have ideas of their own about.
"""

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, CursorResult, Select, Table, func, insert, select, text

from bot.storage.declaring import Table as Declared
from bot.storage.failures import driver_errors_told
from bot.storage.opening import open_database
from bot.storage.postgresql import open_postgres
from bot.storage.sqlite import reading_engine
from bot.storage.urls import PostgresServer, SqliteFile

_ROWS_AT_ONCE = 1000
_DIGEST_BYTES = 16
_DIGESTS = 1 << (8 * _DIGEST_BYTES)


class TargetNotEmptyError(Exception):
    """The server's database has rows of the bot's already; nothing was changed."""


class MoveUnequalError(Exception):
    """What arrived isn't what was sent; nothing was kept of it."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


async def move(path: Path, server: PostgresServer) -> Mapping[str, int]:
    """Copy all rows; count them by their tables. The file stays as it is.

    Raises
    ------
    TargetNotEmptyError, MoveUnequalError
    DatabaseUnusableError
        Where the file can't be used, as when a bot runs on it.
    SchemaNewerError, StoreUnavailableError
        Where the server can't be used.
    """
    async with open_database(SqliteFile(path)), open_postgres(server) as target:
        engine = reading_engine(path)
        try:
            with driver_errors_told(), engine.begin() as source:
                return await target.write_at_length(partial(_move_all, source))
        finally:
            engine.dispose()


def _move_all(source: Connection, target: Connection) -> Mapping[str, int]:
    tables = Declared.metadata.sorted_tables
    if any(target.execute(select(table).limit(1)).first() for table in tables):
        raise TargetNotEmptyError
    return {table.name: _move(source, target, table) for table in tables}


def _move(source: Connection, target: Connection, table: Table) -> int:
    for rows in _read(source, table).mappings().partitions(_ROWS_AT_ONCE):
        target.execute(insert(table), [{**row} for row in rows])
    _count_on(target, table)
    sent, arrived = _summed(source, table), _summed(target, table)
    if sent != arrived:
        raise MoveUnequalError(table.name)
    return sent[0]


def _read(connection: Connection, table: Table) -> CursorResult[object]:
    query: Select[object] = select(table)
    return connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})


def _summed(connection: Connection, table: Table) -> tuple[int, int]:
    count, total = 0, 0
    for row in _read(connection, table):
        digest = hashlib.blake2b(repr(tuple(row)).encode(), digest_size=_DIGEST_BYTES).digest()
        count, total = count + 1, (total + int.from_bytes(digest)) % _DIGESTS
    return count, total


def _count_on(target: Connection, table: Table) -> None:
    """Let ids that the server gives follow those that came along."""
    counted = table.autoincrement_column
    if counted is None:
        return
    # Before its first row, 1 comes next in any case.
    highest = target.execute(select(func.coalesce(func.max(counted), 0))).scalar_one()
    if highest:
        following = text("SELECT setval(pg_get_serial_sequence(:name, :id), :highest)")
        target.execute(following, {"name": table.name, "id": counted.name, "highest": highest})
