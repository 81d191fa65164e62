"""Refusals and rubbish: told by our own errors, without a word of the service's."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import (
    AccountRefusedError,
    GenerationError,
    InputRefusedError,
    ModelUnavailableError,
    SafetyRefusedError,
    ServiceFailedError,
)
from bot.domain.requests import ImageRequest
from sandbox.get3w import Get3WSandbox, Json, Reply, Scenario
from tests.image_api_client import CAT, KEY, Outcome, SleepingClock, generated, opened


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


UPSTREAM_WORDS = "xyzzy upstream words"


UPSTREAM_WORDS = "xyzzy upstream words"


def shapes(status: int) -> list[Reply]:
    """Give one refusal in every shape that was ever seen."""
    documents: list[Json] = [
        {"code": status, "message": UPSTREAM_WORDS, "data": None},
        {"code": status, "error": UPSTREAM_WORDS},
        {"error": UPSTREAM_WORDS},
        {"error": {"message": UPSTREAM_WORDS, "code": status}},
        {"message": UPSTREAM_WORDS, "error_code": "E1"},
        {"detail": UPSTREAM_WORDS},
        {"detail": [{"msg": UPSTREAM_WORDS}]},
        {"errors": [UPSTREAM_WORDS]},
        [UPSTREAM_WORDS],
        UPSTREAM_WORDS,
    ]
    replies = [Reply.json(document, status) for document in documents]
    return [*replies, Reply.html(status), Reply.empty(status), Reply.raw(b"\xff{", "x/y", status)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, InputRefusedError),
        (401, AccountRefusedError),
        (402, AccountRefusedError),
        (403, AccountRefusedError),
        (404, ModelUnavailableError),
        (405, ServiceFailedError),
        (413, InputRefusedError),
        (422, InputRefusedError),
        (500, ServiceFailedError),
        (502, ServiceFailedError),
        (503, ServiceFailedError),
        (504, ServiceFailedError),
    ],
)
async def test_a_refusal_is_told_by_its_status_in_whatever_shape(
    api: Get3WSandbox, clock: SleepingClock, status: int, expected: type[GenerationError]
) -> None:
    for shape in shapes(status):
        outcome = await submitted(api, clock, Scenario.reply(shape))
        assert type(outcome.error) is expected
        assert UPSTREAM_WORDS not in f"{outcome.error} {outcome.error!r} {vars(outcome.error)}"
        assert outcome.submissions == 1
    assert len(api.submissions) == len(shapes(status))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500])
async def test_an_envelopes_code_counts_like_a_status(
    api: Get3WSandbox, clock: SleepingClock, status: int
) -> None:
    body: Json = {"code": status, "message": UPSTREAM_WORDS, "data": None}
    by_status = await submitted(api, clock, Scenario.reply(Reply.json(body, status)))
    by_code = await submitted(api, clock, Scenario.reply(Reply.json(body)))
    assert type(by_code.error) is type(by_status.error)


@pytest.mark.parametrize("status", [401, 402, 403])
async def test_the_host_is_told_of_a_refused_account(
    api: Get3WSandbox, clock: SleepingClock, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        outcome = await submitted(api, clock, Scenario.refusal(status, UPSTREAM_WORDS))
    assert isinstance(outcome.error, AccountRefusedError)
    assert outcome.error.status == status
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert str(status) in warning.getMessage()
    assert UPSTREAM_WORDS not in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("body", "field", "max_characters"),
    [
        ({"detail": [{"loc": ["body", "prompt"], "msg": UPSTREAM_WORDS}]}, "prompt", None),
        (
            {
                "detail": [
                    {"loc": ["body", "prompt"], "msg": "too long", "ctx": {"max_length": 800}}
                ]
            },
            "prompt",
            800,
        ),
        ({"message": "prompt must be at most 1,000 characters"}, "prompt", 1000),
        ({"message": "prompt must be at most 1000 characters"}, "prompt", 1000),
        ({"error": "Missing required field: prompt"}, "prompt", None),
        ({"errors": [{"field": "input.seed", "message": "no"}]}, "seed", None),
        ({"error": {"param": "width", "message": "no"}}, "size", None),
        ({"message": 'invalid "aspect_ratio" value'}, "size", None),
        ({"message": "the size of things, and their seed"}, None, None),
        ({"message": "no", "field": "secret_internal_thing"}, None, None),
        ({"detail": [{"loc": ["body", "seed"], "ctx": {"max_length": 9}}]}, "seed", None),
    ],
)
async def test_what_is_wrong_with_the_input_is_told_by_our_own_names(
    api: Get3WSandbox, clock: SleepingClock, body: Json, field: str | None, max_characters: int
) -> None:
    outcome = await submitted(api, clock, Scenario.reply(Reply.json(body, 422)))
    assert isinstance(outcome.error, InputRefusedError)
    assert (outcome.error.field, outcome.error.max_characters) == (field, max_characters)


@pytest.mark.parametrize(
    "reply",
    [
        Reply.json({"code": 1200, "message": "x"}, 400),
        Reply.json({"error": "The prompt was flagged by moderation"}, 422),
        Reply.json({"code": 1200, "message": "x", "data": None}),
        Reply.json({"code": 200, "data": {"status": "failed", "code": 1200, "error": "x"}}),
        Reply.json({"id": "a", "status": "failed", "error": "nsfw content"}),
    ],
)
async def test_the_safety_filter_may_refuse_at_submission(
    api: Get3WSandbox, clock: SleepingClock, reply: Reply
) -> None:
    outcome = await submitted(api, clock, Scenario.reply(reply))
    assert isinstance(outcome.error, SafetyRefusedError)
    assert len(api.submissions) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply.html(200),
        Reply.empty(200),
        Reply.empty(204),
        Reply.json([]),
        Reply.json({}),
        Reply.json({"data": {"id": "../etc/passwd"}}),
        Reply.raw(b'{"code":200,"data":{"id":"a"', "application/json"),
        Reply.redirect("http://127.0.0.1:1/elsewhere", 307),
    ],
    ids=["html", "empty", "204", "list", "object", "bad-id", "half", "redirect"],
)
async def test_an_answer_that_cant_be_read_is_the_services_fault(
    api: Get3WSandbox, clock: SleepingClock, reply: Reply
) -> None:
    outcome = await submitted(api, clock, Scenario.reply(reply))
    assert isinstance(outcome.error, ServiceFailedError)
    assert len(api.submissions) == 1


@pytest.mark.parametrize(
    "model",
    ["flux-dev", "a/b/c/d/e", "../balance/x", "a/..", "predictions/delete", "a/b?c=d", "a/b#c", ""],
)
async def test_what_is_no_model_is_not_put_into_an_address(
    api: Get3WSandbox, clock: SleepingClock, model: str
) -> None:
    outcome = await submitted(api, clock, request=ImageRequest("A cat", model))
    assert isinstance(outcome.error, ModelUnavailableError)
    assert outcome.error.model == model
    assert api.submissions == []
    assert outcome.events == []
