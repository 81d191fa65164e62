"""Chunks don't matter: not for what comes out, and not for how long it takes."""

import itertools
import sys
import tracemalloc
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.sse import EventStreamDecoder, EventTooLargeError, ServerSentEvent

# Pieces that lie on the decoder's edges are far more telling than random bytes.
STREAMS = st.lists(
    st.sampled_from(
        [
            *(b"\n", b"\r", b"\r\n", b"\xef\xbb\xbf", b"\xef", b"\xbb\xbf", b":", b" ", b"\0"),
            *(b"data", b"data:", b"data: ", b"event", b"event: a", b"id", b"id: 1", b"retry: 10"),
            *(
                b"a",
                b"\xc3\xa9",
                b"\xc3",
                b"\xe2\x80\xa8",
                b"\x85",
                b"\x0b",
                b"\xff",
                b"data: b\n\n",
            ),
        ]
    )
    | st.binary(max_size=4),
    max_size=30,
).map(b"".join)


def oracle(stream: bytes) -> list[ServerSentEvent]:
    """Read a whole stream at once, as literally by the standard as can be."""
    text = stream.decode("utf-8", errors="replace").removeprefix("\ufeff")
    *lines, _tail = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    events: list[ServerSentEvent] = []
    data, kind, last_id = "", "", ""
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                events.append(ServerSentEvent(kind or "message", data[:-1], last_id))
            data, kind = "", ""
        elif name == "data":
            data += value + "\n"
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            last_id = value
    return events


def cut(stream: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


def fed(decoder: EventStreamDecoder, chunks: Iterable[bytes]) -> list[ServerSentEvent]:
    return [event for chunk in chunks for event in decoder.feed(chunk)]


@given(stream=STREAMS, places=st.lists(st.integers(min_value=0), max_size=12))
def test_any_cutting_gives_what_the_standard_gives_for_the_whole(
    stream: bytes, places: list[int]
) -> None:
    assert fed(EventStreamDecoder(), cut(stream, places)) == oracle(stream)


@given(stream=STREAMS)
def test_bytes_one_by_one_give_what_the_standard_gives_for_the_whole(stream: bytes) -> None:
    assert fed(EventStreamDecoder(), cut(stream, range(len(stream)))) == oracle(stream)


@given(stream=STREAMS, places=st.lists(st.integers(min_value=0), max_size=12))
def test_any_cutting_leaves_the_same_tail_pending(stream: bytes, places: list[int]) -> None:
    whole, pieces = EventStreamDecoder(), EventStreamDecoder()
    fed(whole, [stream])
    fed(pieces, cut(stream, places))
    assert pieces.pending == whole.pending


@given(stream=STREAMS, places=st.lists(st.integers(min_value=0), max_size=12))
def test_any_cutting_meets_the_limits_at_the_same_event(stream: bytes, places: list[int]) -> None:
    def outcome(chunks: list[bytes]) -> tuple[list[ServerSentEvent], bool]:
        decoder = EventStreamDecoder(max_line_bytes=9, max_event_bytes=6)
        events: list[ServerSentEvent] = []
        try:
            for chunk in [*chunks, b""]:
                events += decoder.feed(chunk)
        except EventTooLargeError:
            return events, True
        return events, False

    assert outcome(cut(stream, places)) == outcome([stream])


def calls_made_by(work: Callable[[], object]) -> int:
    """Count calls of Python and C functions: a measure of work without a clock's noise."""
    calls = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("piece", [b"data: a\n\n", b"data: a\n", b"x", b"\r", b"data\n"])
def test_twice_the_input_is_twice_the_work(piece: bytes) -> None:
    def work(times: int) -> int:
        return calls_made_by(lambda: fed(EventStreamDecoder(), [piece] * times))

    assert work(2000) < 2.2 * work(1000)


def test_a_long_line_in_short_chunks_is_copied_a_bounded_number_of_times() -> None:
    decoder = EventStreamDecoder()
    chunk = b"x" * 1024
    tracemalloc.start()
    try:
        decoder.feed(b"data: ")
        for _ in range(4096):
            decoder.feed(chunk)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 3 * 4096 * 1024


def test_a_line_in_single_bytes_takes_no_more_memory_than_its_length() -> None:
    decoder = EventStreamDecoder()
    tracemalloc.start()
    try:
        for _ in range(100_000):
            decoder.feed(b"x")
        held_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held_bytes < 2 * 100_000
