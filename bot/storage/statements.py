"""Statements that are put together from a table's own key, in the words of either dialect."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, inspect
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.tables import Table

Row = Mapping[str, object]


def insertion(connection: Connection, table: type[Table]) -> sqlite.Insert | postgresql.Insert:
    """Begin an insertion that can deal with a row that is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def upsert(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    """Insert rows, all with the same columns; of those that are there, replace what isn't key."""
    if rows:
        insert = insertion(connection, table)
        key = key_of(table)
        replaced = {name: insert.excluded[name] for name in rows[0] if name not in key}
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_=replaced), rows)


def remove(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    """Delete the rows that have these rows' keys."""
    if rows:
        columns = inspect(table).columns
        same = [columns[name] == bindparam(f"key_{name}") for name in key_of(table)]
        keys = [{f"key_{name}": row[name] for name in key_of(table)} for row in rows]
        connection.execute(delete(table).where(and_(*same)), keys)


def keep_difference(
    connection: Connection, table: type[Table], before: Iterable[Row], after: Iterable[Row]
) -> None:
    """Write what turns one set of rows into the other."""
    key = key_of(table)
    old, new = ({tuple(row[n] for n in key): row for row in rows} for rows in (before, after))
    remove(connection, table, [row for name, row in old.items() if name not in new])
    upsert(connection, table, [row for name, row in new.items() if old.get(name) != row])


def key_of(table: type[Table]) -> list[str]:
    """Name the columns of a table's primary key."""
    return [column.name for column in inspect(table).primary_key]
