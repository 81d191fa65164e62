"""Several processes that share one bot: who serves which servers, and when each may connect."""

from collections.abc import Iterator

import pytest

from sandbox.discord.settings import SandboxSettings
from sandbox.discord.snowflakes import shard_of
from tests.contract.storage.databases import Postgres, running_postgres
from tests.integration.process.test_health import Door
from tests.operator import Operator
from tests.stage import is_final

EVERY_S = 5.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


async def test_two_processes_open_their_sessions_one_after_the_other(
    operator: Operator, postgres: Postgres
) -> None:
    operator.discord.settings = SandboxSettings(hidden_rate=None, identify_every_s=EVERY_S)
    shared = {"DATABASE_URL": postgres.new_database(), "SHARD_COUNT": "2"}

    first = await operator.launch(SHARD_IDS="0", **shared)
    second = await operator.launch(SHARD_IDS="1", **shared)
    await first.says(r"\bready  ", 60.0)
    await second.says(r"\bready  ", 60.0)

    gateway = operator.discord.gateway
    assert gateway.counts.early_identifies == 0
    assert sorted(each.shard for each in gateway.identifies) == [(0, 2), (1, 2)]
    earlier, later = sorted(each.at_s for each in gateway.identifies)
    assert later - earlier >= EVERY_S
    assert "Traceback" not in first.output + second.output


async def test_shards_of_different_buckets_need_not_wait_for_each_other(
    operator: Operator, postgres: Postgres
) -> None:
    operator.discord.settings = SandboxSettings(
        hidden_rate=None, identify_every_s=EVERY_S, max_concurrency=2
    )
    shared = {"DATABASE_URL": postgres.new_database(), "SHARD_COUNT": "2"}

    bot = await operator.start(SHARD_IDS="0,1", **shared)

    gateway = operator.discord.gateway
    earlier, later = sorted(each.at_s for each in gateway.identifies)
    assert gateway.counts.early_identifies == 0
    assert later - earlier < EVERY_S
    assert await bot.stop() == 0


async def test_each_process_serves_its_own_servers_and_a_picture_comes_once(
    operator: Operator, postgres: Postgres
) -> None:
    shared = {"DATABASE_URL": postgres.new_database(), "SHARD_COUNT": "2"}
    first = await operator.launch(SHARD_IDS="0", **shared)
    second = await operator.launch(SHARD_IDS="1", **shared)
    for bot in (first, second):
        await bot.says(r"\bready  ", 60.0)

    names = [guild.name for guild in operator.discord.world.joined_guilds]
    shards = {shard_of(guild.id, 2) for guild in operator.discord.world.joined_guilds}
    uses = [await operator.imagine(f"A boat in {name}", name) for name in names]
    for use in uses:
        assert use.message is not None
        await use.message.until(is_final, 15.0)

    assert shards == {0, 1}
    assert len(operator.api.submissions) == len(uses)
    for bot in (first, second):
        await bot.says("  job [0-9A-Z]{5}  ")


async def test_below_fifty_sessions_the_bot_waits_alive_and_says_so(operator: Operator) -> None:
    door = Door()
    operator.discord.settings = SandboxSettings(
        hidden_rate=None, sessions_a_day=49, sessions_reset_s=0.2
    )
    bot = await operator.launch(HTTP_PORT=door.written)

    line = await bot.says("waiting  ")

    assert "WARNING  waiting  49 of 49 sessions are left" in line
    assert operator.discord.gateway.identifies == []
    assert (await door.ask("/livez"))[0] == 200
    assert (await door.ask("/readyz"))[0] == 503
    operator.discord.settings = SandboxSettings(hidden_rate=None)
    await bot.says(r"\bready  ")
    assert len(operator.discord.gateway.identifies) == 1


async def test_a_bot_that_waits_for_sessions_can_be_stopped(operator: Operator) -> None:
    operator.discord.settings = SandboxSettings(hidden_rate=None, sessions_a_day=10)
    bot = await operator.launch()
    await bot.says("waiting  10 of 10 sessions are left, new ones come in 24.0 h")

    assert await bot.stop() == 0


async def test_a_replica_takes_the_shards_of_its_number(operator: Operator) -> None:
    code, output = await operator.try_to_start(SHARD_IDS="auto:2", SHARD_COUNT="4")

    assert code == 2
    assert "SHARD_IDS" in output
    assert "the name of this host has no number at its end" in output
