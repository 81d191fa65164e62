"""SIGKILL at each step of a job: the next process brings every message to a true end.

Each case holds a job at one step, kills the bot there as the kernel would, opens what was held and
starts the bot again. Then the message says what is so, the API was asked once at most, and the
count is as the message says.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.interactions import Interaction
from sandbox.get3w import IdPlace, Output, Reply, Scenario, Wait, Wording, event
from sandbox.get3w.outcomes import Polling
from tests.held_streams import carries_no_picture, carries_picture
from tests.operator import Operator
from tests.stage import BotProcess, is_final

PROMPT = "A cat in space"
PICTURE = "a picture"
INTERRUPTED = "⚠️ I had to restart."
CANCELLED = "⏹️ Cancelled by"
REFUSED = "⚠️ The image service's safety filter refused this prompt."
MAYBE = "It may have been charged."


@dataclass
class Hold:
    """What is held while the bot is killed; ``edit`` holds a request of the bot's to Discord."""

    operator: Operator
    gate: asyncio.Event
    edit: Fault | None = None

    def hold_edits(self, **which: object) -> None:
        self.edit = self.operator.discord.faults.add(Fault(times=None, hold=self.gate, **which))

    def release(self) -> None:
        self.operator.discord.faults.clear()
        self.gate.set()


Play = Callable[[Hold], Awaitable[Interaction]]


@dataclass(frozen=True)
class Case:
    """How a job gets to a step, and what becomes of it after the crash.

    Attributes
    ----------
    step
        Where the journal is when the bot is killed.
    ends
        A picture, or how the message begins.
    counts
        Whether it counts for its member in the end.
    """

    step: str
    play: Play
    ends: str
    counts: bool


def streamed(hold: Hold, *, named: bool = False, output: Output | None = None) -> Scenario:
    """Stream 30 %, then the end once the gate opens; with an id the task goes on by itself."""
    words = Wording(ids=IdPlace.TOP) if named else Wording()
    parts = [event(words.progress(0.3)), event(words.completed(), wait=Wait(gate=hold.gate))]
    scenario = Scenario.events(*parts).polling_as(Polling(gate=hold.gate))
    return scenario if output is None else scenario.with_outputs(output)


def painted(output: Output | None = None) -> Scenario:
    scenario = Scenario.stream([0.3])
    return scenario if output is None else scenario.with_outputs(output)


async def asked(hold: Hold, scenario: Scenario) -> Interaction:
    hold.operator.api.script(PROMPT, scenario)
    return await hold.operator.imagine(PROMPT)


async def seen(use: Interaction, text: str) -> Interaction:
    assert use.message is not None
    await use.message.until(lambda message: text in message.text)
    return use


async def accepted(hold: Hold) -> Interaction:
    hold.operator.api.script(PROMPT, painted())
    hold.hold_edits(path_glob="*/callback")
    world = hold.operator.discord.world
    channel = world.guild("Lantern Bay").channel("general")
    use = await hold.operator.discord.invoke(
        world.user("alice"), channel, "imagine", {"prompt": PROMPT}
    )
    await hit(hold)
    return use


async def queued(hold: Hold) -> Interaction:
    hold.operator.api.default = streamed(hold)
    await hold.operator.imagine("Before it")
    hold.operator.api.script(PROMPT, painted())
    return await hold.operator.imagine(PROMPT)


async def submitted(hold: Hold) -> Interaction:
    reply = streamed(hold).answer.held(hold.gate)
    use = await asked(hold, Scenario.reply(reply))
    await hold.operator.api.until(lambda: hold.operator.api.submissions_of(PROMPT), 10)
    return use


async def running(hold: Hold) -> Interaction:
    return await seen(await asked(hold, streamed(hold)), "30 %")


async def running_named(hold: Hold) -> Interaction:
    return await seen(await asked(hold, streamed(hold, named=True)), "30 %")


async def completed(hold: Hold) -> Interaction:
    slow = Output(faults=(Reply.html(503).held(hold.gate),))
    use = await asked(hold, painted(slow))
    await in_journal(hold.operator, "completed")
    return use


async def completed_with_bytes(hold: Hold) -> Interaction:
    hold.hold_edits(matching=carries_picture)
    use = await asked(hold, painted(Output.base64()))
    await hit(hold)
    return use


async def shown_unheard(hold: Hold) -> Interaction:
    lost = Fault(matching=carries_picture, carried_out=True, reset=True, times=None)
    hold.edit = hold.operator.discord.faults.add(lost)
    use = await asked(hold, painted())
    await hit(hold)
    return use


async def failed(hold: Hold) -> Interaction:
    hold.hold_edits(matching=carries_no_picture, method="PATCH")
    use = await asked(hold, Scenario.failure("flagged as sensitive content", 1200))
    await in_journal(hold.operator, "failed")
    return use


