"""Statements put together from a table's own key, in the words of either dialect.

Building a statement takes several times as long as running it, so each is built once. Those that
take rows leave their values to the execution.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    and_,
    bindparam,
    delete,
    select,
    tuple_,
)
from sqlalchemy.dialects import sqlite

from bot.storage.declaring import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

# Some milliseconds' worth, for which everybody else's changes wait.
REMOVED_AT_ONCE = 1000

Row = Mapping[str, object]
Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def insert_new(connection: Connection, table: type[Table], row: Row) -> bool:
    """Insert a row; ``False`` where one with its key is there already, which stays as it is."""
    return (
        connection.execute(
            _insertion_of_new(connection.dialect.name, table.__table__), row
        ).rowcount
        == 1
    )


def insert_all(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    """Insert rows; those with a key that is there already stay as they are."""
    if rows:
        connection.execute(_insertion_of_new(connection.dialect.name, table.__table__), rows)


def upsert(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    """Insert whole rows; where one with the same key is there, put the new one in its place."""
    if rows:
        connection.execute(_insertion_of_any(connection.dialect.name, table.__table__), rows)


def remove(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    """Delete the rows that have these rows' keys."""
    if rows:
        keys = [{f"key_{name}": row[name] for name in key_of(table.__table__)} for row in rows]
        connection.execute(_deletion(table.__table__), keys)


def remove_some(connection: Connection, table: type[Table], *where: ColumnElement[bool]) -> int:
    """Delete rows that are found by a condition, at most so many; tell how many."""
    columns = table.__table__.columns
    key = [columns[name] for name in key_of(table.__table__)]
    some = select(*key).where(*where).limit(REMOVED_AT_ONCE)
    return connection.execute(delete(table).where(tuple_(*key).in_(some))).rowcount


def keep_difference(
    connection: Connection, table: type[Table], before: Iterable[Row], after: Iterable[Row]
) -> None:
    """Write what turns one set of rows into the other."""
    key = key_of(table.__table__)
    old, new = ({tuple(row[n] for n in key): row for row in rows} for rows in (before, after))
    remove(connection, table, [row for name, row in old.items() if name not in new])
    upsert(connection, table, [row for name, row in new.items() if old.get(name) != row])


@cache
def key_of(table: sqlalchemy.Table) -> tuple[str, ...]:
    """Name the columns of a table's primary key."""
    return tuple(column.name for column in table.primary_key)


@cache
def _insertion_of_new(dialect: str, table: sqlalchemy.Table) -> Insert:
    return _insertion(dialect, table).on_conflict_do_nothing()


@cache
def _insertion_of_any(dialect: str, table: sqlalchemy.Table) -> Insert:
    insertion = _insertion(dialect, table)
    names = (column.name for column in table.columns)
    replaced = {name: insertion.excluded[name] for name in names if name not in key_of(table)}
    return insertion.on_conflict_do_update(index_elements=key_of(table), set_=replaced)


def _insertion(dialect: str, table: sqlalchemy.Table) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    # The other dialect takes 2 MB, which a bot on a file can do without.
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  see above

    return postgresql.insert(table)


@cache
def _deletion(table: sqlalchemy.Table) -> Delete:
    columns = table.columns
    return delete(table).where(
        and_(*(columns[name] == bindparam(f"key_{name}") for name in key_of(table)))
    )
