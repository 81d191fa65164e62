"""What goes wrong with a file is told by its name, and is over when it is over."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.opening import open_database
from bot.storage.tables import SeenInteractionRow, ServerSettingRow
from bot.storage.urls import SqliteFile
from bot.storage.writer import open_writer
from tests.contract.storage.policies import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def file(path: Path) -> AsyncIterator[Database]:
    async with open_database(SqliteFile(path)) as database:
        yield database


def seeing(interaction_id: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(
        insert(SeenInteractionRow).values(interaction_id=interaction_id)
    )


def seen(connection: Connection) -> list[int]:
    return list(connection.scalars(select(SeenInteractionRow.interaction_id)))


async def trouble_with(database: Database) -> StoreTrouble:
    with pytest.raises(StoreUnavailableError) as refused:
        await database.write(seeing(1))
    return refused.value.trouble


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def is_there(path: Path) -> bool:
    return path.exists()


def move(path: Path, to: Path) -> None:
    path.rename(to)


async def test_a_lock_of_another_program_is_told_and_over_when_it_lets_go(
    file: Database, path: Path
) -> None:
    with locked(path):
        assert await trouble_with(file) is StoreTrouble.LOCKED
        assert await file.read(seen) == []
    await file.write(seeing(1))

    assert await file.read(seen) == [1]


async def test_the_writer_tells_of_a_lock_within_its_patience(file: Database, path: Path) -> None:
    async with open_writer(file) as writer:
        with locked(path), pytest.raises(StoreUnavailableError) as refused:
            await writer.write(seeing(1))

        assert refused.value.trouble is StoreTrouble.LOCKED
        await writer.write(seeing(1))
    assert await file.read(seen) == [1]


async def test_a_full_disk_is_told_nothing_is_lost_and_room_mends_it(file: Database) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def much(connection: Connection) -> None:
        row = {"server_id": 1, "name": "a", "value": "x" * 9000, "changed_at": NOW}
        connection.execute(insert(ServerSettingRow).values(**row, changed_by=1))

    await file.write(seeing(7))
    await file.write(fill)
    with pytest.raises(StoreUnavailableError) as refused:
        await file.write(much)
    await file.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 100000"))
    await file.write(much)

    assert refused.value.trouble is StoreTrouble.FULL
    assert await file.read(seen) == [7]


async def test_a_file_that_cannot_be_written_to_is_told(file: Database) -> None:
    await file.write(lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))

    assert await trouble_with(file) is StoreTrouble.READ_ONLY
    assert await file.read(seen) == []


async def test_a_file_that_is_moved_away_is_missed_and_found_again_where_it_was(
    file: Database, path: Path
) -> None:
    await file.write(seeing(7))
    move(path, path.with_name("elsewhere"))

    assert await trouble_with(file) is StoreTrouble.AWAY
    with pytest.raises(StoreUnavailableError):
        await file.read(seen)
    move(path.with_name("elsewhere"), path)
    await file.write(seeing(8))

    assert await file.read(seen) == [7, 8]


async def test_a_file_that_is_gone_for_good_is_not_made_anew_behind_the_hosts_back(
    file: Database, path: Path
) -> None:
    move(path, path.parent.parent / "elsewhere")

    assert await trouble_with(file) is StoreTrouble.AWAY
    assert not is_there(path)


async def test_a_reading_changes_nothing(file: Database) -> None:
    with pytest.raises(StoreUnavailableError) as refused:
        await file.read(seeing(1))

    assert refused.value.trouble is StoreTrouble.READ_ONLY


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda c: c.exec_driver_sql("SELECT * FROM nowhere"), OperationalError),
        (lambda c: [seeing(1)(c), seeing(1)(c)], IntegrityError),
    ],
    ids=["a statement that is wrong", "a constraint that is broken"],
)
async def test_a_mistake_of_ours_is_not_taken_for_the_databases(
    database: Database, change: Callable[[Connection], object], error: type[Exception]
) -> None:
    if "postgres" in repr(type(database)):
        error = Exception

    with pytest.raises(error) as raised:
        await database.write(change)
    assert not isinstance(raised.value, StoreUnavailableError)


async def test_errors_do_not_show_what_was_to_be_written(database: Database) -> None:
    def twice(connection: Connection) -> None:
        row = {"server_id": 1, "name": "a", "value": "a private prompt", "changed_at": NOW}
        for _ in range(2):
            connection.execute(insert(ServerSettingRow).values(**row, changed_by=1))

    with pytest.raises(IntegrityError) as raised:
        await database.write(twice)
    assert "a private prompt" not in str(raised.value)


async def test_a_second_opening_is_refused_while_the_first_lasts(
    file: Database, path: Path
) -> None:
    with pytest.raises(DatabaseUnusableError, match="in use by another process"):
        async with open_database(SqliteFile(path)):
            pass

    await file.write(seeing(1))
    assert await file.read(seen) == [1]
