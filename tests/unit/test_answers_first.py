"""Work begins when no crowd waits for its first answers."""

import asyncio

import pytest

from bot.services.answers_first import CROWD, HOLD_MAX_S, AnswersFirst
from tests.unit.virtual_time import LoopClock


def a_crowd() -> AnswersFirst:
    answers = AnswersFirst()
    for _ in range(CROWD):
        answers.expect()
    return answers


async def test_work_begins_at_once_where_few_answers_are_due() -> None:
    clock, answers = LoopClock(), a_crowd()
    answers.settle()
    began_s = clock.monotonic()

    await answers.wait()

    assert clock.monotonic() == began_s


async def test_work_begins_when_the_crowd_has_gone() -> None:
    clock, answers = LoopClock(), a_crowd()
    answers.expect()

    async with asyncio.TaskGroup() as group:
        work = group.create_task(answers.wait())
        await clock.sleep(0.2)
        answers.settle()
        await clock.sleep(0.2)
        assert not work.done()
        answers.settle()


async def test_work_is_held_back_for_as_long_as_an_answer_is_taken() -> None:
    clock, answers = LoopClock(), a_crowd()
    began_s = clock.monotonic()

    await answers.wait()

    assert clock.monotonic() - began_s == pytest.approx(HOLD_MAX_S)


async def test_a_crowd_that_comes_later_holds_work_back_again() -> None:
    clock, answers = LoopClock(), a_crowd()
    answers.settle()
    began_s = clock.monotonic()
    answers.expect()

    await answers.wait()

    assert clock.monotonic() > began_s
