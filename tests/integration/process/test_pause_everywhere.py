"""A pause that the host asks one process for, and that another one obeys."""

import asyncio
from collections.abc import Iterator

import pytest

from sandbox.discord.messages import SandboxMessage
from tests.contract.storage.databases import Postgres, running_postgres
from tests.operator import Operator

# A second, and what a busy machine needs for one more command.
WITHIN_S = 2.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


async def operate(operator: Operator, what: str) -> SandboxMessage:
    """Send a command as the host in the first server, which the first process serves."""
    world = operator.discord.world
    channel = world.guild("Lantern Bay").channel("general")
    use = await operator.discord.invoke(world.application.owner, channel, f"operator {what}", {})
    return shown((await use.answered()).message)


async def asked_elsewhere(operator: Operator) -> SandboxMessage:
    """Ask for a picture in the second server, which the second process serves."""
    return shown((await operator.imagine("A cat in space", "Quiet Harbour")).message)


def shown(message: SandboxMessage | None) -> SandboxMessage:
    assert message is not None
    return message


async def test_another_process_obeys_within_a_second(
    operator: Operator, postgres: Postgres
) -> None:
    shared = {"DATABASE_URL": postgres.new_database(), "SHARD_COUNT": "2"}
    limits = {
        "MEMBER_PICTURES_PER_DAY": "0",
        "BUDGET_USD_PER_DAY": "0",
        "MEMBER_WAITING_MAX": "1000",
    }
    one = await operator.start(**shared, **limits, SHARD_IDS="0")
    other = await operator.start(**shared, **limits, SHARD_IDS="1")
    assert not (await asked_elsewhere(operator)).ephemeral

    await operate(operator, "pause")
    async with asyncio.timeout(WITHIN_S):
        while not (message := await asked_elsewhere(operator)).ephemeral:
            pass
    assert "The bot is taking a break." in message.text

    await operate(operator, "resume")
    async with asyncio.timeout(WITHIN_S):
        while (await asked_elsewhere(operator)).ephemeral:
            pass

    status = await operate(operator, "status")
    assert "1 in this process" in status.text
    assert [await one.stop(), await other.stop()] == [0, 0]
