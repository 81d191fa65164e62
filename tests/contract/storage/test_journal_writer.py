"""Many changes in one transaction, and nobody pays for another's mistake."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import StoreUnavailableError
from bot.storage.database import Database
from bot.storage.tables import RunTimeRow, SeenInteractionRow
from bot.storage.writer import JournalWriter, open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.gates import GatedDatabase


def seeing(interaction_id: int) -> Callable[[Connection], int]:
    def change(connection: Connection) -> int:
        connection.execute(insert(SeenInteractionRow).values(interaction_id=interaction_id))
        return interaction_id

    return change


def timing(seconds: float) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        connection.execute(insert(RunTimeRow).values(model="a/b", seconds=seconds))

    return change


def seen(connection: Connection) -> set[int]:
    return set(connection.scalars(select(SeenInteractionRow.interaction_id)))


def times(connection: Connection) -> list[float]:
    return list(connection.scalars(select(RunTimeRow.seconds).order_by(RunTimeRow.id)))


@pytest.fixture
def gated(database: Database) -> GatedDatabase:
    return GatedDatabase(database)


@pytest.fixture
async def writer(gated: GatedDatabase) -> AsyncIterator[JournalWriter]:
    async with open_writer(gated, BUSY_S) as writer:
        yield writer


async def a_group(
    gated: GatedDatabase, writer: JournalWriter, *changes: Callable[[Connection], object]
) -> list["asyncio.Task[object]"]:
    """Let changes gather behind one that is under way; give the tasks that wait for them."""
    gated.gate.clear()
    first = asyncio.create_task(writer.write(seeing(0)))
    await asyncio.wait_for(gated.entered.wait(), 5)
    tasks = [asyncio.create_task(writer.write(change)) for change in changes]
    for _ in range(3):
        await asyncio.sleep(0)
    return [first, *tasks]


async def test_a_change_returns_its_result_once_it_is_kept(
    database: Database, writer: JournalWriter
) -> None:
    assert await writer.write(seeing(7)) == 7
    assert await database.read(seen) == {7}


async def test_changes_that_gather_are_kept_in_one_transaction(
    gated: GatedDatabase, writer: JournalWriter
) -> None:
    tasks = await a_group(gated, writer, *(seeing(number) for number in range(1, 100)))
    gated.gate.set()

    assert await asyncio.gather(*tasks) == list(range(100))
    assert gated.writes == 2


async def test_a_thousand_changes_take_few_transactions(
    gated: GatedDatabase, writer: JournalWriter
) -> None:
    done = await asyncio.gather(*(writer.write(seeing(number)) for number in range(1000)))

    assert done == list(range(1000))
    assert gated.writes <= 10


async def test_changes_that_are_alike_are_made_together(
    gated: GatedDatabase, writer: JournalWriter
) -> None:
    together: list[int] = []

    def doubled(_: Connection, numbers: Sequence[int]) -> Sequence[int]:
        together.append(len(numbers))
        return [2 * number for number in numbers]

    gated.gate.clear()
    first = asyncio.create_task(writer.write(seeing(0)))
    await asyncio.wait_for(gated.entered.wait(), 5)
    tasks = [asyncio.create_task(writer.write_alike(doubled, number)) for number in range(5)]
    await asyncio.sleep(0)
    gated.gate.set()

    assert await asyncio.gather(*tasks) == [0, 2, 4, 6, 8]
    assert (await first, together) == (0, [5])


async def test_a_change_that_fails_among_those_alike_fails_only_its_caller(
    database: Database, writer: JournalWriter
) -> None:
    def see_all(connection: Connection, numbers: Sequence[int]) -> Sequence[int]:
        return [seeing(number)(connection) for number in numbers]

    asked = [writer.write_alike(see_all, number) for number in (1, 1, 2)]
    results = await asyncio.gather(*asked, return_exceptions=True)

    assert [type(result) for result in results] == [int, IntegrityError, int]
    assert await database.read(seen) == {1, 2}


async def test_changes_keep_their_order(
    database: Database, gated: GatedDatabase, writer: JournalWriter
) -> None:
    expected = [float(number) for number in range(300)]
    tasks = await a_group(gated, writer, *map(timing, expected))
    gated.gate.set()
    await asyncio.gather(*tasks)

    assert await database.read(times) == expected


async def test_a_change_that_fails_fails_only_its_caller(
    database: Database, gated: GatedDatabase, writer: JournalWriter
) -> None:
    tasks = await a_group(gated, writer, seeing(1), seeing(1), seeing(2))
    gated.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(result) for result in results] == [int, int, IntegrityError, int]
    assert await database.read(seen) == {0, 1, 2}


async def test_an_error_of_the_change_itself_reaches_its_caller_and_undoes_what_it_did(
    database: Database, gated: GatedDatabase, writer: JournalWriter
) -> None:
    def refusing(connection: Connection) -> None:
        seeing(5)(connection)
        raise LookupError("a rule of the domain")

    tasks = await a_group(gated, writer, seeing(1), refusing, seeing(2))
    gated.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(results[2], LookupError)
    assert await database.read(seen) == {0, 1, 2}


async def test_order_is_kept_where_one_of_a_group_fails(
    database: Database, gated: GatedDatabase, writer: JournalWriter
) -> None:
    tasks = await a_group(gated, writer, timing(1), seeing(0), timing(2), timing(3))
    gated.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert await database.read(times) == [1, 2, 3]


async def test_a_caller_who_leaves_early_is_not_written(
    database: Database, gated: GatedDatabase, writer: JournalWriter
) -> None:
    tasks = await a_group(gated, writer, seeing(1), seeing(2), seeing(3))
    tasks[2].cancel()
    await asyncio.wait({tasks[2]})
    gated.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert await database.read(seen) == {0, 1, 3}


async def test_a_caller_who_leaves_in_the_middle_takes_nobody_along(
    database: Database, gated: GatedDatabase, writer: JournalWriter
) -> None:
    tasks = await a_group(gated, writer, seeing(1))
    tasks[0].cancel()
    gated.gate.set()

    assert await tasks[1] == 1
    assert 1 in await database.read(seen)


async def test_what_was_taken_is_written_before_the_end(
    database: Database, gated: GatedDatabase
) -> None:
    async with open_writer(gated, BUSY_S) as writer:
        tasks = await a_group(gated, writer, seeing(1), seeing(2))
        gated.gate.set()

    assert await asyncio.gather(*tasks) == [0, 1, 2]
    assert await database.read(seen) == {0, 1, 2}


async def test_a_writer_that_has_ended_takes_nothing(database: Database) -> None:
    async with open_writer(database, BUSY_S) as writer:
        pass

    with pytest.raises(StoreUnavailableError):
        await writer.write(seeing(1))
