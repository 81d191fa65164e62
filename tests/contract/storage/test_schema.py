"""Whether a database is one that this version of the bot can work on."""

import pytest
from sqlalchemy import Connection, text

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.happenings import Happening, StoreFailed
from bot.storage.database import Database
from bot.storage.observed import ObservedDatabase
from bot.storage.opening import open_database
from bot.storage.schema import StoredSchema
from bot.storage.urls import read_database_url
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.databases import Postgres


def stamp(revision: str) -> str:
    return f"UPDATE alembic_version SET version_num = '{revision}'"  # noqa: S608  a test's own word


async def set_to(database: Database, statement: str) -> None:
    def change(connection: Connection) -> None:
        connection.execute(text(statement))

    await database.write(change)


async def test_a_database_that_was_opened_is_current(database: Database) -> None:
    assert await StoredSchema(database).is_current()


async def test_one_that_was_put_back_to_an_earlier_step_is_not(database: Database) -> None:
    await set_to(database, stamp("0001"))

    assert not await StoredSchema(database).is_current()


@pytest.mark.parametrize("step", ["9999-from-0001", "9999-from-9998", "9999"])
async def test_one_that_became_newer_has_all_that_a_process_needs_which_works_on_it(
    database: Database, step: str
) -> None:
    """Whatever it says to programs that start: an update over many would stand still otherwise."""
    await set_to(database, stamp(step))

    assert await StoredSchema(database).is_current()


async def test_one_of_another_program_is_not(database: Database) -> None:
    await set_to(database, stamp("a1b2c3"))

    assert not await StoredSchema(database).is_current()


async def test_one_that_nobody_has_made_is_not(database: Database) -> None:
    await set_to(database, "DROP TABLE alembic_version")

    assert not await StoredSchema(database).is_current()


async def test_each_time_that_a_server_is_away_is_told_of_and_nothing_else(
    postgres: Postgres,
) -> None:
    seen = list[Happening]()
    async with open_database(
        read_database_url(postgres.new_database()), patience_s=BUSY_S
    ) as opened:
        database = ObservedDatabase(opened, seen.append)
        assert await StoredSchema(database).is_current()
        assert seen == []

        postgres.crash()
        try:
            with pytest.raises(StoreUnavailableError):
                await StoredSchema(database).is_current()
            with pytest.raises(StoreUnavailableError):
                await set_to(database, stamp("0001"))
        finally:
            postgres.start_again()

        assert seen == [StoreFailed(StoreTrouble.AWAY)] * 2
        assert await StoredSchema(database).is_current()
