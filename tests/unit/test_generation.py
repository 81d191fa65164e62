"""All jobs together: accepted once, found by their buttons, drained at the end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

import pytest

from bot.domain.errors import (
    Charge,
    DuplicateInteractionError,
    JobEndedError,
    PictureUnfetchableError,
    StoppingError,
    StoreTrouble,
    StoreUnavailableError,
)
from bot.domain.events import Completed, Identified
from bot.domain.jobs import Cancelled, Done, Failed, HandedOver, Running, Waiting
from bot.domain.journal import Step
from bot.services.answers_first import CROWD
from bot.services.generation import Generation
from tests.unit.books import Counter
from tests.unit.jobs import CHANNEL_ID, OWNER_ID, a_job
from tests.unit.journals import MARK
from tests.unit.scripted import (
    PAINTED,
    PICTURE_LINK,
    SUBMITTED,
    BrokenDisplay,
    Door,
    RecordingDisplay,
    ScriptedApi,
    a_workshop,
)
from tests.unit.virtual_time import LoopClock, quiet

SLOW = (*SUBMITTED, Identified("p-1"), 30, Completed((PICTURE_LINK,)))


def a_generation(api: ScriptedApi, *, slots: int = 2) -> Generation:
    counter = Counter()
    return Generation(counter.bookings, a_workshop(api, slots=slots, counter=counter))


@asynccontextmanager
async def kept_moving(generation: Generation) -> AsyncIterator[None]:
    task = asyncio.create_task(generation.keep_line_moving())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def under_way(generation: Generation, job_id: int) -> RecordingDisplay:
    display = RecordingDisplay()
    generation.start(job_id, display)
    return display


@contextmanager
def a_crowd(generation: Generation) -> Iterator[None]:
    """Have answers due to many who aren't booked yet."""
    with ExitStack() as crowd:
        for _ in range(CROWD):
            crowd.enter_context(generation.answer_due())
        yield


async def test_a_job_is_accepted_with_its_first_state() -> None:
    generation = a_generation(ScriptedApi(PAINTED), slots=1)

    first, second = await generation.accept(a_job(1), MARK), await generation.accept(a_job(2), MARK)

    assert isinstance(first, Running)
    assert second == Waiting(1)


async def test_commands_that_came_but_are_not_booked_hold_work_back() -> None:
    api = ScriptedApi(PAINTED)
    generation = a_generation(api)
    await generation.accept(a_job(1), MARK)

    with a_crowd(generation):
        under_way(generation, 1)
        await quiet()
        assert api.requests == []
    await quiet()

    assert len(api.requests) == 1


async def test_a_job_that_is_held_back_can_be_cancelled() -> None:
    api = ScriptedApi(PAINTED)
    generation = a_generation(api)
    await generation.accept(a_job(1), MARK)

    with a_crowd(generation):
        display = under_way(generation, 1)
        await generation.cancel(1, OWNER_ID)
    await quiet()

    assert display.states == [Cancelled(OWNER_ID, Charge.NOTHING)]
    assert api.requests == []


async def test_an_interaction_is_accepted_once_only() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)

    with pytest.raises(DuplicateInteractionError):
        await generation.accept(a_job(1), MARK)


async def test_an_interaction_is_not_accepted_again_after_its_job_ended() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)
    under_way(generation, 1)
    await LoopClock().sleep(10)

    with pytest.raises(DuplicateInteractionError):
        await generation.accept(a_job(1), MARK)


async def test_a_withdrawn_job_makes_room_for_the_next() -> None:
    api = ScriptedApi(PAINTED)
    generation = a_generation(api, slots=1)
    await generation.accept(a_job(1), MARK)

    await generation.withdraw(1)

    assert isinstance(await generation.accept(a_job(2), MARK), Running)
    assert api.requests == []


