"""Schemas of other times: of every step there was, and of one that is still to come."""

from collections.abc import Callable
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from bot.storage import tables
from bot.storage.migrations import migrate
from tests.contract.storage.any_rows import Rows, all_rows, fill


def differences(connection: Connection) -> list[object]:
    """List how a schema differs from the tables as they are declared."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, tables.Table.metadata))


def wipe(connection: Connection) -> None:
    """Go back to where nothing was."""
    for name in inspect(connection).get_table_names():
        connection.execute(text(f'DROP TABLE "{name}"'))


def of_tomorrow(connection: Connection, step: str) -> None:
    """Let a newer program have been here."""
    connection.execute(text("ALTER TABLE seen_interactions ADD COLUMN shard BIGINT"))
    connection.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})


def old_file(path: Path, step: str, change: Callable[[Connection], None] = fill) -> Rows:
    """Make a file as a program of that step left it."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            migrate(connection, step)
            change(connection)
            return all_rows(connection)
    finally:
        engine.dispose()
