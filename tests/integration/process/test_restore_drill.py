"""The drill: copies of a bot at work, and a bot that goes on from one as if nothing had been."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.migrations import steps_upwards
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from tests.contract.storage.databases import Postgres, running_postgres
from tests.contract.storage.schema_steps import old_file
from tests.integration.process.test_killed import (
    PROMPT,
    Hold,
    Play,
    queued,
    running,
    running_named,
)
from tests.operator import Operator
from tests.stage import is_final

SECOND = "get3w/flux-schnell"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


async def does(operator: Operator, *command: str, **settings: str) -> str:
    """Run a command that has to end well; give what it prints."""
    code, output = await operator.try_to_start(program=("-m", "bot", *command), **settings)
    assert code == 0, output
    return output


async def picture(operator: Operator, prompt: str) -> SandboxMessage:
    use = await operator.imagine(prompt)
    assert use.message is not None
    await use.message.until(is_final, 15.0)
    assert use.message.attachments
    return use.message


async def usage(operator: Operator) -> str:
    use = await Person.of(operator.discord, "alice").use("usage")
    assert use.message is not None
    return use.message.text


async def models(operator: Operator) -> str:
    use = await Person.of(operator.discord, "carol").use("settings models list")
    assert use.message is not None
    return use.message.text


def database(operator: Operator) -> Path:
    return operator.folder / "data" / "imagine.sqlite3"


def requests_in(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT request FROM jobs ORDER BY job_id")]


async def test_a_restored_bot_has_its_journal_its_books_its_rules_and_its_buttons(
    operator: Operator,
) -> None:
    bot = await operator.start()
    carol, alice = (Person.of(operator.discord, name) for name in ("carol", "alice"))
    boat = await picture(operator, "A boat")
    await carol.use("settings models allow", model=SECOND)
    told_before = await usage(operator)
    copy = await does(operator, "backup")
    await picture(operator, "A train")
    await carol.use("settings models deny", model=SECOND)
    assert await usage(operator) != told_before
    assert await bot.stop() == 0

    output = await does(operator, "restore", copy)

    assert output.startswith(f"restored  {copy}, schema 0")
    assert ["A boat" in request for request in requests_in(database(operator))] == [True]
    bot = await operator.start()
    assert await usage(operator) == told_before
    assert SECOND in await models(operator)
    offered = (await alice.press(boat, "More")).message
    assert offered is not None
    assert "Delete" in {button.label for button in offered.buttons}
    await picture(operator, "A plane")
    assert await bot.stop() == 0

    undo = re.search(r"^undo      python -m bot (restore \S+)$", output, re.MULTILINE)
    assert undo is not None
    await does(operator, *undo[1].split())
    assert [
        next(name for name in ("boat", "train", "plane") if name in request)
        for request in requests_in(database(operator))
    ] == ["boat", "train"]


@pytest.mark.parametrize("play", [queued, running, running_named])
async def test_what_was_under_way_in_a_copy_is_neither_sent_nor_told_again(
    operator: Operator, play: Play
) -> None:
    bot = await operator.start(GET3W_CONCURRENCY="1")
    hold = Hold(operator, asyncio.Event())
    use = await play(hold)
    copy = await does(operator, "backup")
    hold.release()
    assert use.message is not None
    await use.message.until(is_final, 15.0)
    edits = len(use.message.history)
    assert await bot.stop() == 0

    output = await does(operator, "restore", copy)
    bot = await operator.start()
    await picture(operator, "Another one")
    assert await bot.stop() == 0

    assert re.search(r"jobs      \d under way in it are closed", output)
    assert len(operator.api.submissions_of(PROMPT)) == 1
    assert len(use.message.history) == edits


async def test_a_copy_is_not_restored_under_a_bot_that_runs(operator: Operator) -> None:
    bot = await operator.start()
    await does(operator, "backup")

    code, output = await operator.try_to_start(program=("-m", "bot", "restore"))

    assert code == 5
    assert "is in use by another process of the bot. Stop that one first" in output
    await picture(operator, "A boat")
    assert await bot.stop() == 0


async def test_a_start_makes_the_day_s_copy_and_a_second_start_none(operator: Operator) -> None:
    bot = await operator.start(LOG_LEVEL="DEBUG")
    await bot.says(r"copy  data/backups/imagine-\d{8}T\d{6}Z-daily.sqlite3")
    assert await bot.stop() == 0

    bot = await operator.start(LOG_LEVEL="DEBUG")
    await picture(operator, "A boat")
    assert await bot.stop() == 0

    assert "  copy  " not in bot.output


async def test_a_bot_comes_up_on_an_old_database_and_keeps_a_copy_of_it(
    operator: Operator,
) -> None:
    database(operator).parent.mkdir()
    old_file(database(operator), steps_upwards()[0])

    bot = await operator.start()
    await picture(operator, "A boat")

    assert "-before-" in await bot.says(r"database  copied to data/backups/\S+ before its upgrade")
    assert await bot.stop() == 0


async def test_a_newer_schema_ends_the_start_with_5_and_a_sentence(operator: Operator) -> None:
    await does(operator, "migrate")
    with closing(sqlite3.connect(database(operator))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    code, output = await operator.try_to_start()

    (error,) = [line for line in output.splitlines() if "ERROR" in line]
    assert code == 5
    assert "has the schema 9999 of a newer version of the bot" in error
    assert "restore a copy from before the upgrade" in error
    assert "Traceback" not in output


async def test_a_bot_goes_on_on_a_server_with_all_that_it_had_in_its_file(
    operator: Operator, postgres: Postgres
) -> None:
    bot = await operator.start()
    boat = await picture(operator, "A boat")
    told_before = await usage(operator)
    assert await bot.stop() == 0
    url = postgres.new_database()

    output = await does(operator, "move", "--to", url)

    assert re.search(r"^jobs +1$", output, re.MULTILINE)
    bot = await operator.start(DATABASE_URL=url)
    assert await usage(operator) == told_before
    alice = Person.of(operator.discord, "alice")
    assert (await alice.press(boat, "More")).message is not None
    assert await bot.stop() == 0
    code, output = await operator.try_to_start(program=("-m", "bot", "move", "--to", url))
    assert code == 5
    assert output.startswith("The server's database holds data of a bot already")
