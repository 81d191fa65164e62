"""The cases of the standard, and of the public suites for it, in our own words."""

import pytest

from bot.providers.sse import EventStreamDecoder, EventTooLargeError, ServerSentEvent

BOM = b"\xef\xbb\xbf"


def decoded(*chunks: bytes) -> list[ServerSentEvent]:
    decoder = EventStreamDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def data_of(*chunks: bytes) -> list[str]:
    return [event.data for event in decoded(*chunks)]


def byte_by_byte(stream: bytes) -> list[bytes]:
    return [stream[i : i + 1] for i in range(len(stream))]


def test_a_data_line_and_a_blank_line_make_an_event() -> None:
    assert decoded(b"data: hello\n\n") == [ServerSentEvent("message", "hello", "")]


def test_the_documented_stream_is_four_events() -> None:
    stream = (
        b'data: {"status":"processing","progress":0.1}\n\n'
        b'data: {"status":"processing","progress":0.5}\n\n'
        b'data: {"status":"processing","progress":0.9}\n\n'
        b'data: {"status":"completed","outputs":["https://cdn.example/a.png"]}\n\n'
    )
    assert len(decoded(stream)) == 4


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        pytest.param(b"data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"], id="stock-ticker"),
        pytest.param(
            b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
            b"data:  third event\n",
            ["first event", "second event"],
            id="four-blocks-the-last-unfinished",
        ),
        pytest.param(b"data\n\ndata\ndata\n\ndata:", ["", "\n"], id="data-without-colon"),
        pytest.param(b"data:test\n\ndata: test\n\n", ["test", "test"], id="one-space-is-optional"),
        pytest.param(b"data:  two\n\n", [" two"], id="only-one-space-is-dropped"),
        pytest.param(b"data:\ttab\n\n", ["\ttab"], id="a-tab-stays"),
        pytest.param(b"data:\n\n", [""], id="empty-data-is-an-event"),
        pytest.param(b"data:a\n\n\n\n\ndata:b\n\n", ["a", "b"], id="further-blank-lines"),
        pytest.param(b"\n\ndata:a\n\n", ["a"], id="blank-lines-first"),
        pytest.param(
            b":\n: a\n:" + b"x" * 9000 + b"\ndata:a\n:in\ndata:b\n\n", ["a\nb"], id="comments"
        ),
        pytest.param(b": only a comment\n\n", [], id="a-comment-is-no-event"),
        pytest.param(b"event: a\n\n", [], id="a-type-alone-is-no-event"),
        pytest.param(b"data:a\0b\n\n", ["a\0b"], id="nul-is-data"),
        pytest.param(b"data: a:b: c\n\n", ["a:b: c"], id="further-colons-are-data"),
        pytest.param(
            b"Data:a\nDATA:b\n data:c\ndata\0:d\nda-ta:e\ndata :f\n\n", [], id="exact-names"
        ),
        pytest.param(b"foo: bar\ndata:a\nbaz\n\n", ["a"], id="unknown-fields"),
    ],
)
def test_fields_gather_into_events(stream: bytes, expected: list[str]) -> None:
    assert data_of(stream) == expected


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([b"data: one", b""], ["one"]),
        ([b"data: one", b"", b"data: a", b"data: b", b""], ["one", "a\nb"]),
        ([b"data:", b"data: after", b""], ["\nafter"]),
        ([b"data: a", b"data:", b"data: b", b""], ["a\n\nb"]),
        ([b"data: a", b"", b"", b"data: b", b"", b"", b""], ["a", "b"]),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_each_line_end_works_in_chunks_of_any_size(
    end: bytes, lines: list[bytes], expected: list[str], size: int
) -> None:
    stream = b"".join(line + end for line in lines)
    assert data_of(*(stream[i : i + size] for i in range(0, len(stream), size))) == expected


def test_line_ends_may_be_mixed_in_one_stream() -> None:
    assert data_of(b"data:a\rdata:b\r\ndata:c\n\r\ndata:d\n\n") == ["a\nb\nc", "d"]


def test_a_cr_at_the_end_of_a_chunk_ends_the_line_at_once() -> None:
    assert data_of(b"data: a\r\n\r") == ["a"]


def test_a_lf_after_that_cr_is_the_other_half_of_one_line_end() -> None:
    assert data_of(b"data: a\r", b"", b"\ndata: b\r", b"\n\r", b"\n") == ["a\nb"]


def test_only_one_lf_after_a_cr_belongs_to_it() -> None:
    assert data_of(b"data: a\r", b"\n\n") == ["a"]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_no_other_character_ends_a_line(character: str) -> None:
    assert data_of(f"data: a{character}b\n\n".encode()) == [f"a{character}b"]


def test_one_byte_order_mark_at_the_start_is_dropped() -> None:
    assert data_of(BOM + b"data: a\n\n") == ["a"]


def test_a_byte_order_mark_may_arrive_in_three_chunks() -> None:
    assert data_of(*byte_by_byte(BOM + b"data: a\n\n")) == ["a"]


def test_a_second_byte_order_mark_spoils_the_field_name() -> None:
    assert data_of(BOM + BOM + b"data: a\n\ndata: b\n\n") == ["b"]


def test_a_byte_order_mark_in_the_middle_is_data() -> None:
    assert data_of(b"data: \xef\xbb\xbfa\n\n") == ["\ufeffa"]


def test_what_only_begins_like_a_byte_order_mark_is_kept() -> None:
    assert data_of(b"\xef", b"\xbb", b"data: a\n\ndata: b\n\n") == ["b"]


