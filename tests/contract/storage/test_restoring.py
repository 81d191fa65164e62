"""Restoring: checked before anything is touched, undone by another one, and nothing paid twice."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.domain.journal import JournalEntry, Step
from bot.observability.clock import SystemClock
from bot.storage.copies import Reason, copies_of, make_copy
from bot.storage.database import Database, DatabaseUnusableError
from bot.storage.journal import StoredJournal
from bot.storage.ledger import StoredLedger
from bot.storage.migrations import steps_upwards
from bot.storage.opening import open_database
from bot.storage.restoring import CopyUnfitError, NoCopyError, newest_copy, restore
from bot.storage.tables import SeenInteractionRow
from bot.storage.urls import SqliteFile
from bot.storage.writer import open_writer
from tests.contract.storage import killed_restores
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.entries import a_job, accepted, an_entry, running
from tests.contract.storage.schema_steps import old_file
from tests.stage import PROJECT

NOW = datetime(2026, 1, 31, 12, 30, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.sqlite3"


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    async with open_database(SqliteFile(path), patience_s=BUSY_S) as database:
        yield database


def seeing(connection: Connection, interaction_id: int) -> None:
    connection.execute(insert(SeenInteractionRow).values(interaction_id=interaction_id))


def seen(connection: Connection) -> list[int]:
    return list(connection.scalars(select(SeenInteractionRow.interaction_id)))


async def kept_and_changed(path: Path) -> Path:
    """Copy a database that has seen 1, and let it see 2."""
    async with opened(path) as database:
        await database.write(partial(seeing, interaction_id=1))
        copy = make_copy(path, Reason.DAILY, NOW)
        await database.write(partial(seeing, interaction_id=2))
    return copy


async def seen_by(path: Path) -> list[int]:
    async with opened(path) as database:
        return await database.read(seen)


def leftovers(file: Path) -> list[Path]:
    return [path for path in file.parent.iterdir() if "restoring" in path.name]


def remove(file: Path) -> None:
    file.unlink()


def content(file: Path) -> bytes:
    return file.read_bytes()


async def test_a_copy_takes_the_place_and_what_was_there_is_kept(path: Path) -> None:
    copy = await kept_and_changed(path)

    done = restore(path, copy, NOW)

    assert await seen_by(path) == [1]
    assert done.kept is not None
    assert done.source == copy
    assert copy.exists()
    assert [c.path for c in copies_of(path) if c.reason is Reason.REPLACED] == [done.kept]


async def test_a_restoring_is_undone_by_another_one(path: Path) -> None:
    done = restore(path, await kept_and_changed(path), NOW)
    assert done.kept is not None

    again = restore(path, done.kept, NOW)

    assert await seen_by(path) == [1, 2]
    assert again.kept not in {done.kept, None}
    assert done.kept.exists()


async def test_what_a_killed_bot_left_in_its_log_is_kept_too(path: Path, tmp_path: Path) -> None:
    copy = await kept_and_changed(path)
    async with opened(path) as database:
        await database.write(partial(seeing, interaction_id=3))
        # As a kill leaves it: the file and its log, and nobody who has them open.
        crashed = tmp_path / "crashed" / path.name
        crashed.parent.mkdir()
        for end in ("", "-wal"):
            left = path.with_name(path.name + end)
            crashed.with_name(crashed.name + end).write_bytes(left.read_bytes())

    done = restore(crashed, copy, NOW)

    assert done.kept is not None
    assert await seen_by(crashed) == [1]
    restore(crashed, done.kept, NOW + timedelta(seconds=1))
    assert await seen_by(crashed) == [1, 2, 3]


async def test_a_database_that_is_gone_comes_back(path: Path) -> None:
    copy = await kept_and_changed(path)
    remove(path)
    # The log of the one that is gone isn't the copy's.
    path.with_name(f"{path.name}-wal").write_bytes(b"of another time")

    done = restore(path, copy, NOW)

    assert done.kept is None
    assert await seen_by(path) == [1]


async def test_a_damaged_database_is_replaced_and_kept_as_it_is(path: Path) -> None:
    copy = await kept_and_changed(path)
    no_database(path)

    done = restore(path, copy, NOW)

    assert done.kept is not None
    assert content(done.kept) == b"a letter"
    assert await seen_by(path) == [1]


async def test_the_newest_copy_is_taken_where_none_is_named_and_no_replaced_one(path: Path) -> None:
    copy = await kept_and_changed(path)
    restore(path, copy, NOW + timedelta(days=1))

    assert newest_copy(path).path == copy


def test_without_any_copy_there_is_nothing_to_restore(path: Path) -> None:
    with pytest.raises(NoCopyError):
        newest_copy(path)
    with pytest.raises(NoCopyError):
        restore(path, path.with_name("none"), NOW)


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[5000:60000] = bytes(55000)
    file.write_bytes(content)


def no_database(file: Path) -> None:
    file.write_text("a letter", encoding="utf-8")


def of_another_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE notes (text)")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize("spoil", [damage, no_database, of_another_program, newer])
async def test_a_file_that_is_unfit_changes_nothing(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    copy = await kept_and_changed(path)
    spoil(copy)
    before = content(path)

    with pytest.raises(CopyUnfitError):
        restore(path, copy, NOW)

    assert content(path) == before
    assert leftovers(path) == []
    assert await seen_by(path) == [1, 2]


async def test_a_database_in_use_is_not_replaced(path: Path) -> None:
    copy = await kept_and_changed(path)

    async with opened(path) as database:
        with pytest.raises(DatabaseUnusableError, match="in use by another process"):
            restore(path, copy, NOW)
        assert await database.read(seen) == [1, 2]


async def test_the_database_itself_is_no_copy_of_it(path: Path) -> None:
    await kept_and_changed(path)

    with pytest.raises(CopyUnfitError) as refused:
        restore(path, path, NOW)

    assert refused.value.itself
    assert await seen_by(path) == [1, 2]


async def test_jobs_that_were_under_way_in_the_copy_are_closed_and_their_books_settled(
    path: Path,
) -> None:
    async with opened(path) as database, open_writer(database, 30) as writer:
        journal = StoredJournal(database, writer)
        await accepted(journal, an_entry(1))
        await running(journal, an_entry(2), "task-2")
        copy = make_copy(path, Reason.DAILY, NOW)

    done = restore(path, copy, NOW)

    assert done.closed_jobs == 2
    async with opened(path) as database, open_writer(database, 30) as writer:
        journal, ledger = StoredJournal(database, writer), StoredLedger(database, writer)
        entries = [await journal.get(job_id) for job_id in (1, 2)]
        assert [entry and (entry.open, entry.step) for entry in entries] == [
            (False, Step.INTERRUPTED)
        ] * 2
        assert [entry and entry.message.token for entry in entries] == ["", ""]
        assert [entry and entry.job.id for entry in entries] == [a_job(1).id, a_job(2).id]
        now = SystemClock().now()
        assert await ledger.settle_abandoned(now, now) == 2
        holding = await ledger.holding(1)
        assert holding is not None
        assert (holding.counted, holding.charged) == (False, True)


async def put_aside_with_jobs(path: Path) -> Path:
    """Restore a copy over a database with two jobs under way; give where that one is kept."""
    copy = await kept_and_changed(path)
    async with opened(path) as database, open_writer(database, 30) as writer:
        journal = StoredJournal(database, writer)
        await accepted(journal, an_entry(1))
        await running(journal, an_entry(2), "task-2")
    kept = restore(path, copy, NOW).kept
    assert kept is not None
    return kept


async def jobs_in(path: Path) -> list[JournalEntry | None]:
    async with opened(path) as database, open_writer(database, 30) as writer:
        journal = StoredJournal(database, writer)
        return [await journal.get(job_id) for job_id in (1, 2)]


async def test_what_was_under_way_goes_on_where_a_restoring_is_taken_back(path: Path) -> None:
    kept = await put_aside_with_jobs(path)

    done = restore(path, kept, NOW)

    assert (done.closed_jobs, done.continued_jobs) == (0, 2)
    entries = await jobs_in(path)
    assert [entry and (entry.open, entry.step) for entry in entries] == [
        (True, Step.ACCEPTED),
        (True, Step.RUNNING),
    ]
    assert all(entry and entry.message.token for entry in entries)


async def test_it_goes_on_once_however_often_that_file_is_restored(path: Path) -> None:
    kept = await put_aside_with_jobs(path)
    restore(path, kept, NOW)

    again = restore(path, kept, NOW)

    assert again.continued_jobs == 0
    entries = await jobs_in(path)
    assert [entry and (entry.open, entry.step) for entry in entries] == [
        (False, Step.INTERRUPTED)
    ] * 2


async def test_a_copy_of_what_was_put_aside_is_one_like_any_other(path: Path) -> None:
    """Of it nobody can tell whether the original was put back, and its jobs done, before."""
    kept = await put_aside_with_jobs(path)
    copy = path.with_name("elsewhere.sqlite3")
    shutil.copy(kept, copy)

    done = restore(path, copy, NOW)

    assert (done.closed_jobs, done.continued_jobs) == (2, 0)


@pytest.mark.parametrize("step", steps_upwards()[:-1])
async def test_a_copy_of_every_older_step_is_restored_and_comes_up(path: Path, step: str) -> None:
    await kept_and_changed(path)
    copy = path.with_name("old.sqlite3")
    old_file(copy, step)

    done = restore(path, copy, NOW)

    assert done.schema == step
    assert len(await seen_by(path)) == (0 if step < "0003" else 3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="killed by forks")
async def test_at_every_moment_of_a_restoring_there_is_a_whole_database(
    path: Path, tmp_path: Path
) -> None:
    copy = await kept_and_changed(path)
    template, attempts = tmp_path / "template", tmp_path / "attempts"
    laid_out(template, path, copy)

    await asyncio.to_thread(killed_again_and_again, template, attempts)

    folders = sorted(attempts.iterdir())
    states = [await seen_by(folder / killed_restores.DATABASE) for folder in folders]
    assert len(states) > 20
    assert states[-1] == [1]
    switched = states.index([1])
    assert states[:switched] == [[1, 2]] * switched
    assert states[switched:] == [[1]] * (len(states) - switched)


def laid_out(folder: Path, database: Path, copy: Path) -> None:
    folder.mkdir()
    shutil.copy(database, folder / killed_restores.DATABASE)
    shutil.copy(copy, folder / killed_restores.COPY)


def killed_again_and_again(template: Path, attempts: Path) -> None:
    program = ("-m", "tests.contract.storage.killed_restores", str(template), str(attempts))
    subprocess.run([sys.executable, *program], cwd=PROJECT, check=True)  # noqa: S603  ours, whole
