"""An answer written onto the connection byte by byte, so that it can break off anywhere.

aiohttp's own response always ends a body properly, which is what a fault must not do. `Wire` lets
aiohttp parse the request and keep the connection, and writes head and body itself.
"""

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle
from typing import Protocol

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from typing_extensions import override

from sandbox.get3w.ledger import End, Ledger, Submission, Visit
from sandbox.get3w.payloads import Blank, Json
from sandbox.get3w.replies import Ending, Framing, Part, Reply, Wait

WRITE_MAX_BYTES = 262_144
"""Larger pieces are written in several goes, each when the one before has left."""


class Speaker(Protocol):
    """Whoever knows what belongs into the blanks."""

    def value_of(self, blank: Blank, /) -> Json:
        """Return what belongs into `blank`."""
        ...

    async def draw_all(self) -> None:
        """Make the pictures that outputs list."""
        ...


@dataclass(frozen=True, kw_only=True)
class _Block:
    data: bytes
    wait: Wait
    completes: bool


class Wire(web.StreamResponse):
    """The connection, as far as one answer needs it."""

    def __init__(self, request: web.Request, reply: Reply) -> None:
        super().__init__(status=reply.status or HTTPStatus.OK)
        self._line = request.writer
        self._connection = request.transport
        self._reply = reply
        self._left_bytes = reply.cut_after_bytes
        self._stays = request.keep_alive

    @property
    @override
    def keep_alive(self) -> bool:
        return self._stays and self._reply.framing is not Framing.CLOSE

    @override
    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Do nothing: the head is written by `head`."""
        return None

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: the end is written by `end`."""

    async def head(self, length: int | None) -> None:
        """Write status line and headers."""
        status = HTTPStatus(self._reply.status)
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", *self._header_lines(length)]
        await self._line.write("\r\n".join([*lines, "", ""]).encode())

    async def body(self, data: bytes) -> bool:
        """Write a piece of the body; tell whether the body may go on."""
        if self._left_bytes is None:
            await self._write(data)
            return True
        sent = data[: self._left_bytes]
        self._left_bytes -= len(sent)
        await self._write(sent)
        return self._left_bytes > 0

    async def end(self, ending: Ending) -> None:
        """End the answer as told."""
        match ending:
            case Ending.DONE:
                await self._close_framing()
            case Ending.FIN:
                self._close()
            case Ending.RESET:
                await self._reset()
            case Ending.HANG:
                await asyncio.Event().wait()

    def _header_lines(self, length: int | None) -> Iterator[str]:
        if self._reply.content_type:
            yield f"Content-Type: {self._reply.content_type}"
        yield from (f"{name}: {value}" for name, value in self._reply.headers)
        match self._reply.framing:
            case Framing.LENGTH:
                yield f"Content-Length: {length}"
            case Framing.CHUNKED:
                yield "Transfer-Encoding: chunked"
            case Framing.CLOSE:
                yield "Connection: close"

    async def _write(self, data: bytes) -> None:
        if not data:
            return
        if self._reply.framing is Framing.CHUNKED:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        for start in range(0, len(data), WRITE_MAX_BYTES):
            await self._line.write(data[start : start + WRITE_MAX_BYTES])

    async def _close_framing(self) -> None:
        if self._reply.framing is Framing.CHUNKED:
            await self._line.write(b"0\r\n\r\n")

    def _close(self) -> None:
        self._stays = False
        if self._connection is not None:
            self._connection.close()

    async def _reset(self) -> None:
        self._stays = False
        connection = self._connection
        if connection is None:
            return
        connection.set_write_buffer_limits(high=0)
        await self._line.drain()
        line: socket.socket = connection.get_extra_info("socket")
        # To linger for no time is how a socket is told to end with a reset.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.abort()


@dataclass(kw_only=True)
class Delivery:
    """One reply on its way, written down in the ledger as it goes."""

    request: web.Request
    reply: Reply
    speaker: Speaker
    visit: Visit
    submission: Submission | None
    ledger: Ledger

    async def run(self) -> Wire:
        """Send the reply; return for aiohttp what it thinks was the response."""
        wire = Wire(self.request, self.reply)
        try:
            await self.reply.wait.over()
            await self._send(wire)
        except ConnectionError:
            self.ledger.ended(self.visit, End.CLIENT_LEFT)
        except asyncio.CancelledError:
            self.ledger.ended(self.visit, End.CLIENT_LEFT)
            raise
        return wire

    async def _send(self, wire: Wire) -> None:
        if self.reply.status:
            length, blocks = await self._measured()
            await wire.head(length)
            self.visit.status = self.reply.status
            await self._send_body(wire, blocks)
        if self.reply.ending is not Ending.HANG:
            self.ledger.ended(self.visit, self._outcome())
        await wire.end(self.reply.ending)

    async def _send_body(self, wire: Wire, blocks: AsyncIterator[_Block]) -> None:
        async for block in blocks:
            await block.wait.over()
            if not await self._send_block(wire, block):
                return

    async def _send_block(self, wire: Wire, block: _Block) -> bool:
        pieces = _sliced(block.data, self.reply.slices_bytes)
        for number, piece in enumerate(pieces):
            # Whoever reads in this process gets a turn, and a piece is seen as one.
            await asyncio.sleep(self.reply.every_s if number else 0)
            if not await wire.body(piece):
                return False
        self._note(block)
        return True

    def _note(self, block: _Block) -> None:
        self.visit.n_writes += 1
        self.visit.n_bytes += len(block.data)
        if block.completes and self.submission and self.submission.completed_at_s is None:
            self.submission.completed_at_s = time.monotonic()
        self.ledger.changed()

    async def _measured(self) -> tuple[int | None, AsyncIterator[_Block]]:
        if self.reply.framing is not Framing.LENGTH or self.reply.declared_bytes is not None:
            return self.reply.declared_bytes, self._blocks()
        blocks = [block async for block in self._blocks()]
        return sum(len(block.data) for block in blocks), _each(blocks)

    async def _blocks(self) -> AsyncIterator[_Block]:
        for parts in self.reply.blocks():
            if any(part.lists_outputs for part in parts):
                await self.speaker.draw_all()
            yield self._block(parts)

    def _block(self, parts: tuple[Part, ...]) -> _Block:
        return _Block(
            data=b"".join(part.render(self.speaker.value_of) for part in parts),
            wait=parts[0].wait,
            completes=any(part.completes for part in parts),
        )

    def _outcome(self) -> End:
        if self.reply.ending in {Ending.FIN, Ending.RESET}:
            return End.CUT
        if self.reply.status >= HTTPStatus.BAD_REQUEST:
            return End.REFUSED
        streams = self.reply.content_type.startswith("text/event-stream")
        return End.STREAMED if streams else End.ANSWERED


def _sliced(data: bytes, sizes: tuple[int, ...]) -> Iterator[bytes]:
    start = 0
    for size in cycle(sizes or (max(1, len(data)),)):
        if start >= len(data):
            return
        yield data[start : start + size]
        start += size


async def _each(blocks: list[_Block]) -> AsyncIterator[_Block]:
    for block in blocks:
        yield block
