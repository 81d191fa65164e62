"""A job that somebody breaks off, or that breaks under way."""

import asyncio

import pytest

from bot.domain.errors import (
    Charge,
    ConnectionLostError,
    InterruptedByStopError,
    JobEndedError,
)
from bot.domain.events import Accepted, Busy, Completed, Identified, Progressed, Submitting
from bot.domain.jobs import Cancelled, Delayed, Done, Failed, HandedOver, Running
from bot.domain.journal import Step
from bot.domain.pictures import OutputLink
from bot.services.job_making import Workshop
from tests.unit.jobs import a_job, a_picture
from tests.unit.scripted import (
    PAINTED,
    PICTURE_LINK,
    SUBMITTED,
    BrokenDisplay,
    Door,
    RecordingDisplay,
    ScriptedApi,
    StubbornApi,
    a_workshop,
    joined,
    journal_of,
)
from tests.unit.scripted import Step as ScriptStep
from tests.unit.virtual_time import LoopClock

MODERATOR_ID = 4002
NAMED = (*SUBMITTED, Identified("p-1"), Progressed(0.1), 60, Completed((PICTURE_LINK,)))
UNNAMED = (*SUBMITTED, Progressed(0.1), 60, Completed((PICTURE_LINK,)))


def has_a_free_slot(workshop: Workshop) -> bool:
    return isinstance(joined(a_job(9999), workshop).first_state(), Running)


async def cancelled_after(seconds: float, api: ScriptedApi) -> RecordingDisplay:
    job, display = joined(a_job(), a_workshop(api)), RecordingDisplay()
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(seconds)
    job.cancel(MODERATOR_ID)
    await task
    return display


async def test_cancelling_in_line_costs_nothing_and_submits_nothing() -> None:
    api = ScriptedApi(UNNAMED)
    workshop = a_workshop(api, slots=1)
    joined(a_job(1), workshop)
    second, display = joined(a_job(2), workshop), RecordingDisplay()
    task = asyncio.create_task(second.run(display))
    await LoopClock().sleep(3)

    second.cancel(MODERATOR_ID)
    await task

    assert display.last == Cancelled(MODERATOR_ID, Charge.NOTHING)
    assert api.requests == []


async def test_cancelling_before_the_work_began_costs_nothing() -> None:
    api = ScriptedApi(UNNAMED)
    workshop = a_workshop(api, slots=1)
    job, display = joined(a_job(), workshop), RecordingDisplay()

    job.cancel(MODERATOR_ID)
    await job.run(display)

    assert display.states == [Cancelled(MODERATOR_ID, Charge.NOTHING)]
    assert api.requests == []
    assert has_a_free_slot(workshop)


async def test_cancelling_while_it_runs_may_have_cost_something() -> None:
    api = ScriptedApi(UNNAMED)

    display = await cancelled_after(5, api)

    assert display.last == Cancelled(MODERATOR_ID, Charge.MAYBE)
    assert api.open_now == 0


async def test_a_cancelled_job_is_stopped_upstream_where_it_has_a_name() -> None:
    api = ScriptedApi(NAMED)

    await cancelled_after(5, api)

    assert api.cancelled == ["p-1"]


async def test_a_cancelled_job_without_a_name_is_only_closed() -> None:
    api = ScriptedApi(UNNAMED)

    await cancelled_after(5, api)

    assert api.cancelled == []


async def test_stopping_upstream_does_not_wait_for_the_message() -> None:
    api = ScriptedApi(NAMED)
    job, display = joined(a_job(), a_workshop(api)), RecordingDisplay(delivery_s=60)
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(5)

    job.cancel(MODERATOR_ID)
    await LoopClock().sleep(1)

    assert api.cancelled == ["p-1"]
    assert not display.delivered
    await task


async def test_a_stop_upstream_that_breaks_does_not_break_the_message() -> None:
    api = StubbornApi(NAMED)

    display = await cancelled_after(5, api)

    assert api.cancelled == ["p-1"]
    assert display.delivered


async def test_an_error_while_the_stream_closes_does_not_hide_the_cancel() -> None:
    display = await cancelled_after(5, StubbornApi(UNNAMED))

    assert display.last == Cancelled(MODERATOR_ID, Charge.MAYBE)


async def test_cancelling_while_the_service_is_busy_costs_nothing() -> None:
    api = ScriptedApi((Submitting(), Busy(8), 8, *PAINTED))

    display = await cancelled_after(5, api)

    assert isinstance(display.states[-2], Delayed)
    assert display.last == Cancelled(MODERATOR_ID, Charge.NOTHING)


async def test_cancelling_is_refused_once_the_picture_is_made() -> None:
    door = Door({PICTURE_LINK.url: [10.0, a_picture()]})
    job, display = joined(a_job(), a_workshop(ScriptedApi(PAINTED), door)), RecordingDisplay()
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(5)

    with pytest.raises(JobEndedError):
        job.cancel(MODERATOR_ID)

    await task
    assert isinstance(display.last, Done)


async def test_cancelling_twice_is_refused() -> None:
    job, display = joined(a_job(), a_workshop(ScriptedApi(UNNAMED))), RecordingDisplay()
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(5)
    job.cancel(MODERATOR_ID)

    with pytest.raises(JobEndedError):
        job.cancel(MODERATOR_ID)

    await task


