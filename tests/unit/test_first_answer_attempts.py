"""When a first answer is sent again, on virtual time."""

import pytest
from discord import ui

from bot.presentation.first_answer import ANSWER_WITHIN_S, FirstAnswer
from bot.presentation.sending import (
    AlreadyAnsweredError,
    AnswerTooLateError,
    InteractionKey,
    SendBrokenError,
    SendError,
    SendLimitedError,
    SendRefusedError,
)
from tests.unit.discord_side import MESSAGE_ID, AnswerSide
from tests.unit.virtual_time import LoopClock

KEY = InteractionKey(9001, "token")


async def given(side: AnswerSide) -> int | None:
    answer = FirstAnswer(side, KEY, LoopClock())
    return await answer.give(ui.Container(ui.TextDisplay("Painting")), private=True)


async def test_an_answer_that_is_taken_tells_where_its_message_is() -> None:
    assert await given(AnswerSide()) == MESSAGE_ID


async def test_every_attempt_is_for_the_same_interaction() -> None:
    side = AnswerSide([SendBrokenError()])

    await given(side)

    assert side.keys == [KEY, KEY]


async def test_a_broken_answer_is_sent_again_after_ever_longer_pauses() -> None:
    side = AnswerSide([SendBrokenError() for _ in range(4)])

    assert await given(side) == MESSAGE_ID

    assert side.at_s == pytest.approx([0, 0.05, 0.15, 0.35, 0.75])


async def test_an_answer_that_had_landed_counts_though_its_message_is_unknown() -> None:
    side = AnswerSide([SendBrokenError(), AlreadyAnsweredError()])

    assert await given(side) is None


async def test_an_answer_that_may_have_landed_is_told_as_such_whatever_came_last() -> None:
    side = AnswerSide([SendBrokenError(), SendLimitedError(ANSWER_WITHIN_S)])

    with pytest.raises(SendBrokenError):
        await given(side)


async def test_an_answer_that_somebody_else_gave_is_theirs() -> None:
    with pytest.raises(AlreadyAnsweredError):
        await given(AnswerSide([AlreadyAnsweredError()]))


async def test_an_answer_given_while_ours_was_limited_is_somebody_elses() -> None:
    with pytest.raises(AlreadyAnsweredError):
        await given(AnswerSide([SendLimitedError(0.1), AlreadyAnsweredError()]))


async def test_a_short_429_is_waited_out() -> None:
    side = AnswerSide([SendLimitedError(1.5)])

    assert await given(side) == MESSAGE_ID

    assert side.at_s == pytest.approx([0, 1.5])


async def test_a_429_longer_than_the_time_there_is_ends_it_at_once() -> None:
    side = AnswerSide([SendLimitedError(60)])

    with pytest.raises(SendLimitedError):
        await given(side)

    assert side.at_s == [0]


async def test_nothing_is_sent_when_discord_would_not_take_it_any_more() -> None:
    side = AnswerSide(always=SendBrokenError())

    with pytest.raises(SendBrokenError):
        await given(side)

    assert side.at_s[-1] <= ANSWER_WITHIN_S


@pytest.mark.parametrize("error", [AnswerTooLateError(), SendRefusedError(400, 50035)])
async def test_a_refusal_is_final(error: SendError) -> None:
    side = AnswerSide([error])

    with pytest.raises(type(error)):
        await given(side)

    assert side.at_s == [0]
