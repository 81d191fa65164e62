"""A server is greeted once, whichever process meets it first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Database
from bot.storage.greetings import StoredGreetings
from bot.storage.retention import StoredRetention
from bot.storage.writer import JournalWriter, open_writer
from tests.contract.storage.conftest import BUSY_S

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SERVER, OTHER = 2**60, 2**60 + 1


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[JournalWriter]:
    async with open_writer(database, BUSY_S) as writer:
        yield writer


async def test_each_server_is_greeted_once(writer: JournalWriter) -> None:
    greetings = StoredGreetings(writer)

    taken = [await greetings.take(server, NOW) for server in (SERVER, SERVER, OTHER)]

    assert taken == [True, False, True]


async def test_of_many_processes_one_greets(database: Database, writer: JournalWriter) -> None:
    async with open_writer(database, BUSY_S) as other:
        processes = [StoredGreetings(writer), StoredGreetings(other)] * 10
        taken = await asyncio.gather(*(process.take(SERVER, NOW) for process in processes))

    assert taken.count(True) == 1


async def test_a_server_that_was_left_for_long_is_greeted_anew(
    database: Database, writer: JournalWriter
) -> None:
    greetings, retention = StoredGreetings(writer), StoredRetention(database, writer)
    await greetings.take(SERVER, NOW)
    await retention.left(SERVER, NOW)

    await retention.purge_left(NOW + timedelta(days=30))

    assert await greetings.take(SERVER, NOW)
