"""Submitting: once, and again only where the attempt before provably cost nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.domain.errors import (
    InputRefusedError,
    ServiceBusyError,
)
from bot.domain.events import Accepted, Busy, Submitting
from bot.domain.requests import ImageRequest
from sandbox.get3w import Get3WSandbox, Json, Reply, Scenario
from tests.image_api_client import CAT, Outcome, SleepingClock, generated, opened


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        sandbox.default = Scenario.stream([0.5])
        yield sandbox


@pytest.fixture
def clock() -> SleepingClock:
    return SleepingClock()


async def submitted(
    api: Get3WSandbox, clock: SleepingClock, *scenarios: Scenario, request: ImageRequest = CAT
) -> Outcome:
    api.enqueue(*scenarios)
    async with opened(api.url, clock=clock) as client:
        return await generated(client, request)


def busy(retry_after: str | None = None) -> Scenario:
    return Scenario.refusal(429, "Rate limit exceeded", retry_after=retry_after)


# -- too busy ------------------------------------------------------------------------------------


async def test_a_busy_service_is_asked_again_after_2_4_and_8_seconds(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    outcome = await submitted(api, clock, busy(), busy(), busy())
    assert outcome.events[:6] == [
        *(Submitting(), Busy(2.0)),
        *(Submitting(), Busy(4.0)),
        *(Submitting(), Busy(8.0)),
    ]
    assert clock.slept_s == [2.0, 4.0, 8.0]
    assert outcome.completed is not None
    assert len(api.submissions) == 4


async def test_a_fourth_refusal_for_load_is_the_end(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    outcome = await submitted(api, clock, *[busy()] * 5)
    assert isinstance(outcome.error, ServiceBusyError)
    assert len(api.submissions) == outcome.submissions == 4


@pytest.mark.parametrize(
    ("retry_after", "pause_s"),
    [("7", 7.0), ("0", 0.0), (" 3 ", 3.0), ("3600", 60.0), ("soon", 2.0), ("-5", 2.0), ("", 2.0)],
)
async def test_the_service_may_say_in_how_many_seconds(
    api: Get3WSandbox, clock: SleepingClock, retry_after: str, pause_s: float
) -> None:
    outcome = await submitted(api, clock, busy(retry_after))
    assert Busy(pause_s) in outcome.events
    assert outcome.completed is not None


@pytest.mark.parametrize(("away_s", "pause_s"), [(20, 20.0), (-20, 0.0), (7200, 60.0)])
async def test_the_service_may_say_when(
    api: Get3WSandbox, clock: SleepingClock, away_s: int, pause_s: float
) -> None:
    moment = clock.now() + timedelta(seconds=away_s)
    outcome = await submitted(api, clock, busy(format_datetime(moment, usegmt=True)))
    assert Busy(pause_s) in outcome.events


async def test_busy_may_come_as_a_code_with_http_200(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    refused = Scenario.reply(Reply.json({"code": 429, "message": "slow down", "data": None}))
    outcome = await submitted(api, clock, refused)
    assert Busy(2.0) in outcome.events
    assert outcome.completed is not None


async def test_busy_is_told_before_the_wait(api: Get3WSandbox, clock: SleepingClock) -> None:
    api.enqueue(busy())
    async with opened(api.url, clock=clock) as client, client.provider.generate(CAT) as events:
        told = [await anext(events), await anext(events)]
        assert told == [Submitting(), Busy(2.0)]
        assert clock.slept_s == []


# -- the wish for a stream -----------------------------------------------------------------------


def names_stream(status: int, body: Json) -> Scenario:
    return Scenario.reply(Reply.json(body, status))


STREAM_REFUSALS = [
    names_stream(400, {"code": 400, "message": "stream is not supported", "data": None}),
    names_stream(404, {"error": "streaming endpoint not found for this model"}),
    names_stream(405, {"message": "Streaming not allowed", "error_code": "x"}),
    names_stream(422, {"detail": [{"loc": ["body", "stream"], "msg": "extra fields"}]}),
    names_stream(422, {"errors": ["unknown field: stream"]}),
    Scenario.reply(Reply.raw(b"unknown parameter 'stream'", "text/plain", 400)),
]


@pytest.mark.parametrize("refusal", STREAM_REFUSALS)
async def test_a_model_that_refuses_to_stream_is_asked_once_more_without(
    api: Get3WSandbox, clock: SleepingClock, refusal: Scenario
) -> None:
    outcome = await submitted(api, clock, refusal, Scenario.task("completed"))
    assert [submission.body.get("stream") for submission in api.submissions] == [True, None]
    assert outcome.events[:3] == [Submitting(), Submitting(), Accepted(polled=True)]
    assert outcome.completed is not None


async def test_the_model_is_remembered_as_not_streaming(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    api.default = Scenario.task("completed")
    api.enqueue(Scenario.refuses_stream())
    async with opened(api.url, clock=clock) as client:
        for model in (CAT.model, CAT.model, "google/imagen4-fast"):
            await generated(client, ImageRequest(CAT.prompt, model))
    wishes = [submission.body.get("stream") for submission in api.submissions]
    assert wishes == [True, None, None, True]


async def test_a_second_refusal_without_the_wish_is_what_it_is(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    outcome = await submitted(api, clock, STREAM_REFUSALS[0], STREAM_REFUSALS[0])
    assert isinstance(outcome.error, InputRefusedError)
    assert len(api.submissions) == 2


@pytest.mark.parametrize(
    ("prompt", "model", "body"),
    [
        ("a stream in a wood", CAT.model, {"message": "Bad prompt: 'a stream in a wood'"}),
        ("a stream in a wood", CAT.model, {"message": "Bad prompt: 'a stream in a w...'"}),
        ("A Stream", CAT.model, {"error": "bad input a stream"}),
        ("a cat", "acme/stream-xl", {"message": "model acme/stream-xl can't do that"}),
        (
            "a cat",
            CAT.model,
            {"detail": [{"loc": ["body", "size"], "input": {"stream": True}, "msg": "stream?"}]},
        ),
        ("a cat", CAT.model, {"detail": [{"msg": "missing", "input": {"stream": True}}]}),
        ("a cat", CAT.model, {"message": "the upstream is unhappy"}),
    ],
)
async def test_an_echo_of_the_word_stream_is_no_such_refusal(
    api: Get3WSandbox, clock: SleepingClock, prompt: str, model: str, body: Json
) -> None:
    refusal = names_stream(400, body)
    outcome = await submitted(api, clock, refusal, request=ImageRequest(prompt, model))
    assert isinstance(outcome.error, InputRefusedError)
    assert len(api.submissions) == 1


async def test_a_prompt_with_the_word_doesnt_hide_a_real_refusal(
    api: Get3WSandbox, clock: SleepingClock
) -> None:
    refusal = Scenario.refusal(422, "property stream is not supported by this model")
    request = ImageRequest("a stream in a wood", CAT.model)
    await submitted(api, clock, refusal, Scenario.task("completed"), request=request)
    assert len(api.submissions) == 2


async def test_streams_can_be_switched_off(api: Get3WSandbox, clock: SleepingClock) -> None:
    api.default = Scenario.task("completed")
    async with opened(api.url, clock=clock, stream=False) as client:
        outcome = await generated(client)
    assert api.submissions[0].body == {"prompt": CAT.prompt}
    assert outcome.completed is not None
