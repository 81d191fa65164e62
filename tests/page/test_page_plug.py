from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from sandbox.backstage.plug import Plug, Power
from sandbox.bot_process import running_bot

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

# It leaves a mark in its folder, and then calls at the port that it is given.
COUNTS = """
import pathlib, socket, sys, time
starts = pathlib.Path("starts")
starts.write_text((starts.read_text() if starts.exists() else "") + "x")
socket.create_connection(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""
DIES = "print('DISCORD_TOKEN is missing'); raise SystemExit(3)"


@asynccontextmanager
async def plugged_in(program: str, folder: Path) -> AsyncGenerator[Plug]:
    calls: asyncio.Queue[None] = asyncio.Queue()

    def called(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        calls.put_nowait(None)

    server = await asyncio.start_server(called, "127.0.0.1")
    port = str(server.sockets[0].getsockname()[1])
    plug = Plug(calls.get)
    async with server, plug.plugged_in(partial(running_bot, {}, folder, ("-c", program, port))):
        yield plug


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text())


async def test_a_pulled_plug_kills_the_bot_and_nothing_starts_it_but_a_wish(tmp_path: Path) -> None:
    async with plugged_in(COUNTS, tmp_path) as plug:
        await plug.until(Power.RUNNING)
        plug.pull()
        await plug.until(Power.KILLED)
        assert starts(tmp_path) == 1


async def test_a_bot_that_is_started_again_finds_its_folder_as_it_was(tmp_path: Path) -> None:
    async with plugged_in(COUNTS, tmp_path) as plug:
        await plug.until(Power.RUNNING)
        plug.pull()
        await plug.until(Power.KILLED)
        plug.start()
        await plug.until(Power.RUNNING)
        assert starts(tmp_path) == 2


async def test_a_bot_is_starting_until_it_has_come(tmp_path: Path) -> None:
    async with plugged_in(COUNTS, tmp_path) as plug:
        assert plug.power is Power.STARTING
        await plug.until(Power.RUNNING)


async def test_a_plug_that_is_pulled_at_once_leaves_no_bot_behind(tmp_path: Path) -> None:
    async with plugged_in(COUNTS, tmp_path) as plug:
        plug.pull()
        await plug.until(Power.KILLED)


async def test_a_bot_that_ends_by_itself_is_not_taken_for_a_killed_one(tmp_path: Path) -> None:
    async with plugged_in(DIES, tmp_path) as plug:
        assert await plug.ended() == 3
        assert plug.power is Power.ENDED
        assert list(plug.last_lines) == ["DISCORD_TOKEN is missing"]


async def test_no_plug_can_be_pulled_where_none_is_plugged_in(tmp_path: Path) -> None:
    async with plugged_in(COUNTS, tmp_path) as plug:
        pass
    assert plug.power is Power.ABSENT
    with pytest.raises(ValueError, match="isn't running"):
        plug.pull()


async def test_a_bot_that_runs_cannot_be_started_a_second_time(tmp_path: Path) -> None:
    async with plugged_in(COUNTS, tmp_path) as plug:
        await plug.until(Power.RUNNING)
        with pytest.raises(ValueError, match="hasn't been killed"):
            plug.start()
