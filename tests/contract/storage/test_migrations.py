"""The schema comes about in steps, the same on both databases, and nothing has to be told twice."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.storage.database import Database
from bot.storage.tables import Table


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Table.metadata))


async def test_the_steps_lead_to_the_tables_as_they_are_declared(database: Database) -> None:
    assert await database.read(differences) == []
