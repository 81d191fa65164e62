"""Moving from a file to a server: all of it, read back, or nothing."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.declaring import Table
from bot.storage.moving import MoveUnequalError, TargetNotEmptyError, move
from bot.storage.opening import open_database
from bot.storage.tables import AuditRow, SeenInteractionRow, ServerRow
from bot.storage.urls import PostgresServer, SqliteFile, read_database_url
from tests.contract.storage.any_rows import MOMENT, Rows, all_rows, fill
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.databases import Postgres

MANY = 2500


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
def server(postgres: Postgres) -> PostgresServer:
    place = read_database_url(postgres.new_database())
    assert isinstance(place, PostgresServer)
    return place


async def filled(path: Path) -> Rows:
    """Fill every table, one of them with more rows than go over at once."""
    numbers = range(MANY)
    async with open_database(SqliteFile(path), patience_s=BUSY_S) as database:
        await database.write(fill)
        await database.write(
            lambda connection: connection.execute(
                insert(SeenInteractionRow), [{"interaction_id": number} for number in numbers]
            )
        )
        return await database.read(all_rows)


async def test_every_row_of_every_table_arrives_and_the_file_stays(
    path: Path, server: PostgresServer
) -> None:
    sent = await filled(path)

    counts = await move(path, server)

    assert counts == {name: len(rows) for name, rows in sent.items()}
    assert set(counts) == set(Table.metadata.tables)
    async with open_database(server, patience_s=BUSY_S) as database:
        assert await database.read(all_rows) == sent
    async with open_database(SqliteFile(path), patience_s=BUSY_S) as database:
        assert await database.read(all_rows) == sent


async def test_the_server_goes_on_counting_where_the_file_was(
    path: Path, server: PostgresServer
) -> None:
    async with open_database(SqliteFile(path), patience_s=BUSY_S) as database:
        await database.write(partial(noted, times=3))
    await move(path, server)

    async with open_database(server, patience_s=BUSY_S) as database:
        await database.write(partial(noted, times=1))
        assert await database.read(note_ids) == [1, 2, 3, 4]


def noted(connection: Connection, times: int) -> None:
    words = dict.fromkeys(("action", "subject", "before", "after"), "x")
    for _ in range(times):
        row = {"server_id": 1, "actor_id": 1, "happened_at": MOMENT, **words}
        connection.execute(insert(AuditRow).values(row))


def note_ids(connection: Connection) -> list[int]:
    return list(connection.scalars(select(AuditRow.id).order_by(AuditRow.id)))


async def test_a_server_that_has_anything_of_a_bot_is_refused(
    path: Path, server: PostgresServer
) -> None:
    await filled(path)
    async with open_database(server, patience_s=BUSY_S) as database:
        await database.write(lambda c: c.execute(insert(ServerRow).values(server_id=7)))

    with pytest.raises(TargetNotEmptyError):
        await move(path, server)

    async with open_database(server, patience_s=BUSY_S) as database:
        assert await others(database) == {"servers": 1}


async def others(database: Database) -> dict[str, int]:
    rows = await database.read(all_rows)
    return {name: len(of_table) for name, of_table in rows.items() if of_table}


async def test_what_arrives_otherwise_than_it_was_sent_is_all_given_up(
    path: Path, server: PostgresServer
) -> None:
    await filled(path)
    async with open_database(server, patience_s=BUSY_S) as database:
        await database.write(meddle)

    with pytest.raises(MoveUnequalError) as refused:
        await move(path, server)

    assert refused.value.table == "run_times"
    async with open_database(server, patience_s=BUSY_S) as database:
        assert await others(database) == {}


def meddle(connection: Connection) -> None:
    """Let the server change what is written to it."""
    connection.execute(
        text(
            "CREATE FUNCTION meddle() RETURNS trigger AS"
            " $$ BEGIN NEW.seconds := NEW.seconds + 1; RETURN NEW; END $$ LANGUAGE plpgsql"
        )
    )
    connection.execute(
        text(
            "CREATE TRIGGER meddles BEFORE INSERT ON run_times"
            " FOR EACH ROW EXECUTE FUNCTION meddle()"
        )
    )


async def test_a_file_that_a_bot_works_on_is_not_moved(path: Path, server: PostgresServer) -> None:
    async with open_database(SqliteFile(path), patience_s=BUSY_S):
        with pytest.raises(DatabaseUnusableError, match="in use by another process"):
            await move(path, server)

    async with open_database(server, patience_s=BUSY_S) as database:
        assert await others(database) == {}
