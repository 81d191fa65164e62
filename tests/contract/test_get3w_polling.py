"""Polling a task: patient with faults, bounded by silence and deadline, and only at the API."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.errors import (
    ConnectionLostError,
    GenerationError,
    GenerationFailedError,
    PictureUnfetchableError,
    SafetyRefusedError,
    ServiceFailedError,
    TimedOutError,
)
from bot.domain.events import Accepted, Completed, Identified, Progressed, Submitting
from bot.domain.pictures import OutputLink
from bot.providers.patience import Patience
from sandbox.get3w import (
    Canary,
    Get3WSandbox,
    JsonObject,
    Output,
    Polling,
    PollPath,
    Reply,
    Scenario,
    event,
)
from tests.image_api_client import KEY, Outcome, SleepingClock, generated, opened

PATIENCE = Patience(silence_s=60.0, deadline_s=600.0)


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
def clock() -> SleepingClock:
    return SleepingClock()


async def polled(
    api: Get3WSandbox, clock: SleepingClock, *answers: str | JsonObject | Reply
) -> Outcome:
    api.default = Scenario.task().polled(*answers)
    async with opened(api.url, clock=clock, patience=PATIENCE) as client:
        return await generated(client)


async def test_a_task_is_polled_until_it_is_completed(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    outcome = await polled(api, clock, "created", "processing", "completed")
    task_id = api.submissions[0].task_id or ""
    assert outcome.events[:-1] == [
        Submitting(),
        Accepted(polled=True),
        Identified(task_id),
        *[Progressed(None)] * 3,
    ]
    assert isinstance(outcome.events[-1], Completed)
    assert len(api.polls) == 3


async def test_polls_carry_the_key_and_ask_for_the_result(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    await polled(api, clock, "completed")
    (poll,) = api.polls
    assert poll.path.endswith(f"/predictions/{poll.task_id}/result")
    assert poll.headers["Authorization"] == f"Bearer {KEY}"


async def test_pauses_grow_from_one_second_to_five_with_jitter(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    await polled(api, clock, *["processing"] * 12, "completed")
    expected = [min(1.3**n, 5.0) for n in range(13)]
    assert clock.slept_s == pytest.approx(expected, rel=0.11)
    assert clock.slept_s != expected


async def test_a_task_that_is_completed_already_is_not_polled(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    api.default = Scenario.task("completed")
    async with opened(api.url, clock=clock) as client:
        outcome = await generated(client)
    assert outcome.completed is not None
    assert api.polls == []


async def test_a_task_with_a_bare_body_is_polled_too(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    answer = Reply.json({"id": "bare-1", "status": "created", "estimated_duration": 52})
    scenario = Scenario.reply(answer)
    api.default = replace(scenario, polling=Polling(answers=("completed",)))
    async with opened(api.url, clock=clock) as client:
        outcome = await generated(client)
    assert Identified("bare-1") in outcome.events


async def test_progress_in_a_poll_is_told(api: Get3WSandbox, clock: SleepingClock) -> None:
    outcome = await polled(api, clock, {"status": "processing", "progress": 0.4}, "completed")
    assert 0.4 in outcome.fractions


async def test_a_wait_that_ran_out_upstream_is_no_end(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    slow: JsonObject = {"status": "processing", "code": 5004, "error": "Sync mode timed out"}
    assert (await polled(api, clock, slow, "completed")).completed is not None


async def test_a_picture_inside_a_poll_arrives(api: Get3WSandbox, clock: SleepingClock) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(2_000_000)
    api.default = Scenario.task().with_outputs(Output.base64(picture))
    async with opened(api.url, clock=clock) as client:
        outcome = await generated(client)
    assert outcome.completed is not None
    (output,) = outcome.completed.outputs
    assert not isinstance(output, OutputLink)
    assert output.data == picture


@pytest.mark.parametrize("path", PollPath)
async def test_a_task_that_isnt_at_one_address_is_asked_for_at_the_other(
    api: Get3WSandbox, clock: SleepingClock, path: PollPath
) -> None:
    api.default = replace(Scenario.task(), polling=Polling(path=path))
    async with opened(api.url, clock=clock) as client:
        outcome = await generated(client)
    assert outcome.completed is not None


@pytest.mark.parametrize(
    "fault",
    [
        Reply.html(500),
        Reply.html(502),
        Reply.html(200),
        Reply.empty(200),
        Reply.refusal(429, "slow down"),
        Reply.refusal(404, "not yet"),
        Reply.refusal(401, "who?"),
        Reply.json({"code": 500, "message": "x", "data": None}),
        Reply.raw(b'{"code":200,"data":{', "application/json"),
        Reply.reset(),
        Reply.json({"status": "processing"}).cut(5),
    ],
    ids=[
        *("500", "502", "page", "empty", "429", "404", "401"),
        *("code", "half", "reset", "cut"),
    ],
)
async def test_a_fault_of_a_poll_is_just_another_round(
    api: Get3WSandbox, clock: SleepingClock, fault: Reply
) -> None:
    outcome = await polled(api, clock, "processing", fault, fault, "completed")
    assert outcome.completed is not None
    assert len(api.submissions) == outcome.submissions == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(Reply.html(500), ServiceFailedError), (Reply.reset(), ConnectionLostError)],
)
async def test_faults_end_a_task_after_a_minute_without_an_answer(
    api: Get3WSandbox, clock: SleepingClock, fault: Reply, expected: type[GenerationError]
) -> None:
    outcome = await polled(api, clock, "processing", fault)
    assert isinstance(outcome.error, expected)
    assert 60 <= sum(clock.slept_s) < 70


async def test_each_answer_begins_the_minute_anew(api: Get3WSandbox, clock: SleepingClock) -> None:
    faults = [Reply.html(500)] * 10
    answers = [*faults, "processing", *faults, "processing", *faults, "completed"]
    assert (await polled(api, clock, *answers)).completed is not None
    assert sum(clock.slept_s) > 100


async def test_the_deadline_ends_polling(api: Get3WSandbox, clock: SleepingClock) -> None:
    outcome = await polled(api, clock, "processing")
    assert isinstance(outcome.error, TimedOutError)
    assert sum(clock.slept_s) == pytest.approx(600, abs=0.1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("failed", GenerationFailedError),
        ("cancelled", GenerationFailedError),
        ("canceled", GenerationFailedError),
        ("timeout", GenerationFailedError),
        ("deleted", GenerationFailedError),
        ({"status": "failed", "code": 1200, "error": "x"}, SafetyRefusedError),
        ({"status": "failed", "error": "flagged as sensitive"}, SafetyRefusedError),
        ({"status": "completed", "outputs": []}, PictureUnfetchableError),
        ({"status": "completed", "outputs": [7, None, {"x": 1}]}, PictureUnfetchableError),
    ],
)
async def test_a_task_may_end_without_a_picture(
    api: Get3WSandbox,
    clock: SleepingClock,
    answer: str | JsonObject,
    expected: type[GenerationError],
) -> None:
    outcome = await polled(api, clock, "processing", answer)
    assert type(outcome.error) is expected
    assert outcome.submissions == 1


async def test_the_key_never_goes_to_an_address_that_the_api_names(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    async with Canary.open() as canary:
        address = canary.url.replace("canary.png", "api/v3/predictions/elsewhere-1/result")
        named = event({"status": "processing", "urls": {"get": address}})
        redirected = Reply.redirect(address)
        api.default = Scenario.events(named).polled(redirected, redirected, "completed")
        async with opened(api.url, clock=clock, patience=PATIENCE) as client:
            outcome = await generated(client)
        assert canary.n_connections == 0
    assert Identified("elsewhere-1") in outcome.events
    assert {poll.task_id for poll in api.polls} == {"elsewhere-1"}
