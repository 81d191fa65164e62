"""An interaction is taken once, whoever else tries."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Database
from bot.storage.seen_interactions import StoredSeenInteractions
from bot.storage.writer import open_writer

SNOWFLAKE = 1_300_000_000_000_000_000
HOUR = 3_600_000 << 22


@pytest.fixture
async def seen(database: Database) -> AsyncIterator[StoredSeenInteractions]:
    async with open_writer(database) as writer:
        yield StoredSeenInteractions(writer)


async def test_an_interaction_is_new_once(seen: StoredSeenInteractions) -> None:
    taken = [await seen.take(number) for number in (SNOWFLAKE, SNOWFLAKE, SNOWFLAKE + 1)]

    assert taken == [True, False, True]


async def test_of_many_deliveries_at_once_one_is_taken(seen: StoredSeenInteractions) -> None:
    taken = await asyncio.gather(*(seen.take(SNOWFLAKE) for _ in range(50)))

    assert sum(taken) == 1


async def test_two_processes_take_it_once(database: Database) -> None:
    async with open_writer(database) as one, open_writer(database) as other:
        stores = StoredSeenInteractions(one), StoredSeenInteractions(other)
        taken = await asyncio.gather(*(store.take(SNOWFLAKE) for store in stores * 5))

    assert sum(taken) == 1


async def test_it_is_remembered_by_the_next_process(database: Database) -> None:
    async with open_writer(database) as writer:
        await StoredSeenInteractions(writer).take(SNOWFLAKE)
    async with open_writer(database) as writer:
        assert not await StoredSeenInteractions(writer).take(SNOWFLAKE)


async def test_interactions_of_long_ago_are_forgotten(seen: StoredSeenInteractions) -> None:
    await asyncio.gather(*(seen.take(SNOWFLAKE + number) for number in range(999)))
    await seen.take(SNOWFLAKE + 2 * HOUR)

    assert await seen.take(SNOWFLAKE)
    assert not await seen.take(SNOWFLAKE + 2 * HOUR)