def test_characters_may_be_split_over_chunks() -> None:
    text = "caf\u00e9 \u65e5\u672c \U0001f63a"
    assert data_of(*byte_by_byte(f"data: {text}\n\n".encode())) == [text]


def test_malformed_utf_8_becomes_replacement_characters() -> None:
    assert data_of(b"data: a\xff\xe2\x82z\n\n") == ["a\ufffd\ufffdz"]


def test_the_type_is_the_senders_and_does_not_stick() -> None:
    events = decoded(b"event: add\ndata: 1\n\ndata: 2\n\nevent:\ndata: 3\n\n")
    assert [event.event for event in events] == ["add", "message", "message"]


def test_the_type_of_a_block_without_data_is_forgotten() -> None:
    assert decoded(b"event: add\n\ndata: 1\n\n")[0].event == "message"


def test_the_last_type_of_a_block_counts() -> None:
    assert decoded(b"event: a\nevent: b\ndata: 1\n\n")[0].event == "b"


def test_an_id_sticks_until_it_is_changed_or_emptied() -> None:
    events = decoded(b"id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid\ndata: d\n\n")
    assert [event.id for event in events] == ["1", "1", "2", ""]


def test_an_id_with_nul_is_ignored() -> None:
    events = decoded(b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n")
    assert [event.id for event in events] == ["1", "1"]


def test_an_id_in_a_block_without_data_counts_for_the_next_event() -> None:
    assert decoded(b"id: 7\n\ndata: a\n\n")[0].id == "7"


def test_fields_may_come_in_any_order() -> None:
    assert decoded(b"data: a\nid: 1\nevent: e\n\n") == [ServerSentEvent("e", "a", "1")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"3000", 3000),
        (b"03000", 3000),
        (b"0" * 5000 + b"12", 12),
        (b"0", 0),
        (b"", None),
        (b"+5", None),
        (b"-5", None),
        (b"1_000", None),
        (b"1000x", None),
        (b" 5", None),
        ("\u0663".encode(), None),
        (b"9" * 5000, None),
    ],
)
def test_a_retry_time_is_ascii_digits_only(value: bytes, expected: int | None) -> None:
    decoder = EventStreamDecoder()
    decoder.feed(b"retry: " + value + b"\n")
    assert decoder.retry_ms == expected


@pytest.mark.parametrize(
    "tail", [b"data: a", b"data: a\n", b"data: a\r", b"id: 1\n", b": hal", b"\xef"]
)
def test_an_unfinished_tail_is_pending_and_no_event(tail: bytes) -> None:
    decoder = EventStreamDecoder()
    assert decoder.feed(tail) == []
    assert decoder.pending


@pytest.mark.parametrize("stream", [b"", BOM, b"data: a\n\n", b"event: a\n\n", b": note\n", b"\n"])
def test_nothing_is_pending_after_a_complete_block_or_comment(stream: bytes) -> None:
    decoder = EventStreamDecoder()
    decoder.feed(stream)
    assert not decoder.pending


def test_a_hundred_events_in_one_chunk_come_in_order() -> None:
    stream = b"".join(b"data: %d\n\n" % number for number in range(100))
    assert data_of(stream) == [str(number) for number in range(100)]


def test_two_lines_of_five_megabytes_arrive_whole() -> None:
    line = b"x" * (5 << 20)
    stream = b"data: " + line + b"\ndata: " + line + b"\n\n"
    assert data_of(stream[: 6 << 20], stream[6 << 20 :]) == [f"{line.decode()}\n{line.decode()}"]


def test_a_line_of_exactly_the_limit_passes() -> None:
    decoder = EventStreamDecoder(max_line_bytes=10)
    assert [event.data for event in decoder.feed(b"data: 1234\n\n")] == ["1234"]


@pytest.mark.parametrize("chunks", [[b"data: 12345\n"], [b"data: 1", b"2345"], [b":" * 11]])
def test_a_longer_line_is_refused_though_its_end_may_be_to_come(chunks: list[bytes]) -> None:
    decoder = EventStreamDecoder(max_line_bytes=10)
    with pytest.raises(EventTooLargeError) as refusal:
        [decoder.feed(chunk) for chunk in chunks]
    assert refusal.value.max_bytes == 10


def test_an_event_of_exactly_the_limit_passes() -> None:
    decoder = EventStreamDecoder(max_event_bytes=5)
    assert [event.data for event in decoder.feed(b"data:12\ndata:34\n\n")] == ["12\n34"]


def test_a_larger_event_is_refused() -> None:
    decoder = EventStreamDecoder(max_event_bytes=5)
    with pytest.raises(EventTooLargeError):
        decoder.feed(b"data:12\ndata:345\n")


def test_events_before_the_limit_are_given_out_first() -> None:
    decoder = EventStreamDecoder(max_line_bytes=10)
    events = decoder.feed(b"data: a\n\ndata: 1234567\n")
    assert [event.data for event in events] == ["a"]
    with pytest.raises(EventTooLargeError):
        decoder.feed(b"")


def test_a_decoder_that_gave_up_stays_so_and_holds_no_bytes() -> None:
    decoder = EventStreamDecoder(max_line_bytes=10)
    with pytest.raises(EventTooLargeError):
        decoder.feed(b"x" * 11)
    assert not decoder.pending
    with pytest.raises(EventTooLargeError):
        decoder.feed(b"data: a\n\n")