async def test_cancelling_a_failed_job_is_refused_while_its_message_is_still_on_the_way() -> None:
    api = ScriptedApi((*SUBMITTED, Identified("p-1"), ConnectionLostError()))
    job, display = joined(a_job(), a_workshop(api)), RecordingDisplay(delivery_s=60)
    task = asyncio.create_task(job.run(display))
    await display.until(Failed)

    with pytest.raises(JobEndedError):
        job.cancel(MODERATOR_ID)

    await task
    assert api.cancelled == []


async def test_a_job_that_can_be_asked_for_again_is_left_to_another_process() -> None:
    api = ScriptedApi(NAMED)
    workshop = a_workshop(api)
    job, display = joined(a_job(), workshop), RecordingDisplay()
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(5)

    job.hand_over()
    await task

    left = journal_of(workshop).entries[a_job().id]
    assert display.last == HandedOver(begun=True)
    assert api.cancelled == []
    assert (left.step, left.owner, left.open) == (Step.RUNNING, None, True)


async def test_a_job_that_cannot_be_found_again_ends_with_the_process() -> None:
    api = ScriptedApi(UNNAMED)
    workshop = a_workshop(api)
    job, display = joined(a_job(), workshop), RecordingDisplay()
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(5)

    job.hand_over()
    await task

    assert isinstance(display.last, Failed)
    assert isinstance(display.last.error, InterruptedByStopError)
    assert display.last.error.charge is Charge.MAYBE
    assert journal_of(workshop).entries[a_job().id].step is Step.INTERRUPTED


async def test_a_job_in_line_is_left_to_another_process() -> None:
    workshop = a_workshop(ScriptedApi(UNNAMED), slots=1)
    joined(a_job(1), workshop)
    second, display = joined(a_job(2), workshop), RecordingDisplay()
    task = asyncio.create_task(second.run(display))
    await LoopClock().sleep(1)

    second.hand_over()
    await task

    left = journal_of(workshop).entries[2]
    assert display.last == HandedOver(begun=False)
    assert (left.step, left.owner) == (Step.QUEUED, None)


async def test_a_message_on_its_way_is_brought_by_the_process_that_stops() -> None:
    api = ScriptedApi(PAINTED)
    job, display = joined(a_job(), a_workshop(api)), RecordingDisplay(delivery_s=60)
    task = asyncio.create_task(job.run(display))
    await display.until(Done)

    job.hand_over()
    await task

    assert isinstance(display.last, Done)
    assert display.delivered


async def test_a_picture_that_is_made_is_still_brought_when_the_bot_stops() -> None:
    slow = OutputLink("https://pictures.example/s")
    door = Door({slow.url: [60.0, a_picture()]})
    api = ScriptedApi((*SUBMITTED, Identified("p-1"), Completed((slow,))))
    job, display = joined(a_job(), a_workshop(api, door)), RecordingDisplay()
    task = asyncio.create_task(job.run(display))
    await LoopClock().sleep(5)

    job.hand_over()
    await task

    assert isinstance(display.last, Done)
    assert door.held == []
    assert api.cancelled == [], "the API has made the picture already"


@pytest.mark.parametrize("script", [NAMED, UNNAMED])
async def test_a_display_that_breaks_ends_the_work(script: tuple[ScriptStep, ...]) -> None:
    api = ScriptedApi(script)
    workshop = a_workshop(api, slots=1)

    with pytest.raises(ExceptionGroup):
        await joined(a_job(), workshop).run(BrokenDisplay())

    assert api.open_now == 0


async def test_a_display_that_breaks_stops_the_job_upstream() -> None:
    api = ScriptedApi(NAMED)

    with pytest.raises(ExceptionGroup):
        await joined(a_job(), a_workshop(api)).run(BrokenDisplay())

    assert api.cancelled == ["p-1"]


async def test_a_display_that_breaks_lets_go_of_the_pictures() -> None:
    quick, slow = OutputLink("https://pictures.example/q"), OutputLink("https://pictures.example/s")
    door = Door({slow.url: [60.0, a_picture()]})
    api = ScriptedApi((*SUBMITTED, Completed((quick, slow))))

    with pytest.raises(ExceptionGroup):
        await joined(a_job(), a_workshop(api, door)).run(BrokenDisplay())

    assert door.fetched == 1
    assert door.held == []


async def test_a_job_that_is_withdrawn_leaves_its_slot() -> None:
    workshop = a_workshop(ScriptedApi(UNNAMED), slots=1)
    job = joined(a_job(), workshop)

    await job.withdraw()

    assert has_a_free_slot(workshop)


async def test_a_new_pace_is_shown_after_the_service_was_busy() -> None:
    display = RecordingDisplay()
    script = (Submitting(), Busy(2), 2, Submitting(), Accepted(polled=False), 1)
    api = ScriptedApi((*script, Completed((PICTURE_LINK,))))

    await joined(a_job(), a_workshop(api)).run(display)

    kinds = [type(state) for state in display.states]
    assert kinds == [Delayed, Running, Done]
    assert api.submissions == 2
