"""The database at a start: made where there is none, and one sentence where it can't be used."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.operator import Operator

PASSWORD = "correct-horse-battery"  # noqa: S105  it opens nothing
MIGRATE = ("-m", "bot", "migrate")
NEEDS_A_USER = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)


def error(output: str) -> str:
    assert "Traceback" not in output
    (line,) = (line for line in output.splitlines() if "ERROR" in line)
    return line.partition("ERROR")[2].strip()


def versions(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()


async def test_a_first_start_makes_the_file_for_its_user_alone(operator: Operator) -> None:
    bot = await operator.start()
    path = operator.folder / "data" / "imagine.sqlite3"

    assert path.stat().st_mode & 0o077 == 0
    assert "database  new, schema" in bot.output
    assert await bot.stop() == 0


async def test_a_second_start_says_nothing_of_a_schema_that_is_as_it_was(
    operator: Operator,
) -> None:
    await (await operator.start()).stop()
    bot = await operator.start()

    assert "schema" not in bot.output
    assert await bot.stop() == 0


async def test_migrate_brings_the_schema_up_and_ends(operator: Operator) -> None:
    code, output = await operator.try_to_start(program=MIGRATE)

    assert code == 0
    assert output.startswith("database  new, schema 0")
    assert len(versions(operator.folder / "data" / "imagine.sqlite3")) == 1


async def test_a_second_process_for_one_file_ends_with_5(operator: Operator) -> None:
    first = await operator.start()

    code, output = await operator.try_to_start()

    assert code == 5
    assert error(output).startswith("The database data/imagine.sqlite3 is in use by another")
    assert await first.stop() == 0


async def test_a_file_is_free_again_however_its_process_ended(operator: Operator) -> None:
    first = await operator.start()
    first.process.kill()
    await first.ended()

    second = await operator.start()

    assert await second.stop() == 0


async def test_two_that_start_at_once_leave_one_running_on_a_whole_schema(
    operator: Operator,
) -> None:
    ended = await asyncio.gather(*(operator.try_to_start(program=MIGRATE) for _ in range(3)))

    assert {code for code, _ in ended} <= {0, 5}
    assert 0 in {code for code, _ in ended}
    assert "Traceback" not in "".join(output for _, output in ended)
    assert len(versions(operator.folder / "data" / "imagine.sqlite3")) == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:///cave/text.txt", "is damaged, or no database. Put a backup in its place"),
        ("sqlite:///cave/text.txt/a.db", "can't be"),
        (
            f"postgresql://ada:{PASSWORD}@/p?host=/nowhere",
            "The database on /nowhere can't be reached. Look at whether it is there",
        ),
    ],
)
async def test_a_database_that_cannot_be_used_ends_with_5_and_a_sentence(
    operator: Operator, url: str, told: str
) -> None:
    (operator.folder / "cave").mkdir()
    (operator.folder / "cave" / "text.txt").write_text("no database " * 1000, encoding="utf-8")

    code, output = await operator.try_to_start(
        program=("-m", "tests.guarded_bot", "0"), DATABASE_URL=url
    )

    assert code == 5
    assert told in error(output)
    assert PASSWORD not in output


@NEEDS_A_USER
async def test_a_folder_that_cannot_be_written_to_ends_with_5(operator: Operator) -> None:
    (operator.folder / "data").mkdir(mode=0o500)

    code, output = await operator.try_to_start()

    assert code == 5
    assert "data is closed to its own user. Open it: chmod u+rwX " in error(output)


async def test_an_address_that_cannot_be_read_is_a_matter_of_settings(
    operator: Operator,
) -> None:
    code, output = await operator.try_to_start(DATABASE_URL=f"mysql://ada:{PASSWORD}@db/p")

    assert code == 2
    assert "DATABASE_URL" in output
    assert "should begin with sqlite:/// or postgresql://" in output
    assert PASSWORD not in output


async def test_a_start_that_waits_for_its_database_can_be_stopped(operator: Operator) -> None:
    bot = await operator.launch(DATABASE_URL="postgresql://ada@/p?host=/nowhere")
    await bot.says("can't be reached; asking again")

    assert await bot.stop() == 0