async def cancelled(hold: Hold) -> Interaction:
    use = await running(hold)
    hold.hold_edits(matching=carries_no_picture, method="PATCH")
    await hold.operator.discord.press(use.user, use.message, "Cancel")
    await in_journal(hold.operator, "cancelled")
    return use


CASES = {
    "queued": Case("queued", queued, PICTURE, counts=True),
    "submitted": Case("submitted", submitted, INTERRUPTED, counts=False),
    "running without a name": Case("running", running, INTERRUPTED, counts=False),
    "running with a name": Case("running", running_named, PICTURE, counts=True),
    "completed": Case("completed", completed, PICTURE, counts=True),
    "completed with bytes": Case("completed", completed_with_bytes, PICTURE, counts=True),
    "shown, and nobody heard": Case("completed", shown_unheard, PICTURE, counts=True),
    "failed, and not told": Case("failed", failed, REFUSED, counts=False),
    "cancelled, and not told": Case("cancelled", cancelled, CANCELLED, counts=True),
}


async def hit(hold: Hold) -> None:
    await hold.operator.discord.until(lambda: hold.edit is not None and hold.edit.hits, 10)


def rows(operator: Operator, query: str, *values: int) -> list[tuple[object, ...]]:
    file = operator.folder / "data" / "imagine.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query, values).fetchall()


async def in_journal(operator: Operator, step: str) -> None:
    """Wait until the journal has a step."""
    async with asyncio.timeout(10):
        while (step,) not in await asyncio.to_thread(rows, operator, "SELECT step FROM jobs"):
            pass


async def all_closed(operator: Operator) -> None:
    """Wait until nothing is left to do for any job."""
    async with asyncio.timeout(20):
        while await asyncio.to_thread(rows, operator, "SELECT 1 FROM jobs WHERE open"):
            pass


def booked(operator: Operator, use: Interaction) -> tuple[bool, bool, bool]:
    """Tell of a job whether it counts, whether it was charged, and whether it is settled."""
    query = "SELECT counted, charged, ended_at FROM usage WHERE job_id = ?"
    ((counted, charged, ended_at),) = rows(operator, query, use.id)
    return bool(counted), bool(charged), bool(ended_at)


async def restarted(operator: Operator, bot: BotProcess, hold: Hold) -> None:
    await bot.crash()
    hold.release()
    await operator.start()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_a_job_that_is_cut_off_comes_to_a_true_end(operator: Operator, case: Case) -> None:
    bot = await operator.start(GET3W_CONCURRENCY="1")
    hold = Hold(operator, asyncio.Event())
    use = await case.play(hold)
    await in_journal(operator, case.step)

    await restarted(operator, bot, hold)

    assert use.message is not None
    await use.message.until(is_final, 20)
    await all_closed(operator)
    if case.ends == PICTURE:
        assert len(use.message.attachments) == 1
    else:
        assert use.message.text.startswith(case.ends)
    assert len(operator.api.submissions_of(PROMPT)) == 1
    assert booked(operator, use) == (case.counts, True, True)


async def test_a_job_that_nobody_was_told_of_costs_nothing(operator: Operator) -> None:
    bot = await operator.start()
    hold = Hold(operator, asyncio.Event())
    use = await accepted(hold)

    await bot.crash()
    hold.operator.discord.expire(use)
    hold.release()
    bot = await operator.start()
    await bot.says("dropped, which was never answered")
    await all_closed(operator)

    assert operator.api.submissions == []
    assert booked(operator, use) == (False, False, True)


async def test_the_bar_goes_on_where_it_was(operator: Operator) -> None:
    bot = await operator.start()
    hold = Hold(operator, asyncio.Event())
    use = await running_named(hold)
    assert use.message is not None

    await restarted(operator, bot, hold)
    await use.message.until(is_final, 20)

    shown = [snapshot.text for snapshot in use.message.history]
    after = shown[next(at for at, text in enumerate(shown) if "30 %" in text) :]
    assert all("30 %" in text or "9" in text or not text.startswith("🎨") for text in after)


async def test_what_it_may_have_cost_is_said(operator: Operator) -> None:
    bot = await operator.start()
    hold = Hold(operator, asyncio.Event())
    use = await running(hold)

    await restarted(operator, bot, hold)

    assert use.message is not None
    await use.message.until(is_final, 20)
    assert MAYBE in use.message.text


async def test_a_button_from_before_the_crash_cancels(operator: Operator) -> None:
    bot = await operator.start()
    hold = Hold(operator, asyncio.Event())
    use = await running_named(hold)
    await bot.crash()
    await operator.start()

    await operator.discord.press(use.user, use.message, "Cancel")

    assert use.message is not None
    await use.message.until(is_final, 20)
    assert use.message.text.startswith(CANCELLED)
    hold.release()
