"""Copies of a file: whole or none, made beside a writer, a few of each reason kept."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.findings import Cause
from bot.storage.copies import (
    KEPT,
    Copy,
    FileCopies,
    Reason,
    copies_of,
    folder_of,
    let_outdated_go,
    make_copy,
)
from bot.storage.database import Database
from bot.storage.database_check import check_copies
from bot.storage.opening import open_database
from bot.storage.tables import SeenInteractionRow
from bot.storage.urls import PostgresServer, SqliteFile
from tests.contract.storage.conftest import BUSY_S

NOW = datetime(2026, 1, 31, 12, 30, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT_FOR = 90 * DAY
A_LOT_BYTES = 40_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def file(path: Path) -> AsyncIterator[Database]:
    async with open_database(SqliteFile(path), patience_s=BUSY_S) as database:
        yield database


def seeing(connection: Connection, interaction_id: int) -> None:
    connection.execute(insert(SeenInteractionRow).values(interaction_id=interaction_id))


def seen_in(path: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT interaction_id FROM seen_interactions").fetchall()


def heavy(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE weight (stuff BLOB)"))
    connection.execute(text("INSERT INTO weight VALUES (randomblob(:size))"), {"size": A_LOT_BYTES})


async def test_a_copy_has_all_that_was_written_before_it(file: Database, path: Path) -> None:
    await file.write(partial(seeing, interaction_id=7))

    copy = await asyncio.to_thread(make_copy, path, Reason.ASKED, NOW)

    assert copy == folder_of(path) / "bot-20260131T123001Z-asked.sqlite3"
    assert seen_in(copy) == [(7,)]
    assert copy.stat().st_mode & 0o077 == 0
    assert copy.parent.stat().st_mode & 0o077 == 0


async def test_a_large_copy_keeps_no_writer_waiting(file: Database, path: Path) -> None:
    await file.write(heavy)
    copying = asyncio.create_task(asyncio.to_thread(make_copy, path, Reason.DAILY, NOW))
    written = 0

    while not copying.done():
        # Whoever meets somebody's lock for a second fails.
        await file.write(partial(seeing, interaction_id=written))
        written += 1

    assert written > 1
    assert (await copying).stat().st_size >= A_LOT_BYTES


async def test_the_newest_fourteen_of_each_reason_are_kept(file: Database, path: Path) -> None:
    await asyncio.to_thread(make_copy, path, Reason.UPGRADE, NOW - 90 * DAY, "0007")
    for age in range(KEPT + 3, 0, -1):
        await asyncio.to_thread(make_copy, path, Reason.DAILY, NOW - age * DAY)

    daily = [copy for copy in copies_of(path) if copy.reason is Reason.DAILY]
    assert [copy.made_at for copy in daily] == [NOW - age * DAY for age in range(1, KEPT + 1)]
    assert copies_of(path)[-1].reason is Reason.UPGRADE
    del file


async def test_copies_of_the_future_go_first(file: Database, path: Path) -> None:
    for age in (-300, -299, *range(KEPT, 0, -1)):
        await asyncio.to_thread(make_copy, path, Reason.DAILY, NOW - age * DAY)

    made = [copy.made_at for copy in copies_of(path)]
    assert made == [NOW - age * DAY for age in range(1, KEPT + 1)]
    del file


async def test_a_copy_of_any_reason_goes_once_it_is_older_than_anything_may_be_kept(
    file: Database, path: Path
) -> None:
    for reason in (Reason.UPGRADE, Reason.ASKED):
        await asyncio.to_thread(make_copy, path, reason, NOW - KEPT_FOR - DAY)
    await asyncio.to_thread(make_copy, path, Reason.REPLACED, NOW - KEPT_FOR + DAY)

    await FileCopies(path, KEPT_FOR).make(NOW)

    assert [copy.reason for copy in copies_of(path)] == [Reason.DAILY, Reason.REPLACED]
    del file


async def test_the_newest_copy_stays_however_old_it_is(file: Database, path: Path) -> None:
    for age in (400, 300):
        await asyncio.to_thread(make_copy, path, Reason.ASKED, NOW - age * DAY)

    await asyncio.to_thread(let_outdated_go, path, NOW)

    assert [copy.made_at for copy in copies_of(path)] == [NOW - 300 * DAY]
    del file


async def test_a_copy_that_cannot_be_written_leaves_nothing_half(
    file: Database, path: Path
) -> None:
    folder_of(path).write_text("in the way", encoding="utf-8")

    with pytest.raises(StoreUnavailableError):
        await asyncio.to_thread(make_copy, path, Reason.ASKED, NOW)

    assert copies_of(path) == []
    del file


def test_a_damaged_file_gives_no_copy_that_looks_whole(path: Path) -> None:
    path.write_bytes(b"no database " * 1000)

    with pytest.raises(StoreUnavailableError) as refused:
        make_copy(path, Reason.ASKED, NOW)

    assert refused.value.trouble is StoreTrouble.DAMAGED
    assert list(folder_of(path).iterdir()) == []


def test_a_copy_that_would_leave_the_database_no_room_is_not_made(path: Path) -> None:
    with path.open("wb") as sparse:
        sparse.truncate(1 << 43)

    with pytest.raises(StoreUnavailableError) as refused:
        make_copy(path, Reason.DAILY, NOW)

    assert refused.value.trouble is StoreTrouble.FULL
    assert copies_of(path) == []


async def test_what_a_killed_process_left_half_is_removed_and_not_what_another_one_writes(
    file: Database, path: Path
) -> None:
    folder_of(path).mkdir()
    old, new = (folder_of(path) / f"bot-{name}-daily.sqlite3.part" for name in ("old", "new"))
    old.touch()
    new.touch()
    os.utime(old, (0, 0))

    await asyncio.to_thread(make_copy, path, Reason.DAILY, NOW)

    assert [part.exists() for part in (old, new)] == [False, True]
    del file


async def test_the_latest_daily_copy_is_no_other_and_none_of_the_future(
    file: Database, path: Path
) -> None:
    copies = FileCopies(path, KEPT_FOR)
    assert await copies.latest(NOW) is None
    await copies.make(NOW - DAY)
    await copies.make(NOW + DAY)
    await asyncio.to_thread(make_copy, path, Reason.ASKED, NOW)

    assert await copies.latest(NOW) == NOW - DAY
    del file


def test_files_of_others_in_the_folder_are_no_copies(path: Path) -> None:
    folder_of(path).mkdir()
    for name in ("other-20260131T123001Z-daily.sqlite3", "bot-notes.sqlite3", "bot.sqlite3.part"):
        (folder_of(path) / name).touch()
    good = folder_of(path) / "bot-20260131T123001Z-before-0007.sqlite3"
    good.touch()

    assert copies_of(path) == [Copy(good, NOW, Reason.UPGRADE)]


@pytest.mark.parametrize(
    ("age", "cause"),
    [
        (None, Cause.COPIES_NONE),
        (timedelta(hours=30), Cause.COPIES_FRESH),
        (timedelta(hours=50), Cause.COPIES_OLD),
    ],
)
def test_a_check_tells_how_old_the_newest_copy_is(
    path: Path, age: timedelta | None, cause: Cause
) -> None:
    path.touch()
    if age is not None:
        make_copy(path, Reason.DAILY, NOW - age)

    assert check_copies(SqliteFile(path), NOW).cause is cause


def test_a_check_tells_that_a_server_is_copied_otherwise() -> None:
    assert check_copies(PostgresServer(), NOW).cause is Cause.COPIES_BY_SERVER