async def test_a_withdrawn_job_has_no_owner_any_more() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)

    await generation.withdraw(1)

    with pytest.raises(JobEndedError):
        await generation.owner_of(1, CHANNEL_ID)


async def test_a_withdrawn_job_whose_answer_may_have_landed_stays_to_be_told_of() -> None:
    counter = Counter()
    generation = Generation(counter.bookings, a_workshop(ScriptedApi(PAINTED), counter=counter))
    await generation.accept(a_job(1), MARK)

    await generation.withdraw(1, perhaps_answered=True)

    entry = counter.journals.entries[1]
    assert (entry.step, entry.open) == (Step.INTERRUPTED, True)
    assert not counter.ledgers.jobs[1].counted


async def test_the_line_goes_on_after_a_picture_was_made_while_the_database_was_away() -> None:
    counter, door = Counter(), Door({PICTURE_LINK.url: [3.0, PictureUnfetchableError()]})
    shop = a_workshop(ScriptedApi(PAINTED), door, slots=1, counter=counter)
    generation = Generation(counter.bookings, shop)
    displays = []
    for job_id in (1, 2):
        await generation.accept(a_job(job_id), MARK)
        displays.append(under_way(generation, job_id))

    async with kept_moving(generation):
        await LoopClock().sleep(1)
        counter.journals.away = StoreUnavailableError(StoreTrouble.AWAY)
        await LoopClock().sleep(4.9)
        counter.journals.away = None
        await LoopClock().sleep(60)

    assert [isinstance(display.last, Failed) for display in displays] == [True, True]


async def test_the_line_goes_on_after_a_mistake(caplog: pytest.LogCaptureFixture) -> None:
    counter = Counter()
    shop = a_workshop(ScriptedApi(PAINTED), slots=1, counter=counter)
    generation = Generation(counter.bookings, shop)
    displays = []
    for job_id in (1, 2):
        await generation.accept(a_job(job_id), MARK)
        displays.append(under_way(generation, job_id))
    counter.journals.line_mistake = ValueError("a mistake of ours")

    async with kept_moving(generation):
        await LoopClock().sleep(60)

    assert "a mistake of ours" in caplog.text
    assert [isinstance(display.last, Done) for display in displays] == [True, True]


async def test_the_owner_of_a_job_is_known_while_it_runs() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)

    assert await generation.owner_of(1, CHANNEL_ID) == OWNER_ID


async def test_a_job_is_not_there_for_another_channel() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)

    with pytest.raises(JobEndedError):
        await generation.owner_of(1, CHANNEL_ID + 1)


async def test_an_ended_job_has_no_owner_to_ask_for() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)
    under_way(generation, 1)
    await LoopClock().sleep(10)

    with pytest.raises(JobEndedError):
        await generation.owner_of(1, CHANNEL_ID)


async def test_a_running_job_can_be_cancelled_by_its_number() -> None:
    generation = a_generation(ScriptedApi(SLOW))
    await generation.accept(a_job(1), MARK)
    display = under_way(generation, 1)
    await LoopClock().sleep(5)

    await generation.cancel(1, by_id=7)
    await quiet()

    assert isinstance(display.last, Cancelled)
    assert display.last.by_id == 7


@pytest.mark.parametrize("job_id", [1, 99])
async def test_a_job_that_is_over_or_unknown_cannot_be_cancelled(job_id: int) -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.accept(a_job(1), MARK)
    under_way(generation, 1)
    await LoopClock().sleep(10)

    with pytest.raises(JobEndedError):
        await generation.cancel(job_id, by_id=7)


async def test_jobs_run_as_many_at_once_as_there_are_slots() -> None:
    api = ScriptedApi(SLOW)
    generation = a_generation(api, slots=2)
    for number in range(5):
        await generation.accept(a_job(number), MARK)
        under_way(generation, number)

    async with kept_moving(generation):
        await LoopClock().sleep(5)
        running = api.open_now
        await generation.drain(600)

    assert running == 2
    assert len(api.requests) == 5


