"""The clocks of a stream: silence, no news, and the deadline."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import ConnectionLostError, TimedOutError
from bot.domain.events import Accepted, Completed, Identified, Progressed, Submitting
from bot.providers.patience import Patience
from sandbox.get3w import (
    Blank,
    End,
    Ending,
    Get3WSandbox,
    IdPlace,
    JsonObject,
    Reply,
    Scenario,
    Wait,
    Wording,
    event,
    raw,
)
from tests.image_api_client import Outcome, RealClock, SleepingClock, generated, opened

SILENT = Patience(silence_s=0.15)
STUCK = Patience(silence_s=5.0, progress_s=0.25, deadline_s=20.0)
LATE = Patience(silence_s=5.0, progress_s=5.0, deadline_s=0.3)
SOON = Wait(after_s=0.02)


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


async def outcome_of(api: Get3WSandbox, scenario: Scenario, patience: Patience) -> Outcome:
    api.default = scenario
    async with opened(api.url, clock=RealClock(), patience=patience) as client:
        outcome = await generated(client)
    await api.until(lambda: api.submissions[0].end is not End.OPEN)
    assert len(api.submissions) == outcome.submissions == 1
    return outcome


def begun(ids: IdPlace = IdPlace.NOWHERE) -> Scenario:
    """Begin a stream that goes no further than its first event."""
    return Scenario.stream([0.1], wording=Wording(ids=ids)).cut(after_events=1)


async def test_silence_without_an_id_is_a_lost_connection(api: Get3WSandbox) -> None:
    silent = Scenario.stream([0.1]).cut(after_events=1, ending=Ending.HANG)
    assert isinstance((await outcome_of(api, silent, SILENT)).error, ConnectionLostError)


async def test_silence_with_an_id_goes_on_by_polling(api: Get3WSandbox) -> None:
    wording = Wording(ids=IdPlace.TOP)
    silent = Scenario.stream([0.1], wording=wording).cut(after_events=1, ending=Ending.HANG)
    outcome = await outcome_of(api, silent, SILENT)
    kinds = [type(told) for told in outcome.events if not isinstance(told, Progressed)]
    assert kinds == [Submitting, Accepted, Identified, Completed]


async def test_the_silence_before_polling_is_not_held_against_the_first_poll(
    api: Get3WSandbox,
) -> None:
    wording = Wording(ids=IdPlace.TOP)
    silent = Scenario.stream([0.1], wording=wording).cut(after_events=1, ending=Ending.HANG)
    outcome = await outcome_of(api, silent.polled(Reply.html(502), "completed"), SILENT)
    assert outcome.completed is not None
    assert len(api.polls) == 2


@pytest.mark.parametrize(
    "drip",
    [
        raw(b": keep-alive\n\n", wait=SOON),
        raw(b"data: {}\n\n", wait=SOON),
        event({"type": "log", "message": "working"}, wait=SOON),
        event({"status": "processing", "progress": 0.1}, wait=SOON),
        raw(b"d", wait=SOON),
    ],
    ids=["comments", "empty", "logs", "same-number", "bytes"],
)
async def test_bytes_that_tell_nothing_new_are_no_progress(api: Get3WSandbox, drip: object) -> None:
    scenario = begun().then(drip).for_ever()
    assert isinstance((await outcome_of(api, scenario, STUCK)).error, ConnectionLostError)


async def test_no_progress_with_an_id_goes_on_by_polling(api: Get3WSandbox) -> None:
    scenario = begun(IdPlace.URLS).then(raw(b": keep-alive\n\n", wait=SOON)).for_ever()
    outcome = await outcome_of(api, scenario, STUCK)
    assert outcome.completed is not None
    assert len(api.polls) > 0


async def test_a_state_without_a_number_keeps_a_stream_alive_until_the_deadline(
    api: Get3WSandbox,
) -> None:
    patience = Patience(silence_s=5.0, progress_s=1.0, deadline_s=2.0)
    scenario = begun().then(event({"status": "processing"}, wait=SOON)).for_ever()
    assert isinstance((await outcome_of(api, scenario, patience)).error, TimedOutError)


@pytest.mark.parametrize("ids", [IdPlace.NOWHERE, IdPlace.TOP])
async def test_the_deadline_ends_a_stream_whatever_it_tells(
    api: Get3WSandbox, ids: IdPlace
) -> None:
    scenario = begun(ids).then(event({"status": "processing"}, wait=SOON)).for_ever()
    assert isinstance((await outcome_of(api, scenario, LATE)).error, TimedOutError)
    assert api.polls == []


async def test_waiting_for_a_busy_service_doesnt_count_for_the_deadline(api: Get3WSandbox) -> None:
    busy = Scenario.refusal(429, "slow down", retry_after="60")
    api.enqueue(busy, busy, busy, Scenario.task())
    clock = SleepingClock()
    async with opened(api.url, clock=clock, patience=Patience(deadline_s=100.0)) as client:
        outcome = await generated(client)
    assert sum(clock.slept_s) > 180
    assert outcome.completed is not None


async def test_a_completed_event_without_outputs_is_looked_up_by_its_id(api: Get3WSandbox) -> None:
    bare: JsonObject = {"status": "completed", "id": Blank.TASK_ID, "outputs": []}
    record: JsonObject = {"status": "completed", "outputs": ["https://cdn.example/a.png"]}
    outcome = await outcome_of(api, Scenario.events(bare).polled(record), STUCK)
    assert outcome.completed is not None
    assert len(api.polls) == 1
