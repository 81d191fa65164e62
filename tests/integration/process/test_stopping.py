"""Asked to stop, the bot takes nothing new, finishes what it can, and tells whose isn't made."""

import asyncio
import os
import re
import signal
import time
from pathlib import Path

import pytest

from sandbox.discord.interactions import Interaction
from sandbox.get3w import Scenario, Wait
from sandbox.get3w.dialects import IdPlace, Wording
from sandbox.get3w.outcomes import Polling
from sandbox.get3w.replies import event
from tests.operator import Operator
from tests.stage import BotProcess, is_final

MAYBE = "It may have been charged."
GOES_ON = "⏳ Waiting · I'm restarting, and go on by myself afterwards"
LONG = {"SHUTDOWN_GRACE_S": "60"}
STOPS = (signal.SIGTERM, signal.SIGINT)


def held(gate: asyncio.Event) -> Scenario:
    """Give a picture that stays at 20 % until the gate opens."""
    words = Wording()
    done = event(words.completed(), wait=Wait(gate=gate))
    return Scenario.events(words.progress(0.2), done)


def text_of(use: Interaction) -> str:
    assert use.message is not None
    return use.message.text


async def painting(operator: Operator, prompt: str) -> Interaction:
    """Send a command whose picture is under way at the API when this returns."""
    use = await operator.imagine(prompt)
    await operator.api.until(lambda: operator.api.submissions_of(prompt), 10.0)
    return use


