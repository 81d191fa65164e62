"""Coming and going: the store knows since when the bot isn't in a server, and forgets it again."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.discord.person import Person
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def left_servers(folder: Path) -> set[int]:
    address = f"file:{folder}/data/imagine.sqlite3?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return {
            server_id for (server_id,) in connection.execute("SELECT server_id FROM left_servers")
        }


async def until_left(folder: Path, stage: Stage, *expected: int) -> None:
    """Ask the bot for something as long as the store doesn't say what is expected."""
    alice = Person.of(stage.discord, "alice", "general", server="Quiet Harbour")
    async with asyncio.timeout(20):
        while left_servers(folder) != set(expected):
            await alice.use("help")


async def test_a_server_is_left_and_joined_again_while_the_bot_runs(tmp_path: Path) -> None:
    async with whole_stage(tmp_path) as stage:
        await stage.picture("Something is kept of this server")

        stage.discord.admin.remove_bot(stage.guild)
        await until_left(tmp_path, stage, stage.guild.id)
        stage.discord.admin.invite_bot(stage.guild)
        await until_left(tmp_path, stage)


async def test_what_changed_while_the_bot_was_off_is_found_at_its_start(tmp_path: Path) -> None:
    async with whole_stage(tmp_path) as stage:
        await stage.picture("Something is kept of this server")
        await stage.stop_bot()

        stage.discord.admin.remove_bot(stage.guild)
        await stage.start_bot()
        await until_left(tmp_path, stage, stage.guild.id)
        await stage.stop_bot()

        stage.discord.admin.invite_bot(stage.guild)
        await stage.start_bot()
        await until_left(tmp_path, stage)


async def test_jobs_that_a_crash_left_open_are_closed_at_the_next_start(tmp_path: Path) -> None:
    async with whole_stage(tmp_path, GET3W_CONCURRENCY="1") as stage:
        await stage.picture("Counted")
        await stage.stop_bot()
        open_jobs(tmp_path, 1)

        bot = await stage.start_bot()

        await bot.says("jobs closed that nobody ended: 1")


def open_jobs(folder: Path, count: int) -> None:
    """Let the latest jobs be as if nobody had ended them."""
    with closing(sqlite3.connect(folder / "data" / "imagine.sqlite3")) as connection:
        connection.execute(
            "UPDATE usage SET ended_at = NULL WHERE job_id IN "
            "(SELECT job_id FROM usage ORDER BY job_id DESC LIMIT ?)",
            (count,),
        )
        connection.commit()
