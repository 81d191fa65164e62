"""What removing leaves in a SQLite file: room, and nothing that could be read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.audit import StoredAudit
from bot.storage.opening import open_database
from bot.storage.retention import StoredRetention
from bot.storage.sqlite import SqliteDatabase
from bot.storage.urls import SqliteFile
from bot.storage.writer import open_writer
from tests.contract.storage.policies import NOW, SERVER, an_entry

LATER = NOW + timedelta(days=1)
PROMPT = "a private prompt about a cat in space"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def file(path: Path) -> AsyncIterator[SqliteDatabase]:
    async with open_database(SqliteFile(path)) as database:
        assert isinstance(database, SqliteDatabase)
        yield database


async def a_month(file: SqliteDatabase) -> None:
    """Let a log be filled, and be too old."""
    entries = [replace(an_entry(), after=f"{PROMPT} {number}") for number in range(3000)]
    async with open_writer(file) as writer:
        await StoredAudit(file, writer).record(*entries)
        await StoredRetention(file, writer).purge(SERVER, LATER)


async def pages(file: SqliteDatabase) -> int:
    return await file.read(lambda c: int(c.exec_driver_sql("PRAGMA page_count").scalar_one()))


async def test_room_that_was_made_is_used_again(file: SqliteDatabase) -> None:
    await a_month(file)
    first = await pages(file)
    await a_month(file)
    await a_month(file)

    assert first > 100
    assert await pages(file) <= first + 2


async def test_what_was_removed_cannot_be_read_from_the_file(path: Path) -> None:
    async with open_database(SqliteFile(path)) as database:
        assert isinstance(database, SqliteDatabase)
        await a_month(database)

    assert PROMPT.encode() not in await asyncio.to_thread(path.read_bytes)


async def test_what_is_kept_can_be_read_from_the_file(path: Path) -> None:
    """Or the test above would tell nothing."""
    async with open_database(SqliteFile(path)) as database, open_writer(database) as writer:
        await StoredAudit(database, writer).record(replace(an_entry(), after=PROMPT))

    assert PROMPT.encode() in await asyncio.to_thread(path.read_bytes)
