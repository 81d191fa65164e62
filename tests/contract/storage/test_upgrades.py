"""Databases of every step become today's, and keep every row that was in them."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.storage.copies import Reason, copies_of
from bot.storage.database import Database
from bot.storage.migrations import migrate, newest_step, step_of, steps_upwards
from bot.storage.opening import open_database
from bot.storage.sqlite_files import schema_of
from bot.storage.urls import SqliteFile
from tests.contract.storage.any_rows import Rows, all_rows, fill
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.schema_steps import differences, old_file, wipe

STEPS = steps_upwards()
OLDER = STEPS[:-1]


def same_but_for_what_came(before: Rows, after: Rows) -> bool:
    """Tell whether all that was there is there as it was, whatever columns came beside it."""
    return all(
        [{name: new[name] for name in old} for old, new in zip(rows, after[table], strict=True)]
        == list(rows)
        for table, rows in before.items()
    )


def climbed(connection: Connection, step: str) -> tuple[Rows, Rows]:
    """Go up from a step in one change; looking at a whole schema takes longer than a read may."""
    wipe(connection)
    migrate(connection, step)
    fill(connection)
    before = all_rows(connection)
    migrate(connection)
    assert differences(connection) == []
    return before, all_rows(connection)


@pytest.mark.parametrize("step", STEPS)
async def test_a_database_of_every_step_comes_up_with_all_its_rows(
    database: Database, step: str
) -> None:
    before, after = await database.write(partial(climbed, step=step))

    assert before
    assert same_but_for_what_came(before, after)
    assert await database.read(step_of) == newest_step()


@pytest.mark.parametrize("step", OLDER)
async def test_an_old_file_is_copied_before_its_upgrade(tmp_path: Path, step: str) -> None:
    path = tmp_path / "bot.sqlite3"
    before = old_file(path, step)

    async with open_database(SqliteFile(path), patience_s=BUSY_S) as database:
        assert same_but_for_what_came(before, await database.read(all_rows))

    (copy,) = copies_of(path)
    assert copy.reason is Reason.UPGRADE
    assert copy.path.stem.endswith(f"-before-{newest_step()}")
    assert schema_of(copy.path) == step


async def test_a_file_of_today_is_not_copied_at_its_start(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    for _ in range(2):
        async with open_database(SqliteFile(path), patience_s=BUSY_S):
            pass

    assert copies_of(path) == []


async def test_what_an_old_program_left_in_its_log_is_in_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    old_file(path, OLDER[0])
    with closing(sqlite3.connect(path)) as held:
        # Held open, so that what is written stays in the log.
        held.execute("PRAGMA journal_mode=WAL")
        with held:
            held.execute("DELETE FROM servers")
        async with open_database(SqliteFile(path), patience_s=BUSY_S):
            pass

    (copy,) = copies_of(path)
    with closing(sqlite3.connect(copy.path)) as copied:
        assert copied.execute("SELECT count(*) FROM servers").fetchone() == (0,)
