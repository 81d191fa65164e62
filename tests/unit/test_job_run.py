"""A job from its place in line to its end, without anybody breaking it off."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import (
    Charge,
    ConnectionLostError,
    ModelUnavailableError,
    PictureUnfetchableError,
    SafetyRefusedError,
    ServiceBusyError,
    UnexpectedError,
)
from bot.domain.events import (
    Accepted,
    Busy,
    Completed,
    Identified,
    Progressed,
    Submitting,
)
from bot.domain.jobs import Delayed, Done, Failed, Running, Waiting
from bot.domain.journal import Step as JournalStep
from bot.domain.pictures import OutputLink
from bot.domain.requests import OwnPicture
from bot.storage.memory import MemoryRunTimes
from tests.unit.books import Counter, Policies, a_policy
from tests.unit.jobs import a_job, a_picture
from tests.unit.scripted import (
    PAINTED,
    PICTURE_LINK,
    SUBMITTED,
    Door,
    RecordingDisplay,
    ScriptedApi,
    Step,
    a_workshop,
    joined,
    journal_of,
    moving,
)
from tests.unit.virtual_time import FIRST_S, START, LoopClock

POLLED: tuple[Step, ...] = (Submitting(), Accepted(polled=True))
LINKS = tuple(OutputLink(f"https://pictures.example/{n}.png") for n in range(6))


async def run(*script: Step, door: Door | None = None) -> RecordingDisplay:
    display = RecordingDisplay()
    await joined(a_job(), a_workshop(ScriptedApi(script), door)).run(display)
    return display


def percents(display: RecordingDisplay) -> list[int | None]:
    return [state.percent for state in display.states if isinstance(state, Running)]


def error_of(display: RecordingDisplay) -> BaseException:
    assert isinstance(display.last, Failed)
    return display.last.error


async def past_runs(*seconds: float) -> MemoryRunTimes:
    times = MemoryRunTimes()
    for one in seconds:
        await times.record("get3w/flux-dev", one)
    return times


async def test_a_picture_is_shown_with_what_the_service_said_of_it() -> None:
    completed = Completed((PICTURE_LINK,), flagged=(False, True), seed=42)

    display = await run(*SUBMITTED, 3.5, completed)

    assert isinstance(display.last, Done)
    assert display.last.took_s == 3.5
    assert display.last.seed == 42
    assert display.last.flagged
    assert display.last.pictures == (a_picture(PICTURE_LINK.url.encode()),)


async def test_percentages_are_shown_as_the_service_tells_them() -> None:
    told = [Progressed(fraction) for fraction in (0.1, 0.29, 0.5, 0.9)]

    display = await run(*SUBMITTED, *told, Completed((PICTURE_LINK,)))

    assert percents(display)[-4:] == [10, 29, 50, 90]


@pytest.mark.parametrize(("fraction", "percent"), [(1.0, 99), (1.7, 99), (-0.5, 0), (0.999, 99)])
async def test_a_percentage_stays_between_0_and_99(fraction: float, percent: int) -> None:
    display = await run(*SUBMITTED, Progressed(fraction), Completed((PICTURE_LINK,)))

    assert percents(display)[-1] == percent


async def test_the_expected_end_follows_from_the_pace_so_far() -> None:
    display = await run(*SUBMITTED, 30, Progressed(0.25), Completed((PICTURE_LINK,)))

    running = display.states[-2]
    assert isinstance(running, Running)
    assert running.ready_at == START + timedelta(seconds=120)


async def test_a_slot_that_comes_during_the_first_answer_is_shown_at_once() -> None:
    workshop = a_workshop(ScriptedApi((60, *PAINTED)), slots=1)
    runner, waiting = (joined(a_job(9000 + n), workshop) for n in range(2))
    first, display = waiting.first_state(), RecordingDisplay()

    async with moving(workshop):
        await runner.withdraw()
        await LoopClock().sleep(1)
        await waiting.run(display)

    assert first == Waiting(1)
    assert isinstance(display.states[0], Running)
    assert display.at_s[0] == FIRST_S + 1


async def test_progress_without_a_number_keeps_the_last_one() -> None:
    display = await run(*SUBMITTED, Progressed(0.4), Progressed(None), Completed((PICTURE_LINK,)))

    assert percents(display)[-1] == 40


async def test_a_polled_job_shows_no_number_while_no_run_time_is_known() -> None:
    display = await run(*POLLED, 2, Progressed(None), 2, Completed((PICTURE_LINK,)))

    states = [state for state in display.states if isinstance(state, Running)]
    assert not any(state.estimated for state in states)
    assert {state.percent for state in states} == {None}


async def test_a_polled_job_is_estimated_by_the_runs_before_it() -> None:
    workshop = a_workshop(
        ScriptedApi((*POLLED, 5, Completed((PICTURE_LINK,)))), run_times=await past_runs(8, 10, 99)
    )
    display = RecordingDisplay()

    await joined(a_job(), workshop).run(display)

    running = display.states[-2]
    assert isinstance(running, Running)
    assert running.typical_s == 10
    assert running.ready_at == START + timedelta(seconds=10)


async def test_a_stream_without_numbers_is_estimated_too() -> None:
    script = (*SUBMITTED, 1, Progressed(None), Completed((PICTURE_LINK,)))
    workshop = a_workshop(ScriptedApi(script), run_times=await past_runs(10))
    display = RecordingDisplay()

    await joined(a_job(), workshop).run(display)

    running = display.states[-2]
    assert isinstance(running, Running)
    assert running.typical_s == 10
    assert running.started_at == START


async def test_a_run_time_counts_from_the_accepted_submission() -> None:
    times = MemoryRunTimes()
    refused = (Submitting(), 1, Busy(4), 4)
    api = ScriptedApi((*refused, *SUBMITTED, 6, Completed((PICTURE_LINK,))))

    await joined(a_job(), a_workshop(api, run_times=times)).run(RecordingDisplay())

    assert times.typical_s("get3w/flux-dev") == 6


async def test_a_failed_run_leaves_no_run_time() -> None:
    times = MemoryRunTimes()
    api = ScriptedApi((*SUBMITTED, 6, ConnectionLostError()))

    await joined(a_job(), a_workshop(api, run_times=times)).run(RecordingDisplay())

    assert times.typical_s("get3w/flux-dev") is None


async def test_a_job_in_line_expects_its_turn_by_the_runs_before_it() -> None:
    workshop = a_workshop(ScriptedApi(PAINTED), slots=2, run_times=await past_runs(10))
    runs = [joined(a_job(number), workshop) for number in range(5)]

    assert runs[2].first_state() == Waiting(1, START + timedelta(seconds=10))
    assert runs[4].first_state() == Waiting(3, START + timedelta(seconds=20))


async def test_a_job_in_line_promises_nothing_while_no_run_time_is_known() -> None:
    workshop = a_workshop(ScriptedApi(PAINTED), slots=1)
    runs = [joined(a_job(number), workshop) for number in range(2)]

    assert runs[1].first_state() == Waiting(1)


async def test_a_job_with_a_slot_begins_as_running() -> None:
    assert joined(a_job(), a_workshop(ScriptedApi(PAINTED))).first_state() == Running(START)


async def test_a_refusal_for_load_is_shown_with_the_moment_of_the_next_attempt() -> None:
    display = await run(Submitting(), 1, Busy(4), 4, *PAINTED)

    delayed = [state for state in display.states if isinstance(state, Delayed)]
    assert delayed == [Delayed(START + timedelta(seconds=5))]
    assert isinstance(display.last, Done)


async def test_refusals_for_load_without_end_are_a_failure_that_costs_nothing() -> None:
    display = await run(Submitting(), Busy(2), 2, Submitting(), ServiceBusyError())

    error = error_of(display)
    assert isinstance(error, ServiceBusyError)
    assert error.charge is Charge.NOTHING


async def test_an_error_of_the_service_is_the_end_that_is_shown() -> None:
    display = await run(*SUBMITTED, SafetyRefusedError())

    assert isinstance(error_of(display), SafetyRefusedError)


async def test_an_unknown_model_is_answered_with_those_that_may_be_used() -> None:
    workshop = a_workshop(
        ScriptedApi((Submitting(), ModelUnavailableError("b/gone"))),
        counter=Counter(Policies(a_policy("a/one", "b/gone"))),
    )
    display = RecordingDisplay()

    await joined(a_job(model="b/gone"), workshop).run(display)

    error = error_of(display)
    assert isinstance(error, ModelUnavailableError)
    assert error.model == "b/gone"
    assert error.allowed == ("get3w/flux-dev", "a/one")


async def test_a_mistake_of_ours_is_told_as_one_and_logged_with_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    display = await run(*SUBMITTED, ZeroDivisionError())

    error = error_of(display)
    assert isinstance(error, UnexpectedError)
    assert error.charge is Charge.MAYBE
    (record,) = (r for r in caplog.records if r.levelno == logging.ERROR)
    assert a_job().reference in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


async def test_a_mistake_before_the_submission_costs_nothing() -> None:
    error = error_of(await run(ZeroDivisionError()))

    assert isinstance(error, UnexpectedError)
    assert error.charge is Charge.NOTHING


async def test_a_provider_that_just_ends_is_a_mistake_of_ours_with_a_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    display = await run(*SUBMITTED)

    assert isinstance(error_of(display), UnexpectedError)
    assert any(record.exc_info for record in caplog.records)


async def test_all_outputs_of_a_job_are_shown_up_to_four() -> None:
    door = Door()

    display = await run(*SUBMITTED, Completed(LINKS), door=door)

    assert isinstance(display.last, Done)
    assert len(display.last.pictures) == 4
    assert door.fetched == 4


async def test_one_broken_output_does_not_take_the_others_with_it() -> None:
    door = Door({LINKS[0].url: [PictureUnfetchableError()]})

    display = await run(*SUBMITTED, Completed(LINKS[:3]), door=door)

    assert isinstance(display.last, Done)
    assert [p.data for p in display.last.pictures] == [link.url.encode() for link in LINKS[1:3]]
    assert display.last.missing == 1


async def test_a_job_fails_where_no_output_can_be_fetched() -> None:
    door = Door({link.url: [PictureUnfetchableError()] for link in LINKS})

    display = await run(*SUBMITTED, Completed(LINKS), door=door)

    assert isinstance(error_of(display), PictureUnfetchableError)


async def test_a_completion_without_outputs_is_a_picture_that_cannot_be_fetched() -> None:
    display = await run(*SUBMITTED, Completed(()))

    assert isinstance(error_of(display), PictureUnfetchableError)


async def test_the_journal_keeps_the_message_that_tells_the_end() -> None:
    display, workshop = RecordingDisplay(), a_workshop(ScriptedApi(PAINTED))
    run = joined(a_job(), workshop)
    display.channel_id, display.message_id = 2009, 6009

    await run.run(display)

    entry = journal_of(workshop).entries[a_job().id]
    assert (entry.channel_id, entry.message.message_id) == (2009, 6009)


@pytest.mark.parametrize(
    ("source", "kept"), [(OwnPicture(8001), JournalStep.QUEUED), (None, JournalStep.ACCEPTED)]
)
async def test_the_answer_is_in_the_journal_before_a_picture_to_begin_with_is_sent(
    source: OwnPicture | None, kept: JournalStep
) -> None:
    workshop, job = a_workshop(ScriptedApi((5, *PAINTED))), a_job()
    job = replace(job, request=replace(job.request, source=source))
    run = joined(job, workshop)

    running = asyncio.create_task(run.run(RecordingDisplay()))
    await LoopClock().sleep(1)
    assert journal_of(workshop).entries[job.id].step is kept

    await running
    assert journal_of(workshop).entries[job.id].step is JournalStep.DELIVERED


async def test_pictures_are_let_go_of_once_the_message_has_them() -> None:
    door = Door()

    await run(*SUBMITTED, Completed(LINKS[:3]), door=door)

    assert door.fetched == 3
    assert door.held == []


async def test_pictures_are_kept_until_the_message_has_them(clock: LoopClock) -> None:
    door, display = Door(), RecordingDisplay(delivery_s=60)
    job = joined(a_job(), a_workshop(ScriptedApi(PAINTED), door))
    task = asyncio.create_task(job.run(display))

    await display.until(Done)
    await clock.sleep(59)

    assert len(door.held) == 1
    await task


async def test_the_slot_is_free_while_the_picture_is_fetched() -> None:
    door = Door({PICTURE_LINK.url: [30.0, a_picture()]})
    workshop = a_workshop(ScriptedApi((*SUBMITTED, Completed((PICTURE_LINK,)))), door, slots=1)
    first, second = joined(a_job(1), workshop), joined(a_job(2), workshop)
    displays = RecordingDisplay(), RecordingDisplay()

    async with moving(workshop), asyncio.TaskGroup() as group:
        group.create_task(first.run(displays[0]))
        group.create_task(second.run(displays[1]))

    assert displays[1].at_s[-1] - displays[1].at_s[0] == 30


async def test_a_job_that_ended_by_itself_is_not_cancelled_upstream() -> None:
    api = ScriptedApi((*SUBMITTED, Identified("p-1"), ConnectionLostError()))

    await joined(a_job(), a_workshop(api)).run(RecordingDisplay())

    assert api.cancelled == []


async def test_the_stream_is_closed_at_every_end() -> None:
    for end in (Completed((PICTURE_LINK,)), SafetyRefusedError(), ZeroDivisionError()):
        api = ScriptedApi((*SUBMITTED, end))
        await joined(a_job(), a_workshop(api)).run(RecordingDisplay())

        assert api.open_now == 0


async def test_a_job_that_is_accepted_late_keeps_the_moment_of_its_first_answer() -> None:
    display = await run(Submitting(), 5, Accepted(polled=False), Completed((PICTURE_LINK,)))

    assert [s.started_at for s in display.states if isinstance(s, Running)] == [START]