async def asked(bot: BotProcess, number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the bot to stop; it has begun to when this returns."""
    bot.ask_to_stop(number)
    await bot.says(f"stopping  {number.name}")


@pytest.mark.parametrize("number", STOPS)
async def test_an_idle_bot_ends_with_0(operator: Operator, number: signal.Signals) -> None:
    bot = await operator.start()

    await asked(bot, number)

    assert await bot.ended() == 0
    assert bot.lines[-1].endswith("INFO     stopped")
    await operator.discord.until(lambda: operator.discord.ready_shards == 0)


async def test_a_picture_that_comes_within_the_grace_is_delivered(operator: Operator) -> None:
    gate = asyncio.Event()
    operator.api.script("In time", held(gate))
    bot = await operator.start(**LONG)
    use = await painting(operator, "In time")

    await asked(bot)
    gate.set()

    assert await bot.ended() == 0
    assert use.message is not None
    assert len(use.message.attachments) == 1


async def test_after_the_grace_whoever_waits_and_whoever_runs_is_told_and_of_the_money(
    operator: Operator,
) -> None:
    operator.api.default = held(asyncio.Event())
    bot = await operator.start(GET3W_CONCURRENCY="1", SHUTDOWN_GRACE_S="0.2")
    running = await painting(operator, "Running")
    waiting = [await operator.imagine(f"Waiting {number}") for number in range(3)]

    assert await bot.stop() == 0

    assert text_of(running).startswith("⚠️ I had to restart.")
    assert MAYBE in text_of(running)
    assert all(text_of(use).startswith(GOES_ON) for use in waiting)
    assert len(operator.api.submissions) == 1


async def test_whoever_waits_at_the_stop_keeps_their_place_and_is_painted_afterwards(
    operator: Operator,
) -> None:
    gate = asyncio.Event()
    operator.api.script("Running", held(gate))
    bot = await operator.start(GET3W_CONCURRENCY="1", SHUTDOWN_GRACE_S="0.2")
    await painting(operator, "Running")
    prompts = [f"Waiting {number}" for number in range(3)]
    waiting = [await operator.imagine(prompt) for prompt in prompts]
    assert await bot.stop() == 0

    await operator.start(GET3W_CONCURRENCY="1")
    for use in waiting:
        assert use.message is not None
        await use.message.until(lambda message: bool(message.attachments), 20)

    assert [one.prompt for one in operator.api.submissions] == ["Running", *prompts]


async def test_a_task_with_an_id_is_brought_by_the_next_process(operator: Operator) -> None:
    gate = asyncio.Event()
    words = Wording(ids=IdPlace.TOP)
    done = event(words.completed(), wait=Wait(gate=gate))
    task = Scenario.events(words.progress(0.2), done).polling_as(Polling(gate=gate))
    operator.api.script("Named", task)
    bot = await operator.start(SHUTDOWN_GRACE_S="0.2")
    use = await painting(operator, "Named")
    assert use.message is not None
    await use.message.until(lambda message: "20 %" in message.text)

    assert await bot.stop() == 0
    told = text_of(use)
    gate.set()
    await operator.start()
    await use.message.until(is_final, 20)

    assert told.startswith("🎨 Painting · I'm restarting, and bring the picture afterwards")
    assert len(use.message.attachments) == 1
    assert len(operator.api.submissions) == 1


async def test_no_message_is_left_frozen_by_a_stop_amid_many(operator: Operator) -> None:
    gate = asyncio.Event()
    operator.api.default = held(asyncio.Event())
    operator.api.script(re.compile("^In time"), held(gate))
    line = {"GET3W_CONCURRENCY": "5", "MEMBER_WAITING_MAX": "20"}
    bot = await operator.start(SHUTDOWN_GRACE_S="3", **line)
    in_time = [await painting(operator, f"In time {number}") for number in range(5)]
    others = await asyncio.gather(*(operator.imagine(f"Boat {number}") for number in range(15)))

    await asked(bot)
    gate.set()

    assert await bot.ended() == 0
    assert [text_of(use) for use in in_time if not use.message.attachments] == []
    told = [text_of(use) for use in others if not is_final(use.message)]
    assert [text for text in told if not text.startswith(GOES_ON)] == []


async def test_a_command_that_comes_while_stopping_is_refused_in_private(
    operator: Operator,
) -> None:
    gate = asyncio.Event()
    operator.api.script("In time", held(gate))
    bot = await operator.start(**LONG)
    use = await painting(operator, "In time")
    await asked(bot)
    await bot.says("1 picture")

    late = await operator.imagine("Too late")

    assert late.message is not None
    assert late.message.audience is late.user
    assert "I'm restarting." in text_of(late)
    assert "Please try again in a minute." in text_of(late)
    gate.set()
    assert await bot.ended() == 0
    assert operator.api.submissions_of("Too late") == []
    assert use.message.attachments


async def test_cancel_still_works_while_stopping(operator: Operator) -> None:
    operator.api.script("Held", held(asyncio.Event()))
    bot = await operator.start(**LONG)
    use = await painting(operator, "Held")
    await asked(bot)

    await operator.discord.press(use.user, use.message, "Cancel")

    assert await bot.ended() == 0
    assert text_of(use).startswith("⏹️ Cancelled by")


@pytest.mark.parametrize("number", STOPS)
async def test_a_second_signal_ends_the_process_at_once(
    operator: Operator, number: signal.Signals
) -> None:
    operator.api.script("Held", held(asyncio.Event()))
    bot = await operator.start(**LONG)
    use = await painting(operator, "Held")
    await asked(bot)

    bot.ask_to_stop(number)

    assert await bot.ended(timeout_s=10) == 128 + number
    assert bot.lines[-1].endswith(f"ended at once  {number.name}")
    assert not is_final(use.message)


async def test_thrown_out_by_discord_the_pictures_under_way_are_still_delivered(
    operator: Operator,
) -> None:
    gate = asyncio.Event()
    operator.api.script("In time", held(gate))
    bot = await operator.start(**LONG)
    use = await painting(operator, "In time")

    operator.discord.gateway.close(4004)
    await bot.says("1 picture")
    gate.set()

    assert await bot.ended() == 3
    assert len(use.message.attachments) == 1


async def test_thrown_out_by_discord_while_stopping_it_still_ends_as_asked(
    operator: Operator,
) -> None:
    gate = asyncio.Event()
    operator.api.script("In time", held(gate))
    bot = await operator.start(**LONG)
    use = await painting(operator, "In time")
    await asked(bot)

    operator.discord.gateway.close(4004)
    await operator.discord.until(lambda: not operator.discord.ready_shards)
    gate.set()

    assert await bot.ended() == 0
    assert len(use.message.attachments) == 1


def pictures_left(folder: Path, *, hours_ago: int) -> Path:
    """Leave a folder as a process leaves it that is killed."""
    folder.mkdir(parents=True)
    (folder / "picture-1").write_bytes(b"a private picture")
    then = time.time() - hours_ago * 3600
    os.utime(folder, (then, then))
    return folder


async def test_pictures_that_a_killed_process_left_are_removed_a_day_later(
    operator: Operator,
) -> None:
    old = pictures_left(operator.folder / "data" / "spool-old", hours_ago=25)
    recent = pictures_left(operator.folder / "data" / "spool-recent", hours_ago=23)

    await operator.start()

    assert not old.exists()
    assert recent.exists()
