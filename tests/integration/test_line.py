"""More commands than slots: places in line, in order, and cancel from there."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
import pytest_asyncio

from sandbox.discord.interactions import Interaction
from tests.held_streams import held_stream
from tests.stage import Stage, headlines, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def narrow_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    """One picture at a time."""
    folder = tmp_path_factory.mktemp("bot")
    async with whole_stage(folder, GET3W_CONCURRENCY="1", SHUTDOWN_GRACE_S="1") as stage:
        yield stage


async def in_line(stage: Stage, prompts: Sequence[str]) -> tuple[list[Interaction], asyncio.Event]:
    """Send commands one after the other; the first goes on when the event is set."""
    gate = asyncio.Event()
    stage.api.script(prompts[0], held_stream(0.3, gate))
    channel = stage.new_channel()
    return [await stage.imagine(prompt, channel=channel) for prompt in prompts], gate


async def test_each_command_is_told_its_place_and_moves_up(narrow_stage: Stage) -> None:
    (first, second, third), gate = await in_line(narrow_stage, ["First", "Second", "Third"])
    hold = asyncio.Event()
    narrow_stage.api.script("Second", held_stream(0.3, hold))
    assert headlines(second.message) == ["⏳ Waiting · 1st in line"]
    assert headlines(third.message) == ["⏳ Waiting · 2nd in line"]

    gate.set()
    await narrow_stage.end_of(first)
    await third.message.until(lambda message: "1st in line" in message.text)
    assert narrow_stage.api.submissions_of("Third") == []

    hold.set()
    assert (await narrow_stage.end_of(second)).attachments
    assert (await narrow_stage.end_of(third)).attachments


async def test_the_line_is_first_come_first_served(narrow_stage: Stage) -> None:
    prompts = [f"Order {number}" for number in range(5)]
    uses, gate = await in_line(narrow_stage, prompts)

    gate.set()
    for use in uses:
        await narrow_stage.end_of(use)

    submitted = [one.prompt for one in narrow_stage.api.submissions]
    assert [prompt for prompt in submitted if prompt in prompts] == prompts


async def test_a_job_that_leaves_the_line_costs_nothing(narrow_stage: Stage) -> None:
    (first, second), gate = await in_line(narrow_stage, ["Held", "Gives up"])

    await narrow_stage.press(narrow_stage.alice, second.message, "Cancel")
    message = await narrow_stage.end_of(second)
    gate.set()
    await narrow_stage.end_of(first)

    assert "Nothing was charged." in message.text
    assert narrow_stage.api.submissions_of("Gives up") == []


async def test_whoever_stands_behind_one_that_leaves_moves_up(narrow_stage: Stage) -> None:
    (first, second, third), gate = await in_line(narrow_stage, ["Front", "Leaves", "Behind"])

    await narrow_stage.press(narrow_stage.alice, second.message, "Cancel")

    await third.message.until(lambda message: "1st in line" in message.text)
    gate.set()
    await narrow_stage.end_of(first)
    assert (await narrow_stage.end_of(third)).attachments


async def test_a_cancelled_runner_hands_its_slot_on(narrow_stage: Stage) -> None:
    (first, second), _ = await in_line(narrow_stage, ["Runs", "Waits behind it"])

    await narrow_stage.press(narrow_stage.alice, first.message, "Cancel")

    assert (await narrow_stage.end_of(second)).attachments


async def test_the_start_of_the_work_is_shown_soon_after_the_last_place(
    narrow_stage: Stage,
) -> None:
    (first, second, third), gate = await in_line(narrow_stage, ["One", "Two", "Shown"])
    hold = asyncio.Event()
    narrow_stage.api.script("Shown", held_stream(0.4, hold))

    gate.set()
    await narrow_stage.end_of(second)

    await third.message.until(lambda message: "40 %" in message.text, timeout_s=4)
    hold.set()
    await narrow_stage.end_of(third)
    await narrow_stage.end_of(first)
