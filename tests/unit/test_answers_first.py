"""Work begins when no crowd waits for its first answers."""

import asyncio
from contextlib import ExitStack
from contextvars import ContextVar
from functools import partial

import pytest

from bot.services.answers_first import CROWD, HOLD_MAX_S, AnswersFirst
from tests.unit.virtual_time import LoopClock


def due(answers: AnswersFirst, how_many: int) -> ExitStack:
    """Have so many answers due until what is given is closed."""
    stack = ExitStack()
    for _ in range(how_many):
        stack.enter_context(answers.due())
    return stack


async def test_work_begins_at_once_where_few_answers_are_due() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    began_s = clock.monotonic()

    with due(answers, CROWD - 1):
        await answers.wait()

    assert clock.monotonic() == began_s


async def test_an_answer_that_fails_is_due_no_longer() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    began_s = clock.monotonic()

    with due(answers, CROWD - 1):
        with pytest.raises(ValueError, match="broken"), answers.due():
            raise ValueError("broken")
        await answers.wait()

    assert clock.monotonic() == began_s


async def test_work_begins_when_the_crowd_has_gone() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    last, crowd = due(answers, 1), due(answers, CROWD - 1)

    async with asyncio.TaskGroup() as group:
        work = group.create_task(answers.wait())
        await clock.sleep(0.2)
        assert not work.done()
        last.close()
        await work

    crowd.close()


async def test_work_that_is_held_back_begins_in_its_order_and_once() -> None:
    answers = AnswersFirst()
    begun: list[int] = []

    with due(answers, CROWD):
        for number in (1, 2, 3):
            answers.when_free(partial(begun.append, number))
        assert begun == []
    answers.when_free(partial(begun.append, 4))
    await LoopClock().sleep(2 * HOLD_MAX_S)

    assert begun == [1, 2, 3, 4]


async def test_work_that_cannot_begin_keeps_no_other_from_beginning() -> None:
    answers = AnswersFirst()
    begun: list[int] = []

    with due(answers, CROWD):
        answers.when_free(partial(int, "broken"))
        answers.when_free(partial(begun.append, 2))
    await LoopClock().sleep(0.1)

    assert begun == [2]


async def test_held_work_begins_with_the_names_that_its_log_lines_carry() -> None:
    answers, job = AnswersFirst(), ContextVar[str]("job")
    begun: list[str] = []

    with due(answers, CROWD):
        for reference in ("A", "B"):
            job.set(reference)
            answers.when_free(lambda: begun.append(job.get()))
    await LoopClock().sleep(0.1)

    assert begun == ["A", "B"]


async def test_a_crowd_that_comes_at_once_holds_back_what_the_last_one_did() -> None:
    answers = AnswersFirst()
    begun: list[int] = []

    with due(answers, CROWD):
        answers.when_free(partial(begun.append, 1))
    with due(answers, CROWD):
        await LoopClock().sleep(0.1)
        assert begun == []
    await LoopClock().sleep(0.1)

    assert begun == [1]


async def test_held_work_begins_though_the_crowd_never_goes() -> None:
    answers = AnswersFirst()
    begun: list[int] = []

    with due(answers, CROWD):
        answers.when_free(partial(begun.append, 1))
        await LoopClock().sleep(HOLD_MAX_S + 0.1)
        answers.when_free(partial(begun.append, 2))
        assert begun == [1]
        await LoopClock().sleep(HOLD_MAX_S + 0.1)

    assert begun == [1, 2]


async def test_work_is_held_back_for_as_long_as_an_answer_is_taken() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    began_s = clock.monotonic()

    with due(answers, CROWD):
        await answers.wait()

    assert clock.monotonic() - began_s == pytest.approx(HOLD_MAX_S)


async def test_a_crowd_that_comes_later_holds_work_back_again() -> None:
    clock, answers = LoopClock(), AnswersFirst()
    due(answers, CROWD).close()
    began_s = clock.monotonic()

    with due(answers, CROWD):
        await answers.wait()

    assert clock.monotonic() > began_s
