"""Whether the message that answered a command is its job's, on virtual time."""

from dataclasses import dataclass

import pytest

from bot.presentation.buttons import cancel_id
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages
from bot.presentation.pacing import ChannelPaces
from bot.presentation.sending import (
    FoundAnswer,
    InteractionRoad,
    MessageGoneError,
    RoadClosedError,
    SendBrokenError,
    SendError,
)
from bot.services.recovery import UnknownWhetherAnsweredError
from tests.unit.discord_side import AnswerSide, DiscordSide
from tests.unit.jobs import a_job
from tests.unit.journals import an_entry
from tests.unit.virtual_time import LoopClock

JOB = a_job(9001)


@dataclass
class Found:
    """Finds one message, or none; fulfils ``FirstAnswers``."""

    what: FoundAnswer | SendError

    async def find(self, road: InteractionRoad) -> FoundAnswer:
        del road
        if isinstance(self.what, SendError):
            raise self.what
        return self.what


async def found(what: FoundAnswer | SendError) -> int | None:
    clock = LoopClock()
    means = AnswerSide(), DiscordSide(), Found(what)
    messages = JobMessages(*means, ChannelPaces(clock), PictureFitter(), clock, lambda: True)
    return await messages.find(an_entry(JOB))


async def test_a_message_with_the_button_of_the_job_is_its_answer() -> None:
    assert await found(FoundAnswer(6001, [cancel_id(JOB.id)])) == 6001


@pytest.mark.parametrize("button_ids", [(), ("cancel:9002",), ("another:9001",)])
async def test_a_refusal_that_stands_where_the_answer_would_is_none(
    button_ids: tuple[str, ...],
) -> None:
    assert await found(FoundAnswer(6001, button_ids)) is None


@pytest.mark.parametrize("error", [MessageGoneError(), RoadClosedError()])
async def test_where_discord_has_no_message_there_was_no_answer(error: SendError) -> None:
    assert await found(error) is None


async def test_where_discord_does_not_say_nobody_knows() -> None:
    with pytest.raises(UnknownWhetherAnsweredError):
        await found(SendBrokenError())
