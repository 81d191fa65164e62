"""One document, read in every documented way, and in ways that nobody documented."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pictures import OutputData, OutputLink
from bot.domain.requests import ImageRequest
from bot.providers.dialect import Phase, Report, read_report
from bot.providers.json_values import JsonObject, JsonValue, read_object
from bot.providers.outputs import OUTPUTS_MAX, read_outputs
from bot.providers.refusals import refusal_error
from bot.providers.upstream_text import names_stream

REQUEST = ImageRequest("A cat in space", "get3w/flux-dev")
LINK = "https://cdn.example/a.png"


def report(document: JsonObject, event_type: str = "") -> Report:
    return read_report(document, REQUEST, event_type)


@pytest.mark.parametrize(
    ("document", "phase"),
    [
        ({"status": "created"}, Phase.RUNNING),
        ({"status": "processing"}, Phase.RUNNING),
        ({"status": "Processing"}, Phase.RUNNING),
        ({"status": "a word of tomorrow"}, Phase.RUNNING),
        ({"type": "progress", "percentage": 0}, Phase.RUNNING),
        ({"progress": 0.5}, Phase.RUNNING),
        ({"status": "completed"}, Phase.COMPLETED),
        ({"status": "succeeded"}, Phase.COMPLETED),
        ({"type": "complete"}, Phase.COMPLETED),
        ({"outputs": [LINK]}, Phase.COMPLETED),
        ({"status": "failed"}, Phase.FAILED),
        ({"status": "cancelled"}, Phase.FAILED),
        ({"status": "timeout"}, Phase.FAILED),
        ({"status": "deleted"}, Phase.FAILED),
        ({"type": "error", "message": "x"}, Phase.FAILED),
        ({"error": "x"}, Phase.FAILED),
        ({"error": {"message": "x"}}, Phase.FAILED),
        ({"code": 1403, "error": "x"}, Phase.FAILED),
        ({"code": 1403, "message": "x", "data": None}, Phase.FAILED),
        ({"code": 401, "error": "x"}, Phase.REFUSED),
        ({"code": "503", "message": "x", "data": None}, Phase.REFUSED),
        ({"code": 200, "message": "success", "data": {"status": "created"}}, Phase.RUNNING),
        ({"code": 0, "status": "processing"}, Phase.RUNNING),
        ({"status": "processing", "code": 5004, "error": "slow"}, Phase.RUNNING),
        ({"status": "completed", "error": ""}, Phase.COMPLETED),
        ({"status": "processing", "type": "complete"}, Phase.RUNNING),
        ({"type": "log", "message": "completed"}, Phase.UNTOLD),
        ({"type": "output", "outputs": ["part"]}, Phase.UNTOLD),
        ({"message": "hello"}, Phase.UNTOLD),
        ({"error": ""}, Phase.UNTOLD),
        ({}, Phase.UNTOLD),
    ],
)
def test_the_phase_is_read(document: JsonObject, phase: Phase) -> None:
    assert report(document).phase is phase


@pytest.mark.parametrize(
    ("members", "fraction"),
    [
        ({"progress": 0}, 0.0),
        ({"progress": 0.1}, 0.1),
        ({"progress": 1}, 1.0),
        ({"progress": 50}, 0.5),
        ({"progress": 250}, 1.0),
        ({"progress": -1}, 0.0),
        ({"percentage": 25}, 0.25),
        ({"percentage": 0, "percent": 50}, 0.0),
        ({"percentage": 1}, 0.01),
        ({"percent": 99.5}, 0.995),
        ({"progress": 1e308}, 1.0),
        ({"progress": None, "percent": 10}, 0.1),
        ({"progress": "half"}, None),
        ({"progress": True}, None),
        ({"progress": {"value": 1}}, None),
        ({}, None),
    ],
)
def test_progress_is_a_fraction_from_0_to_1(members: JsonObject, fraction: float | None) -> None:
    assert report({"status": "processing", **members}).fraction == fraction


@pytest.mark.parametrize(
    ("document", "prediction_id"),
    [
        ({"id": "pred_abc123"}, "pred_abc123"),
        ({"data": {"id": "a1"}}, "a1"),
        ({"id": "outer", "data": {"id": "inner"}}, "inner"),
        ({"prediction_id": "a1"}, "a1"),
        ({"task_id": "a1"}, "a1"),
        ({"urls": {"get": "https://x/api/v3/predictions/a1"}}, "a1"),
        ({"urls": {"get": "https://x/api/v3/predictions/a1/result"}}, "a1"),
        ({"data": {"urls": {"get": "https://x/v1/requests/a1/"}}}, "a1"),
        ({"urls": {"get": "https://x/api/v3/predictions/../balance"}}, None),
        ({"urls": {"get": "https://x/somewhere/else"}}, None),
        ({"urls": "https://x/api/v3/predictions/a1"}, None),
        ({"id": "../a"}, None),
        ({"id": "a/b"}, None),
        ({"id": "a?b"}, None),
        ({"id": ".."}, None),
        ({"id": "a\n"}, None),
        ({"id": ""}, None),
        ({"id": 7}, None),
        ({"id": "x" * 129}, None),
    ],
)
def test_an_id_is_found_anywhere_but_only_a_safe_one(
    document: JsonObject, prediction_id: str | None
) -> None:
    assert report(document).prediction_id == prediction_id


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ({"outputs": [LINK]}, (OutputLink(LINK),)),
        ({"outputs": LINK}, (OutputLink(LINK),)),
        ({"output": [LINK]}, (OutputLink(LINK),)),
        ({"outputs": [{"url": LINK}]}, (OutputLink(LINK),)),
        ({"outputs": [{"b64_json": "aGk="}]}, (OutputData(b"hi"),)),
        ({"outputs": [{"data": "data:image/png;base64,aGk="}]}, (OutputData(b"hi"),)),
        ({"outputs": ["aGk="]}, (OutputData(b"hi"),)),
        ({"outputs": ["aG\nk="]}, (OutputData(b"hi"),)),
        ({"outputs": ["data:image/png,hi"]}, ()),
        ({"outputs": ["data:image/png;base64,@"]}, ()),
        ({"outputs": ["not a link", "caf\u00e9", "", 7, None, [LINK], {"x": LINK}]}, ()),
        ({"outputs": []}, ()),
        ({"outputs": {"what": 1}}, ()),
        ({}, ()),
    ],
)
def test_outputs_are_read_in_every_form(task: JsonObject, expected: tuple[object, ...]) -> None:
    assert read_outputs(task)[0] == expected


def test_no_more_outputs_are_taken_than_a_message_can_hold() -> None:
    assert len(read_outputs({"outputs": [LINK] * 1000})[0]) == OUTPUTS_MAX


@pytest.mark.parametrize(
    ("flags", "flagged"),
    [
        (None, ()),
        ([], ()),
        ([True, False], (True, False)),
        ([True], (True, False)),
        ([False, True, True], (False, True)),
        (True, (True, False)),
        (["yes", 1], (False, False)),
    ],
)
def test_flags_are_as_many_as_the_outputs(flags: JsonValue, flagged: tuple[bool, ...]) -> None:
    task: JsonObject = {"outputs": [LINK, LINK], "has_nsfw_contents": flags}
    assert read_outputs(task)[1] == flagged


@pytest.mark.parametrize(
    ("members", "seed"),
    [
        ({"seed": 42}, 42),
        ({"input": {"seed": 42}}, 42),
        ({"seed": -1}, None),
        ({"seed": True}, None),
        ({"seed": "42"}, None),
        ({"seed": -1, "input": {"seed": 7}}, 7),
    ],
)
def test_a_seed_is_told_where_it_is_one(members: JsonObject, seed: int | None) -> None:
    assert report({"status": "completed", "outputs": [LINK], **members}).seed == seed


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("data", "code", "status", "type", "id", "urls", "get", "progress", "outputs"),
                    *("error", "message", "detail", "loc", "msg", "ctx", "input", "seed", "field"),
                    *("percentage", "has_nsfw_contents", "url", "max_length", "errors"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(ANY_JSON)
def test_no_document_at_all_makes_the_reading_fail(document: JsonValue) -> None:
    if isinstance(document, dict):
        report(document, "message")
    names_stream(document, REQUEST)
    for status in (400, 401, 404, 422, 500):
        refusal_error(status, document, REQUEST)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_parsing_fail(body: bytes) -> None:
    document = read_object(body)
    assert document is None or isinstance(document, dict)


def test_a_document_nested_without_end_is_survived() -> None:
    deep = b'{"data":' * 900 + b"1" + b"}" * 900
    document = read_object(deep)
    assert document is not None
    assert report(document).phase is Phase.UNTOLD
    assert read_object(b"[" * 5000) is None
    refusal_error(422, orjson.loads(b'{"detail":' * 900 + b"1" + b"}" * 900), REQUEST)


@pytest.mark.parametrize(
    "piece", ["max", "stream", "stream is ", "field ", "'prompt", "not support"]
)
def test_a_text_made_to_keep_a_pattern_busy_is_looked_through_quickly(piece: str) -> None:
    hostile: JsonObject = {"message": piece * 200_000}
    request = ImageRequest("a" * 1500, "get3w/stream")
    names_stream(hostile, request)
    refusal_error(422, hostile, request)
    report({"status": "failed", "error": piece * 200_000})
