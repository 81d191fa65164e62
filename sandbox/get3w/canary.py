"""A place that must never be asked: what a guarded door has to keep shut.

It serves a good picture at every path, so that a client that goes there has no reason to notice.
Connections count from the moment they are accepted, before a byte is read: an https client that
gives up during the handshake has been there as well, so one canary does for both schemes.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self, cast

from typing_extensions import override

from sandbox.get3w.pictures import noise_png

PICTURE_BYTES = 20_000
END_OF_HEAD = b"\r\n\r\n"


@dataclass(eq=False, kw_only=True)
class Canary:
    """A running canary.

    Attributes
    ----------
    host, port
        Where it listens.
    visited, n_connections
        Whether and how many connections were made.
    request_lines
        The first line of each request that came that far.
    """

    host: str
    port: int = 0
    n_connections: int = 0
    request_lines: list[str] = field(default_factory=list[str])
    visited: asyncio.Event = field(default_factory=asyncio.Event)
    visitors: set[asyncio.Transport] = field(default_factory=set[asyncio.Transport])

    @property
    def url(self) -> str:
        """The address of a picture here."""
        return f"http://{self.host}:{self.port}/canary.png"

    @classmethod
    @asynccontextmanager
    async def open(cls, *, host: str = "127.0.0.1") -> AsyncGenerator[Self]:
        """Serve on a free port of `host` until the block ends."""
        canary = cls(host=host)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Visitor(canary), host, 0)
        canary.port = server.sockets[0].getsockname()[1]
        try:
            yield canary
        finally:
            canary.close_all()
            server.close()
            await server.wait_closed()

    async def until_visited(self, timeout_s: float = 5.0) -> None:
        """Return when somebody has come.

        Raises
        ------
        TimeoutError
            When nobody comes within `timeout_s`.
        """
        await asyncio.wait_for(self.visited.wait(), timeout_s)

    def close_all(self) -> None:
        """Send away whoever is still there."""
        for visitor in self.visitors:
            visitor.abort()


class _Visitor(asyncio.Protocol):
    """One connection."""

    def __init__(self, canary: Canary) -> None:
        self._canary = canary
        self._transport: asyncio.Transport | None = None
        self._head = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._canary.visitors.add(self._transport)
        self._canary.n_connections += 1
        self._canary.visited.set()

    @override
    def data_received(self, data: bytes) -> None:
        self._head += data
        if END_OF_HEAD in self._head and self._transport is not None:
            line = self._head.partition(b"\r\n")[0].decode("latin-1")
            self._canary.request_lines.append(line)
            self._transport.write(_picture_answer())
            self._transport.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._canary.visitors.discard(self._transport)


def _picture_answer() -> bytes:
    picture = noise_png(PICTURE_BYTES)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {len(picture)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + picture
