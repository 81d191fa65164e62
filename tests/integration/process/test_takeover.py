"""Two processes share a database; one is killed in the middle of jobs, and the other goes on."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from sandbox.discord.interactions import Interaction
from sandbox.get3w import IdPlace, Output, Polling, Reply, Scenario, Wait, Wording, event
from tests.contract.storage.databases import Postgres, running_postgres
from tests.operator import Operator
from tests.stage import BotProcess, is_final

WITHIN_S = 30.0
# On the first of two shards.
SERVER = "Quiet Harbour"
NAMED, NAMELESS, MADE, WAITING = "A named one", "A nameless one", "A made one", "A waiting one"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def held(gate: asyncio.Event, wording: Wording) -> Scenario:
    """Stream 30 %, then the end once the gate opens; with an id it can be asked for."""
    end = event(wording.completed(), wait=Wait(gate=gate))
    return Scenario.events(event(wording.progress(0.3)), end).polling_as(Polling(gate=gate))


async def two_processes(operator: Operator, postgres: Postgres) -> tuple[BotProcess, BotProcess]:
    shared = {"DATABASE_URL": postgres.new_database(), "SHARD_COUNT": "2"}
    slots = {"GET3W_CONCURRENCY": "3"}
    one = await operator.start(**shared, **slots, SHARD_IDS="0")
    return one, await operator.start(**shared, **slots, SHARD_IDS="1")


async def four_jobs(operator: Operator, gate: asyncio.Event) -> dict[str, Interaction]:
    """Bring four jobs to four steps, all in the server of the first process."""
    api = operator.api
    api.script(NAMED, held(gate, Wording(ids=IdPlace.TOP)))
    api.script(NAMELESS, held(gate, Wording()))
    slow = Output.faulty(Reply.html(503).held(gate))
    api.script(MADE, Scenario.stream([0.3]).with_outputs(slow))
    uses = {prompt: await operator.imagine(prompt, SERVER) for prompt in (NAMED, NAMELESS, MADE)}
    for prompt in (NAMED, NAMELESS):
        await uses[prompt].message.until(lambda message: "30 %" in message.text)
    await api.until(lambda: api.downloads)
    # What is made has left its slot, and one more fills it.
    api.script("One before it", held(gate, Wording()))
    await operator.imagine("One before it", SERVER)
    return {**uses, WAITING: await operator.imagine(WAITING, SERVER)}


async def test_the_other_process_takes_over_within_half_a_minute(
    operator: Operator, postgres: Postgres
) -> None:
    gate = asyncio.Event()
    one, other = await two_processes(operator, postgres)
    uses = await four_jobs(operator, gate)
    assert "Waiting" in uses[WAITING].message.text

    killed_s = time.monotonic()
    await one.crash()
    gate.set()
    await other.says("taken up, which was", WITHIN_S)
    took_s = time.monotonic() - killed_s
    for use in uses.values():
        await use.message.until(is_final, WITHIN_S)

    print(f"taken over after {took_s:.1f} s")  # noqa: T201  it is a figure of the docs
    assert took_s <= WITHIN_S
    for prompt in (NAMED, MADE, WAITING):
        assert len(uses[prompt].message.attachments) == 1, prompt
    assert uses[NAMELESS].message.text.startswith("⚠️ I had to restart.")
    assert "It may have been charged." in uses[NAMELESS].message.text
    assert all(len(operator.api.submissions_of(prompt)) == 1 for prompt in uses)
    assert await other.stop() == 0
