"""DISCORD_API_URL moves REST and gateway together, and shards spread over processes."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.server import DiscordSandbox
from sandbox.get3w import Get3WSandbox
from tests.guarded_bot import LEFT_THE_MACHINE
from tests.operator import Operator, guarded_bot
from tests.stage import KEY, is_final

# A file belongs to one process.
FIRST = {"DATABASE_URL": "sqlite:///data/first.sqlite3"}
SECOND = {"DATABASE_URL": "sqlite:///data/second.sqlite3"}


@pytest.fixture
async def another_discord() -> AsyncGenerator[DiscordSandbox]:
    async with DiscordSandbox.open() as discord:
        yield discord


@pytest.mark.parametrize("shards", [{}, {"SHARD_COUNT": "1"}], ids=["as recommended", "as set"])
async def test_a_moved_discord_is_all_that_is_reached_in_a_whole_life(
    operator: Operator, shards: dict[str, str]
) -> None:
    bot = await operator.start(program=guarded_bot(), **shards)
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    operator.discord.gateway.invalidate()
    await operator.discord.until(lambda: len(operator.discord.gateway.identifies) == 2, 20.0)

    assert await bot.stop() == 0
    assert use.message.attachments


async def test_the_guard_ends_a_bot_that_isnt_moved(operator: Operator) -> None:
    code, output = await operator.try_to_start(program=guarded_bot(), DISCORD_API_URL="")

    assert code == LEFT_THE_MACHINE
    assert output.endswith("a test tried to reach discord.com")


@pytest.mark.parametrize("shards", [{}, {"SHARD_COUNT": "1"}], ids=["as recommended", "as set"])
async def test_the_gateway_is_the_one_that_the_moved_discord_names(
    operator: Operator, another_discord: DiscordSandbox, shards: dict[str, str]
) -> None:
    limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
    named = {"url": another_discord.gateway.url, "shards": 1, "session_start_limit": limit}
    operator.discord.faults.add(
        Fault(path_glob="*/gateway/bot", times=None, status=200, body=named)
    )

    bot = await operator.start(program=guarded_bot(), **shards)

    assert another_discord.ready_shards == 1
    assert len(another_discord.requests) == 0
    assert operator.discord.ready_shards == 0
    assert operator.discord.requests.to("GET", "/users/@me")
    assert await bot.stop() == 0


async def test_one_process_with_two_shards_serves_both_servers(operator: Operator) -> None:
    bot = await operator.start(SHARD_COUNT="2")

    uses = [await operator.imagine("A boat", name) for name in ("Lantern Bay", "Quiet Harbour")]

    for use in uses:
        await use.message.until(is_final, 15.0)
    assert [record.shard for record in operator.discord.gateway.identifies] == [(0, 2), (1, 2)]
    await bot.says(r"ready  imagine#0  2 servers  2 shards")


async def test_the_shards_that_discord_recommends_are_taken(operator: Operator) -> None:
    operator.discord.settings.recommended_shards = 2

    await operator.start()

    assert [record.shard for record in operator.discord.gateway.identifies] == [(0, 2), (1, 2)]


async def test_two_processes_share_the_shards_and_each_serves_its_servers(
    operator: Operator,
) -> None:
    first, second = await asyncio.gather(
        operator.start(SHARD_COUNT="4", SHARD_IDS="0,1", LOG_LEVEL="INFO", **FIRST),
        operator.start(SHARD_COUNT="4", SHARD_IDS="2-3", LOG_LEVEL="INFO", **SECOND),
    )

    uses = [await operator.imagine("A boat", name) for name in ("Lantern Bay", "Quiet Harbour")]
    for use in uses:
        await use.message.until(is_final, 15.0)

    shards = sorted(record.shard for record in operator.discord.gateway.identifies)
    assert shards == [(0, 4), (1, 4), (2, 4), (3, 4)]
    await first.says("1 server  2 shards")
    await second.says("1 server  2 shards")
    for bot in (first, second):
        await bot.says("job [0-9A-Z]{5}  ")
    jobs = [[line for line in bot.lines if "job " in line] for bot in (first, second)]
    assert [len(lines) for lines in jobs] == [1, 1]


async def test_only_the_process_with_the_first_shard_registers_the_commands(
    tmp_path: Path,
) -> None:
    async with DiscordSandbox.open() as discord, Get3WSandbox.open(key=KEY) as api:
        operator = Operator(discord, api, tmp_path)
        second = await operator.start(SHARD_COUNT="2", SHARD_IDS="1", **SECOND)
        assert discord.command_writes == 0

        first = await operator.start(SHARD_COUNT="2", SHARD_IDS="0", **FIRST)

        assert discord.command_writes == 1
        assert [await second.stop(), await first.stop()] == [0, 0]
