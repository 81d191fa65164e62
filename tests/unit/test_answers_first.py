"""Work begins when nobody waits for a first answer."""

import asyncio

import pytest

from bot.services.answers_first import HOLD_MAX_S, AnswersFirst
from tests.unit.virtual_time import LoopClock


async def test_work_begins_at_once_where_no_answer_is_due() -> None:
    clock = LoopClock()
    began_s = clock.monotonic()

    await AnswersFirst().wait()

    assert clock.monotonic() == began_s


async def test_work_begins_when_the_last_answer_is_given() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    answers.expect()
    answers.expect()

    async with asyncio.TaskGroup() as group:
        work = group.create_task(answers.wait())
        await clock.sleep(0.2)
        answers.settle()
        await clock.sleep(0.2)
        assert not work.done()
        answers.settle()


async def test_work_is_held_back_for_a_second_at_most() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    began_s = clock.monotonic()
    answers.expect()

    await answers.wait()

    assert clock.monotonic() - began_s == pytest.approx(HOLD_MAX_S)


async def test_an_answer_that_comes_due_later_holds_work_back_again() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    answers.expect()
    answers.settle()
    began_s = clock.monotonic()
    answers.expect()

    await answers.wait()

    assert clock.monotonic() > began_s
