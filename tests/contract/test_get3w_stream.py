"""The stream, in every dialect, against a local Get3W."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import ConnectionLostError, GenerationFailedError, SafetyRefusedError
from bot.domain.events import Accepted, Completed, Identified, Progressed, Submitting
from bot.domain.pictures import OutputData
from bot.domain.requests import ImageRequest
from bot.providers.image_api import ImageApi
from sandbox.get3w import (
    Dialect,
    End,
    Ending,
    Get3WSandbox,
    IdPlace,
    JsonObject,
    Output,
    Scenario,
    Wait,
    Wording,
    event,
    raw,
)
from tests.image_api_client import CAT, KEY, generated, opened


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox) -> AsyncIterator[ImageApi]:
    async with opened(api.url) as image_api:
        yield image_api


async def test_the_documented_stream_is_told_event_by_event(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = Scenario.stream([0.1, 0.5, 0.9])
    outcome = await generated(client)
    assert outcome.events[:-1] == [
        Submitting(),
        Accepted(polled=False),
        Progressed(0.1),
        Progressed(0.5),
        Progressed(0.9),
    ]
    assert outcome.completed is not None
    assert len(outcome.completed.outputs) == 1


async def test_the_request_is_the_documented_one(api: Get3WSandbox, client: ImageApi) -> None:
    api.default = Scenario.stream([])
    await generated(client)
    (submission,) = api.submissions
    assert submission.model == "get3w/flux-dev"
    assert submission.body == {"prompt": "A cat in space", "stream": True}
    assert submission.headers["Authorization"] == f"Bearer {KEY}"
    assert submission.headers["Accept"] == "text/event-stream, application/json"
    assert submission.headers["Accept-Encoding"] == "identity"
    assert submission.headers["Content-Type"] == "application/json"


async def test_any_prompt_arrives_as_it_was_typed(api: Get3WSandbox, client: ImageApi) -> None:
    prompt = 'caf\u00e9 "\U0001f63a"\n\\ <b>&amp;</b> \u202e'
    api.default = Scenario.stream([])
    await generated(client, ImageRequest(prompt, "google/imagen4-fast"))
    assert api.submissions[0].prompt == prompt


async def test_submitting_is_told_before_anything_leaves(
    api: Get3WSandbox, client: ImageApi
) -> None:
    async with client.provider.generate(CAT) as events:
        assert await anext(events) == Submitting()
        assert api.submissions == []


@pytest.mark.parametrize("ids", IdPlace)
@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("wrapping", ["bare", "enveloped"])
async def test_every_dialect_tells_the_same(
    api: Get3WSandbox, client: ImageApi, dialect: Dialect, ids: IdPlace, wrapping: str
) -> None:
    wording = Wording(dialect=dialect, ids=ids, enveloped=wrapping == "enveloped")
    api.default = Scenario.stream([0.25, 0.5], wording=wording)
    outcome = await generated(client)
    identified = [event for event in outcome.events if isinstance(event, Identified)]
    named = [] if ids is IdPlace.NOWHERE else [Identified(api.submissions[0].task_id or "")]
    assert outcome.completed is not None
    assert outcome.fractions == [0.25, 0.5]
    assert identified == named


async def test_an_id_is_told_once_and_before_the_progress(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = Scenario.stream([0.1, 0.2], wording=Wording(ids=IdPlace.TOP))
    kinds = [type(event) for event in (await generated(client)).events]
    assert kinds == [Submitting, Accepted, Identified, Progressed, Progressed, Completed]


@pytest.mark.parametrize("newline", [b"\n", b"\r", b"\r\n"], ids=["lf", "cr", "crlf"])
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
async def test_line_ends_and_chunks_make_no_difference(
    api: Get3WSandbox, client: ImageApi, newline: bytes, size: int
) -> None:
    api.default = Scenario.stream([0.1, 0.5]).with_bom().lines_end_with(newline).sliced(size)
    outcome = await generated(client)
    assert outcome.completed is not None
    assert outcome.fractions == [0.1, 0.5]


async def test_comments_logs_and_rubbish_between_events_are_passed_over(
    api: Get3WSandbox, client: ImageApi
) -> None:
    noise = [
        raw(b": keep-alive\n\n"),
        raw(b"data: not json\n\n"),
        raw(b"data: [1, 2]\n\ndata: null\n\ndata:\n\n"),
        raw(b"event: ping\ndata: {}\n\n"),
        event({"type": "log", "message": "a completed error, they say"}),
        event({"status": "upscaling"}),
    ]
    api.default = Scenario.events(
        event({"status": "processing", "progress": 0.5}),
        *noise,
        event({"status": "completed", "outputs": ["https://cdn.example/a.png"]}),
    )
    outcome = await generated(client)
    assert outcome.completed is not None
    assert outcome.fractions == [0.5, None]


async def test_the_type_of_the_event_counts_where_its_data_has_no_word(
    api: Get3WSandbox, client: ImageApi
) -> None:
    outputs: JsonObject = {"outputs": ["https://cdn.example/a.png"]}
    api.default = Scenario.events(
        event({"progress": 0.5}, name="progress", event_id="7"), event(outputs, name="complete")
    )
    outcome = await generated(client)
    assert outcome.fractions == [0.5]
    assert outcome.completed is not None


async def test_done_ends_a_stream_that_stays_open(api: Get3WSandbox, client: ImageApi) -> None:
    api.default = (
        Scenario.stream([0.5])
        .cut(after_events=1)
        .then(raw(b"data: [DONE]\n\n"), raw(b": later", wait=Wait(after_s=60)))
    )
    outcome = await generated(client)
    assert isinstance(outcome.error, ConnectionLostError)


async def test_a_picture_inside_a_megabyte_long_line_arrives(
    api: Get3WSandbox, client: ImageApi
) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(3_000_000)
    api.default = Scenario.stream([0.5]).with_outputs(Output.base64(picture))
    outcome = await generated(client)
    assert outcome.completed is not None
    assert outcome.completed.outputs == (OutputData(picture),)


async def test_the_events_after_the_first_end_are_not_told(
    api: Get3WSandbox, client: ImageApi
) -> None:
    done: JsonObject = {"status": "completed", "outputs": ["https://cdn.example/a.png"]}
    api.default = Scenario.events(done, done, {"status": "failed", "error": "late"})
    outcome = await generated(client)
    assert [type(event) for event in outcome.events] == [Submitting, Accepted, Completed]
    assert outcome.error is None


async def test_what_was_told_before_a_failure_comes_first(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = Scenario.events(
        {"id": "task-1", "status": "processing", "progress": 0.5}, {"status": "failed"}
    ).sliced(10_000)
    outcome = await generated(client)
    assert outcome.events[-2:] == [Identified("task-1"), Progressed(0.5)]
    assert isinstance(outcome.error, GenerationFailedError)


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    ("message", "code", "expected"),
    [
        ("out of memory", 1403, GenerationFailedError),
        ("out of memory", None, GenerationFailedError),
        ("whatever", 1200, SafetyRefusedError),
        ("Content flagged as potentially sensitive.", None, SafetyRefusedError),
        ("the safety checker is down", 5003, GenerationFailedError),
    ],
)
async def test_a_failed_event_is_a_failure_or_a_refusal_of_the_filter(
    api: Get3WSandbox,
    client: ImageApi,
    dialect: Dialect,
    message: str,
    code: int | None,
    expected: type[Exception],
) -> None:
    api.default = Scenario.events(Wording(dialect=dialect).failed(message, code))
    outcome = await generated(client)
    assert type(outcome.error) is expected
    assert outcome.submissions == len(api.submissions) == 1


async def test_an_echo_of_the_prompt_is_no_word_of_the_safety_filter(
    api: Get3WSandbox, client: ImageApi
) -> None:
    prompt = "a sensitive robot in safety gear"
    api.default = Scenario.events({"status": "failed", "error": f"No worker for '{prompt}'"})
    outcome = await generated(client, ImageRequest(prompt, CAT.model))
    assert isinstance(outcome.error, GenerationFailedError)


async def test_flags_and_seed_of_a_completed_task_are_told(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = Scenario.events(
        {
            "status": "completed",
            "outputs": ["https://cdn.example/a.png", 7, "https://cdn.example/b.png"],
            "has_nsfw_contents": [False, False, True],
            "input": {"seed": 42},
        }
    )
    completed = (await generated(client)).completed
    assert completed is not None
    assert completed.flagged == (False, True)
    assert completed.seed == 42


async def test_the_stream_is_closed_at_its_last_event_and_not_at_its_end(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = Scenario.stream([]).then(raw(b": later", wait=Wait(after_s=60)))
    assert (await generated(client)).completed is not None
    await api.until(lambda: api.submissions[0].end is End.CLIENT_LEFT)


async def test_leaving_the_context_closes_the_stream_and_cancels_nothing(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = (
        Scenario.stream([0.1], wording=Wording(ids=IdPlace.TOP))
        .cut(after_events=1)
        .then(raw(b": later", wait=Wait(after_s=60)))
    )
    async with client.provider.generate(CAT) as events:
        async for told in events:
            if isinstance(told, Progressed):
                break
    await api.until(lambda: api.submissions[0].end is End.CLIENT_LEFT)
    assert api.deletes == []


async def test_cancelling_asks_the_api_to_delete_the_task(
    api: Get3WSandbox, client: ImageApi
) -> None:
    await client.provider.cancel("task-1")
    assert [visit.task_id for visit in api.deletes] == ["task-1"]


@pytest.mark.parametrize("prediction_id", ["", "..", "a/b", "a?b", "a b", "\u00e9", "x" * 129])
async def test_what_is_no_id_is_not_put_into_an_address(
    api: Get3WSandbox, client: ImageApi, prediction_id: str
) -> None:
    await client.provider.cancel(prediction_id)
    assert api.deletes == []


async def test_what_came_before_a_cut_is_not_lost_while_whoever_asks_is_busy(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.default = Scenario.stream([0.1, 0.5]).cut(ending=Ending.RESET)
    async with client.provider.generate(CAT) as events:
        told = [await anext(events), await anext(events)]
        # Whoever asks writes down what it was told; the rest comes, and the connection ends.
        await api.until(lambda: api.submissions[0].completed_at_s)
        for _ in range(500):
            await asyncio.sleep(0)

        told += [event async for event in events]

    assert isinstance(told[-1], Completed)
