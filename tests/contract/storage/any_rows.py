"""A row for every table of a schema, whatever step it is on, told by the columns' types alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, MetaData, Table, insert, select

MOMENT = datetime(2026, 1, 31, 12, 30, 1, 250_000, tzinfo=UTC)
_BOOKKEEPING = "alembic_version"

Rows = Mapping[str, Sequence[Mapping[str, object]]]


def fill(connection: Connection, rows_each: int = 3) -> None:
    """Put rows into every table that is there."""
    for table in _tables(connection):
        for number in range(1, rows_each + 1):
            row = {column.name: _value(column.type.python_type, number) for column in table.columns}
            connection.execute(insert(table).values(row))


def all_rows(connection: Connection) -> Rows:
    """Read every table that is there, moments without zones, as SQLite has them."""
    return {
        table.name: sorted(
            (_plain(row) for row in connection.execute(select(table)).mappings()), key=str
        )
        for table in _tables(connection)
    }


def _tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _BOOKKEEPING]


def _plain(row: Mapping[str, object]) -> Mapping[str, object]:
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _value(kind: type, number: int) -> object:
    values: Mapping[type, object] = {
        bool: number % 2 == 0,
        int: (1 << 62) + number,
        float: 1 / (2 + number),
        str: f'{{"a cat 🐈": {number}}}',
        datetime: MOMENT.replace(microsecond=number),
        date: date(2026, 1, number),
    }
    return values[kind]
