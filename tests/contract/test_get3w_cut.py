"""The stream, cut after every byte: it is never taken for complete, and never submitted again."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto

import pytest

from bot.domain.errors import ConnectionLostError
from bot.domain.events import Completed
from bot.domain.requests import ImageRequest
from bot.providers.image_api import ImageApi
from tests.image_api_client import CAT, Outcome, RealClock, generated, opened

EVENTS = (
    b'data: {"status":"processing","progress":0.1}\n\n'
    b": keep-alive\n\n"
    b'data: {"status":"processing","progress":0.9}\r\n\r\n'
    b'data: {"status":"completed","outputs":["https://cdn.example/a.png"]}\n\n'
)
EVENTS_WITH_ID = EVENTS.replace(b'{"status"', b'{"id":"task-1","status"')
TASK = (
    b'{"code":200,"data":{"id":"task-1","status":"completed",'
    b'"outputs":["https://cdn.example/a.png"]}}'
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n\r\n"


class Cut(Enum):
    FIN = auto()
    RESET = auto()
    CLOSE = auto()
    """The body has no declared end, so a cut looks like a clean end."""


@dataclass
class CuttingServer:
    """Streams up to as many bytes as the prompt's number says, then ends the connection."""

    stream: bytes
    cut: Cut
    url: str = ""
    submissions: int = 0
    polls: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            answer = await self._answer(head, reader)
            writer.write(answer)
            await writer.drain()
            if self.cut is Cut.RESET and head.startswith(b"POST"):
                _reset_when_closed(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader) -> bytes:
        if head.startswith(b"GET"):
            self.polls += 1
            return _HEAD % (b"application/json", b"Content-Length: %d" % len(TASK)) + TASK
        self.submissions += 1
        length = re.search(rb"Content-Length: (\d+)", head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        place = re.search(rb"after (\d+)", body)
        return self._cut_stream(int(place[1]) if place else 0)

    def _cut_stream(self, place: int) -> bytes:
        if self.cut is Cut.CLOSE:
            return _HEAD % (b"text/event-stream", b"Connection: close") + self.stream[:place]
        framing = b"Transfer-Encoding: chunked"
        chunk = b"%x\r\n" % len(self.stream) + self.stream[:place]
        return _HEAD % (b"text/event-stream", framing) + chunk


def _reset_when_closed(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@asynccontextmanager
async def cutting(stream: bytes, cut: Cut) -> AsyncGenerator[CuttingServer]:
    scripted = CuttingServer(stream, cut)
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
    async with server:
        scripted.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield scripted


async def outcomes_of_all_cuts(client: ImageApi, stream: bytes) -> list[Outcome]:
    """Run one generation for each place to cut, a few at a time."""
    slots = asyncio.Semaphore(32)

    async def one(place: int) -> Outcome:
        async with slots:
            return await generated(client, ImageRequest(f"cut after {place}", CAT.model))

    return await asyncio.gather(*(one(place) for place in range(len(stream) + 1)))


def first_complete_place(stream: bytes, cut: Cut) -> int:
    """Give the first place where nothing of the last event is missing."""
    blank_line_bytes = 2
    # With a clean end a complete document counts though its blank line is missing; otherwise
    # the line end that makes the line blank has to be there.
    return len(stream) - (blank_line_bytes if cut is Cut.CLOSE else 0)


@pytest.mark.parametrize("cut", [Cut.FIN, Cut.CLOSE])
async def test_without_an_id_each_cut_is_a_lost_connection(cut: Cut) -> None:
    async with cutting(EVENTS, cut) as server, opened(server.url, clock=RealClock()) as client:
        outcomes = await outcomes_of_all_cuts(client, EVENTS)
    complete = first_complete_place(EVENTS, cut)
    assert {type(outcome.error) for outcome in outcomes[:complete]} == {ConnectionLostError}
    assert all(outcome.completed for outcome in outcomes[complete:])
    assert server.submissions == len(outcomes)


async def test_a_reset_may_swallow_events_but_never_makes_one_up() -> None:
    async with (
        cutting(EVENTS, Cut.RESET) as server,
        opened(server.url, clock=RealClock()) as client,
    ):
        outcomes = await outcomes_of_all_cuts(client, EVENTS)
    assert {type(outcome.error) for outcome in outcomes[:-1]} == {ConnectionLostError}
    assert server.submissions == len(outcomes)


@pytest.mark.parametrize("cut", [Cut.FIN, Cut.CLOSE])
async def test_with_an_id_each_cut_after_it_goes_on_by_polling(cut: Cut) -> None:
    async with (
        cutting(EVENTS_WITH_ID, cut) as server,
        opened(server.url, clock=RealClock()) as client,
    ):
        outcomes = await outcomes_of_all_cuts(client, EVENTS_WITH_ID)
    identified = EVENTS_WITH_ID.index(b"\n\n") + 2
    assert {type(outcome.error) for outcome in outcomes[:identified]} == {ConnectionLostError}
    assert all(isinstance(outcome.events[-1], Completed) for outcome in outcomes[identified:])
    assert server.submissions == len(outcomes)
    assert server.polls == first_complete_place(EVENTS_WITH_ID, cut) - identified


async def test_a_tail_that_is_complete_but_not_terminal_is_no_end() -> None:
    tail = EVENTS + b'data: {"status":"processing","progress":0.95}'
    stream = tail.replace(b'"completed"', b'"processing"')
    async with cutting(stream, Cut.CLOSE) as server, opened(server.url) as client:
        outcome = await generated(client, ImageRequest("cut after 9999", CAT.model))
    assert isinstance(outcome.error, ConnectionLostError)
    assert outcome.fractions[-1] != 0.95


async def test_a_complete_document_before_a_broken_transfer_is_no_end() -> None:
    stream = EVENTS.removesuffix(b"\n\n")
    async with cutting(stream, Cut.FIN) as server, opened(server.url) as client:
        outcome = await generated(client, ImageRequest("cut after 9999", CAT.model))
    assert isinstance(outcome.error, ConnectionLostError)


async def test_a_failure_as_an_undispatched_tail_counts_too() -> None:
    stream = b'data: {"status":"failed","error":"nsfw"}'
    async with cutting(stream, Cut.CLOSE) as server, opened(server.url) as client:
        outcome = await generated(client, ImageRequest("cut after 9999", CAT.model))
    assert type(outcome.error).__name__ == "SafetyRefusedError"
