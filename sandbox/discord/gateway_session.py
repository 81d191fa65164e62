"""One bot's session on the gateway, which outlives its connections.

Events are numbered within the session and the latest are kept as sent, so that a bot which lost
its connection can RESUME and be given what it missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import orjson
from aiohttp import WSMsgType

if TYPE_CHECKING:
    from aiohttp import web

    from sandbox.discord.json_types import Json

# Discord keeps a few minutes; this many events are more than a test sends in them.
EVENTS_KEPT = 5_000


class Opcode:
    """Discord's gateway opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class CloseCode:
    """Discord's close codes, as far as the sandbox gives them by itself."""

    NORMAL = 1000
    GOING_AWAY = 1001
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    INVALID_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


class Closing(NamedTuple):
    """Stands in a connection's queue for its end."""

    code: int


class Connection:
    """A websocket with its queue of what is still to be sent, in order.

    `compressed` is Discord's zlib-stream: one deflate stream over the whole connection, each
    message flushed.
    """

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self._socket = socket
        self._deflate = zlib.compressobj() if compressed else None
        self._outgoing: asyncio.Queue[bytes | Closing] = asyncio.Queue()
        self.closed_by_us = False
        self.session: Session | None = None

    def send(self, payload: bytes) -> None:
        """Send a message after all that were asked for before."""
        self._outgoing.put_nowait(payload)

    def send_op(self, opcode: int, data: Json = None) -> None:
        """Send a message that isn't an event."""
        self.send(orjson.dumps({"op": opcode, "d": data, "s": None, "t": None}))

    def close(self, code: int) -> None:
        """End the connection once everything asked for has been sent."""
        self.closed_by_us = True
        self._outgoing.put_nowait(Closing(code))

    async def write(self) -> None:
        """Send what is asked for until the end, or until the peer is gone."""
        with contextlib.suppress(ConnectionError):
            while not isinstance(item := await self._outgoing.get(), Closing):
                await self._write_one(item)
            await self._socket.close(code=item.code)

    async def _write_one(self, payload: bytes) -> None:
        if self._deflate is None:
            await self._socket.send_frame(payload, WSMsgType.TEXT)
        else:
            flushed = self._deflate.compress(payload) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(flushed)


@dataclass(slots=True, eq=False)
class Session:
    """What a bot identified as, and what it has been sent.

    Attributes
    ----------
    shard
        Its number and of how many.
    connection
        None while the bot is away.
    """

    id: str
    shard: tuple[int, int]
    intents: int
    connection: Connection | None = None
    sequence: int = 0
    sent: deque[tuple[int, bytes]] = field(
        default_factory=lambda: deque[tuple[int, bytes]](maxlen=EVENTS_KEPT)
    )

    def dispatch(self, name: str, data: bytes) -> None:
        """Send an event, now or when the bot resumes; `data` is JSON."""
        self.sequence += 1
        payload = b'{"op":0,"t":"%b","s":%d,"d":%b}' % (name.encode(), self.sequence, data)
        self.sent.append((self.sequence, payload))
        if self.connection is not None:
            self.connection.send(payload)

    def replay(self, after: int) -> None:
        """Send again what came after sequence number `after`."""
        for sequence, payload in self.sent:
            if sequence > after and self.connection is not None:
                self.connection.send(payload)


@dataclass(slots=True)
class GatewayCounts:
    """What bots did on the gateway since the start."""

    heartbeats: int = 0
    resumes: int = 0
    member_requests: int = 0
    early_identifies: int = 0
