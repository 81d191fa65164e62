"""What goes wrong with a PostgreSQL server is told, and is over when the server is back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.util import await_only

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.opening import open_database
from bot.storage.tables import SeenInteractionRow
from bot.storage.urls import PostgresServer, read_database_url
from bot.storage.writer import open_writer
from tests.contract.storage.databases import Postgres, running_postgres

PHRASE = "correct-horse"


@pytest.fixture(scope="module")
def mortal() -> Iterator[Postgres]:
    """A server that may be crashed without harm to other tests."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def place(mortal: Postgres) -> PostgresServer:
    place = read_database_url(mortal.new_database())
    assert isinstance(place, PostgresServer)
    return place


@pytest.fixture
async def server(place: PostgresServer) -> AsyncIterator[Database]:
    async with open_database(place, wait_s=0) as database:
        yield database


def seeing(interaction_id: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(
        insert(SeenInteractionRow).values(interaction_id=interaction_id)
    )


def seen(connection: Connection) -> list[int]:
    return list(connection.scalars(select(SeenInteractionRow.interaction_id)))


async def trouble_at_opening(place: PostgresServer) -> str:
    with pytest.raises(DatabaseUnusableError) as refused:
        async with open_database(place, wait_s=0):
            pass
    return str(refused.value)


async def test_a_server_that_crashes_is_missed_and_used_again_when_it_is_back(
    server: Database, mortal: Postgres
) -> None:
    await server.write(seeing(7))
    mortal.crash()

    for use in (server.read(seen), server.write(seeing(8))):
        with pytest.raises(StoreUnavailableError) as refused:
            await use
        assert refused.value.trouble is StoreTrouble.AWAY
    mortal.start_again()
    await server.write(seeing(9))

    assert await server.read(seen) == [7, 9]


async def test_the_writer_bridges_a_short_restart(server: Database, mortal: Postgres) -> None:
    async with open_writer(server) as writer:
        await writer.write(seeing(1))
        mortal.crash()
        mortal.start_again()

        await writer.write(seeing(2))
    assert await server.read(seen) == [1, 2]


async def test_a_crash_in_the_middle_of_a_change_leaves_nothing_of_it(
    server: Database, mortal: Postgres
) -> None:
    def crash_in_the_middle(connection: Connection) -> None:
        seeing(1)(connection)
        mortal.crash()
        seeing(2)(connection)

    with pytest.raises(StoreUnavailableError):
        await server.write(crash_in_the_middle)
    mortal.start_again()

    assert await server.read(seen) == []


async def test_a_lock_that_another_holds_is_told(server: Database, place: PostgresServer) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async with open_database(place) as other:
        held = asyncio.create_task(hold(other, entered, leave))
        await asyncio.wait_for(entered.wait(), 5)
        with pytest.raises(StoreUnavailableError) as refused:
            await server.write(seeing(1))
        leave.set()
        await held

    assert refused.value.trouble is StoreTrouble.LOCKED
    await server.write(seeing(1))


async def hold(database: Database, entered: asyncio.Event, leave: asyncio.Event) -> None:
    """Stay in the middle of a change until told to leave."""

    def change(connection: Connection) -> None:
        connection.execute(text("SELECT 1"))
        entered.set()
        await_only(leave.wait())

    await database.write(change)


async def test_a_standby_cannot_be_written_to(server: Database) -> None:
    def as_on_a_standby(connection: Connection) -> None:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        seeing(1)(connection)

    with pytest.raises(StoreUnavailableError) as refused:
        await server.write(as_on_a_standby)
    assert refused.value.trouble is StoreTrouble.READ_ONLY


@pytest.mark.parametrize(
    "change", [{"user": "nobody"}, {"database": "nowhere"}], ids=["the user", "the database"]
)
async def test_what_the_server_refuses_is_told_at_the_opening(
    place: PostgresServer, change: dict[str, str]
) -> None:
    told = await trouble_at_opening(replace(place, password=PHRASE, **change))

    assert "refuses the bot's user, password or database name" in told
    assert PHRASE not in told


async def test_a_missing_file_of_authorities_is_told_at_the_opening(
    place: PostgresServer,
) -> None:
    place = replace(place, sslmode="verify-full", sslrootcert=Path("/nowhere/ca.pem"))

    assert "can't be reached" in await trouble_at_opening(place)


async def test_a_server_that_starts_late_is_waited_for(
    place: PostgresServer, mortal: Postgres
) -> None:
    mortal.crash()
    opening = asyncio.create_task(opened(place))
    await asyncio.to_thread(mortal.start_again)

    assert await opening == []


async def opened(place: PostgresServer) -> list[int]:
    async with open_database(place, wait_s=30) as database:
        return await database.read(seen)