async def test_no_new_job_is_taken_once_the_bot_stops() -> None:
    generation = a_generation(ScriptedApi(PAINTED))

    generation.stop_accepting()

    with pytest.raises(StoppingError):
        await generation.accept(a_job(1), MARK)


async def test_draining_refuses_new_jobs() -> None:
    generation = a_generation(ScriptedApi(PAINTED))
    await generation.drain(60)

    with pytest.raises(StoppingError):
        await generation.accept(a_job(1), MARK)


async def test_draining_without_jobs_takes_no_time(clock: LoopClock) -> None:
    began_s = clock.monotonic()

    await a_generation(ScriptedApi(PAINTED)).drain(60)

    assert clock.monotonic() == began_s


async def test_draining_ends_as_soon_as_the_last_job_has_finished(clock: LoopClock) -> None:
    generation = a_generation(ScriptedApi(SLOW))
    await generation.accept(a_job(1), MARK)
    display = under_way(generation, 1)
    began_s = clock.monotonic()

    await generation.drain(60)

    assert isinstance(display.last, Done)
    assert clock.monotonic() - began_s == 30


async def test_what_is_not_done_after_the_grace_period_is_handed_over_and_told(
    clock: LoopClock,
) -> None:
    api = ScriptedApi(SLOW)
    generation = a_generation(api)
    await generation.accept(a_job(1), MARK)
    display = under_way(generation, 1)
    began_s = clock.monotonic()

    await generation.drain(12)

    assert clock.monotonic() - began_s == 12
    assert display.last == HandedOver(begun=True)
    assert display.delivered
    assert api.cancelled == []


async def test_jobs_in_line_move_up_within_the_grace_period() -> None:
    generation = a_generation(ScriptedApi(SLOW), slots=1)
    for number in (1, 2):
        await generation.accept(a_job(number), MARK)
    displays = [under_way(generation, number) for number in (1, 2)]

    async with kept_moving(generation):
        await generation.drain(60.5)

    assert [type(display.last) for display in displays] == [Done, Done]


async def test_a_message_that_takes_too_long_does_not_hold_up_the_stop(clock: LoopClock) -> None:
    generation = a_generation(ScriptedApi(SLOW))
    await generation.accept(a_job(1), MARK)
    display = RecordingDisplay(delivery_s=3600)
    generation.start(1, display)
    began_s = clock.monotonic()

    await generation.drain(12)

    assert clock.monotonic() - began_s == 22
    assert not display.delivered


async def test_a_job_that_is_only_being_answered_is_waited_for() -> None:
    generation = a_generation(ScriptedApi(SLOW))
    await generation.accept(a_job(1), MARK)
    draining = asyncio.create_task(generation.drain(60))
    await LoopClock().sleep(1)

    display = under_way(generation, 1)
    await draining

    assert isinstance(display.last, Done)


async def test_a_job_that_is_answered_after_the_grace_period_tells_of_the_stop() -> None:
    api = ScriptedApi(SLOW)
    generation = a_generation(api)
    await generation.accept(a_job(1), MARK)
    draining = asyncio.create_task(generation.drain(12))
    await LoopClock().sleep(13)

    display = under_way(generation, 1)
    await draining

    assert display.last == HandedOver(begun=False)
    assert api.requests == []


async def test_a_job_whose_display_broke_is_logged_and_left_to_be_found(
    caplog: pytest.LogCaptureFixture,
) -> None:
    generation = a_generation(ScriptedApi(SLOW))
    await generation.accept(a_job(1), MARK)
    generation.start(1, BrokenDisplay())
    await LoopClock().sleep(10)

    (record,) = (r for r in caplog.records if r.levelno == logging.ERROR)
    assert a_job(1).reference in record.getMessage()
    assert list(generation.at_work) == []
    assert isinstance(await generation.accept(a_job(2), MARK), Running)
