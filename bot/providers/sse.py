"""Server-sent events, from bytes to events, with no I/O.

A stream is a sequence of lines. A line ends with LF, CRLF or CR and with nothing else; it is a
field ``name: value``, a comment that begins with a colon, or blank. Fields gather into a block, and
a blank line dispatches the block as one event, if it had any ``data``. What is left at the end of
the input is no event: a sender that was cut off may have been in the middle of it. That is the
processing model of the HTML standard, section "Interpreting an event stream".

Four things make a decoder that is fed in chunks go wrong, and each has its one place here:

- *A chunk can end anywhere*, also inside a character or inside the byte order mark. So all work is
  done on bytes, where field names and line ends are plain ASCII, and text is only made of whole
  values. Malformed UTF-8 becomes U+FFFD, as the standard wants, and never an exception.
- *A CR at the end of a chunk* may be half of a CRLF. To wait for the other half would hold the last
  event back for as long as the sender is silent. So it ends the line at once, and one LF that
  follows is skipped.
- *A long line in short chunks* must not be looked through again with each chunk. Each byte is
  searched for a line end once, by ``bytes.splitlines``, which for bytes knows no other line ends,
  and is copied into a buffer that grows by a constant factor: the time is linear in the input,
  however it is cut.
- *A hostile sender* can send a line without end. Both a line and the data of an event have a
  limit. What was complete before the limit is still given out; the next call raises.

Dispatching depends on the bytes alone and not on where the chunks were cut.
"""

from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_MEBIBYTE = 1 << 20

# More digits than any delay could need; beyond, int() grows slow and at last refuses.
_RETRY_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One dispatched event.

    Attributes
    ----------
    event
        The event's type; ``message`` where the sender gave none.
    data
        All data lines, joined with LF.
    id
        The last id that the sender has set, in this event or an earlier one; may be empty.
    """

    event: str
    data: str
    id: str


class EventTooLargeError(Exception):
    """A line or an event is longer than its limit.

    Attributes
    ----------
    max_bytes
        The limit that was exceeded.
    """

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"more than {max_bytes} bytes")
        self.max_bytes = max_bytes


class EventStreamDecoder:
    """Turns the bytes of one ``text/event-stream`` body into events.

    Parameters
    ----------
    max_line_bytes
        The longest line, without its end. The default fits a picture of 24 MB as base64.
    max_event_bytes
        The most data, over all its lines, that one event may have.
    """

    def __init__(
        self, *, max_line_bytes: int = 32 * _MEBIBYTE, max_event_bytes: int = 48 * _MEBIBYTE
    ) -> None:
        self._max_line_bytes = max_line_bytes
        self._max_event_bytes = max_event_bytes
        self._head: bytes | None = b""
        self._after_cr = False
        self._line = bytearray()
        self._block_open = False
        self._type = b""
        self._data: bytes | bytearray | None = None
        self._last_id = ""
        self._retry_ms: int | None = None
        self._exceeded_bytes: int | None = None

    @property
    def pending(self) -> bool:
        """Whether something was fed that an end of the input now would discard.

        That is a line without its end, or fields without their blank line. Comments that are
        complete don't count.
        """
        return bool(self._head or self._line or self._block_open)

    @property
    def retry_ms(self) -> int | None:
        """The latest reconnection time that the sender has set, in milliseconds."""
        return self._retry_ms

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Take the next bytes and give the events that they complete.

        Raises
        ------
        EventTooLargeError
            When a limit is exceeded; in the next call, where events came before it in this one.
            The decoder is of no more use then.
        """
        if self._exceeded_bytes is not None:
            raise EventTooLargeError(self._exceeded_bytes)
        events: list[ServerSentEvent] = []
        try:
            for piece in self._past_split_crlf(self._past_bom(chunk)).splitlines(keepends=True):
                self._take(piece, events)
        except EventTooLargeError as error:
            self._give_up(error.max_bytes)
            if not events:
                raise
        return events

    def _past_bom(self, chunk: bytes) -> bytes:
        if self._head is None:
            return chunk
        head = self._head + chunk
        if len(head) < len(_BOM) and _BOM.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(_BOM)

    def _past_split_crlf(self, chunk: bytes) -> bytes:
        if not chunk:
            return chunk
        rest = chunk.removeprefix(b"\n") if self._after_cr else chunk
        self._after_cr = chunk.endswith(b"\r")
        return rest

    def _take(self, piece: bytes, events: list[ServerSentEvent]) -> None:
        content = piece.rstrip(b"\r\n")
        if len(self._line) + len(content) > self._max_line_bytes:
            raise EventTooLargeError(self._max_line_bytes)
        if len(content) == len(piece):
            self._line += content
        elif line := self._finished_line(content):
            self._read_field(line)
        elif self._data is not None:
            events.append(self._dispatched())
        else:
            self._start_block()

    def _finished_line(self, content: bytes) -> bytes:
        if not self._line:
            return content
        self._line += content
        line = bytes(self._line)
        self._line = bytearray()
        return line

    def _read_field(self, line: bytes) -> None:
        name, value = _split_field(line)
        self._block_open = self._block_open or name != b""
        match name:
            case b"data":
                self._add_data(value)
            case b"event":
                self._type = value
            case b"id" if b"\0" not in value:
                self._last_id = _text(value)
            case b"retry":
                self._set_retry(value)
            case _:
                pass

    def _add_data(self, value: bytes) -> None:
        if self._data is None:
            self._data = value
        else:
            self._data = self._data if isinstance(self._data, bytearray) else bytearray(self._data)
            self._data += b"\n"
            self._data += value
        if len(self._data) > self._max_event_bytes:
            raise EventTooLargeError(self._max_event_bytes)

    def _set_retry(self, value: bytes) -> None:
        digits = value.lstrip(b"0")
        if value.isdigit() and len(digits) <= _RETRY_DIGITS_MAX:
            self._retry_ms = int(digits or b"0")

    def _dispatched(self) -> ServerSentEvent:
        event = ServerSentEvent(
            event=_text(self._type) or "message",
            data=_text(self._data or b""),
            id=self._last_id,
        )
        self._start_block()
        return event

    def _start_block(self) -> None:
        self._block_open = False
        self._type = b""
        self._data = None

    def _give_up(self, max_bytes: int) -> None:
        self._exceeded_bytes = max_bytes
        self._line = bytearray()
        self._start_block()


def _split_field(line: bytes) -> tuple[bytes, bytes]:
    colon = line.find(b":")
    if colon < 0:
        return line, b""
    # One slice from the right place: a value can be megabytes, and each copy of it counts.
    start = colon + 2 if line.startswith(b" ", colon + 1) else colon + 1
    return line[:colon], line[start:]


def _text(value: bytes | bytearray) -> str:
    return value.decode(errors="replace")
