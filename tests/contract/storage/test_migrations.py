"""The schema comes about in steps, the same on both databases, and nothing has to be told twice."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select

from bot.storage import migrations, tables
from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.migrations import migrate, newest_step, steps_upwards
from bot.storage.opening import open_database
from bot.storage.tables import SeenInteractionRow, ServerRow
from bot.storage.urls import DatabasePlace, read_database_url
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.databases import Postgres
from tests.contract.storage.schema_steps import differences, of_tomorrow, wipe

FIRST_STEPS = ["0001", "0002", "0003"]


def version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def test_the_steps_lead_to_the_tables_as_they_are_declared(database: Database) -> None:
    assert await database.read(differences) == []


async def test_every_constraint_has_the_name_that_is_declared(database: Database) -> None:
    def names(connection: Connection) -> set[tuple[str, str | None]]:
        found = inspect(connection)
        return {(name, found.get_pk_constraint(name)["name"]) for name in declared}

    declared = list(tables.Table.metadata.tables)

    assert await database.read(names) == {(name, f"pk_{name}") for name in declared}


@pytest.mark.parametrize("step", FIRST_STEPS)
async def test_every_step_leads_on_to_the_newest_and_keeps_what_is_there(
    database: Database, step: str
) -> None:
    def climb(connection: Connection) -> list[int]:
        wipe(connection)
        migrate(connection, step)
        assert version(connection) == step
        connection.execute(insert(ServerRow).values(server_id=7))
        migrate(connection)
        assert differences(connection) == []
        return list(connection.scalars(select(ServerRow.server_id)))

    assert await database.write(climb) == [7]


async def test_opening_again_changes_nothing_and_loses_nothing(place: DatabasePlace) -> None:
    async with open_database(place, patience_s=BUSY_S) as database:
        await database.write(
            lambda connection: connection.execute(insert(ServerRow).values(server_id=7))
        )
        before = await database.read(version)
    async with open_database(place, patience_s=BUSY_S) as database:
        assert await database.read(version) == before
        assert await database.read(
            lambda connection: list(connection.scalars(select(ServerRow.server_id)))
        ) == [7]


async def test_an_older_process_works_on_a_newer_schema_that_says_so_and_leaves_it_as_it_is(
    place: DatabasePlace, caplog: pytest.LogCaptureFixture
) -> None:
    step = f"9999-from-{newest_step()}"
    async with open_database(place, patience_s=BUSY_S) as database:
        await database.write(partial(of_tomorrow, step=step))

    async with open_database(place, patience_s=BUSY_S) as database:
        await database.write(
            lambda connection: connection.execute(
                insert(SeenInteractionRow).values(interaction_id=1)
            )
        )
        assert await database.read(version) == step
    assert f"schema {step} is newer than this version of the bot" in caplog.text


@pytest.mark.parametrize("step", ["9999", "9999-from-9998", "of another program"])
async def test_a_newer_schema_that_says_nothing_of_the_kind_is_refused_in_a_sentence(
    place: DatabasePlace, step: str
) -> None:
    async with open_database(place, patience_s=BUSY_S) as database:
        await database.write(partial(of_tomorrow, step=step))

    with pytest.raises(DatabaseUnusableError) as refused:
        async with open_database(place, patience_s=BUSY_S):
            pass

    assert f"has the schema {step} of a newer version of the bot" in str(refused.value)
    assert "restore a copy from before the upgrade." in str(refused.value)


def test_the_steps_names_are_read_as_alembic_reads_them() -> None:
    """They are read from the files' texts, for Alembic to be loaded only where there is a step."""
    folder = str(Path(migrations.__file__).parent)
    walked = ScriptDirectory(folder).walk_revisions()

    assert [step.revision for step in walked] == [*reversed(steps_upwards())]


def test_a_step_after_one_that_took_something_away_says_so_too() -> None:
    """The name of the newest step is all that an older program gets to read."""
    floors = [step.partition("-from-")[2] for step in steps_upwards()]

    assert floors == sorted(floors)


async def test_a_way_that_fails_leaves_the_schema_as_it_was(database: Database) -> None:
    def fail_half_way(connection: Connection) -> None:
        migrate(connection)
        raise LookupError("the third step is wrong")

    await database.write(wipe)
    with pytest.raises(LookupError):
        await database.write(fail_half_way)

    assert await database.read(lambda connection: inspect(connection).get_table_names()) == []


async def test_many_that_open_a_new_database_at_once_find_one_whole_schema(
    postgres: Postgres,
) -> None:
    place = read_database_url(postgres.new_database())

    async def opened() -> str | None:
        async with open_database(place, patience_s=BUSY_S) as database:
            return await database.read(version)

    assert len({*await asyncio.gather(*(opened() for _ in range(4)))}) == 1
