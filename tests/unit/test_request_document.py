"""A request, written down and read back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.request_document import UnreadableRequestError, read_request, request_document
from bot.domain.requests import ImageRequest, OwnPicture, Shape, Upload
from bot.domain.server_policy import JsonValue

SNOWFLAKES = st.integers(0, (1 << 63) - 1)
SOURCES = st.one_of(
    st.builds(OwnPicture, SNOWFLAKES, st.integers(0, 9)),
    st.builds(Upload, st.text()),
)
REQUESTS = st.builds(
    ImageRequest,
    prompt=st.text(),
    model=st.text(),
    shape=st.none() | st.sampled_from(Shape),
    count=st.integers(1, 4),
    seed=st.none() | st.integers(0, (1 << 53) - 1),
    negative=st.text(),
    strength=st.none() | st.floats(0, 1),
    source=st.none() | SOURCES,
)
STRANGE = st.dictionaries(st.text(min_size=9), st.none() | st.integers() | st.text())
PLAIN = {"prompt": "A cat", "model": "get3w/flux-dev"}


@given(REQUESTS)
def test_what_was_written_is_read_back_as_it_was(request: ImageRequest) -> None:
    assert read_request(json.loads(json.dumps(request_document(request)))) == request


@given(REQUESTS, STRANGE)
def test_names_of_a_later_time_are_passed_over(
    request: ImageRequest, later: dict[str, int | str | None]
) -> None:
    assert read_request(later | request_document(request)) == request


def test_what_is_not_there_has_its_default() -> None:
    assert read_request(PLAIN) == ImageRequest("A cat", "get3w/flux-dev")


def test_what_has_its_default_is_not_written() -> None:
    assert request_document(ImageRequest("A cat", "get3w/flux-dev")) == PLAIN


def test_a_shape_of_a_later_time_is_left_to_the_model() -> None:
    assert read_request(PLAIN | {"shape": "round"}).shape is None


@pytest.mark.parametrize(
    "document",
    [
        {"prompt": "A cat"},
        {"model": "get3w/flux-dev"},
        {"prompt": 1, "model": "get3w/flux-dev"},
        {**PLAIN, "source": {"voice": "message"}},
        {**PLAIN, "source": "somewhere"},
    ],
)
def test_what_would_make_another_picture_is_refused(document: dict[str, JsonValue]) -> None:
    with pytest.raises(UnreadableRequestError):
        read_request(document)
