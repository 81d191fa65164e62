"""The gateway: bots connect here and hear what happens.

HELLO, IDENTIFY, READY, a GUILD_CREATE for each server of the shard, heartbeats, RESUME with
replay. Several bots, processes and shards may be connected at once; two that identified as the
same shard both hear everything, as with Discord.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

import orjson
from aiohttp import WSMsgType, web

from sandbox.discord.gateway_session import (
    CloseCode,
    Connection,
    GatewayCounts,
    Opcode,
    Session,
)
from sandbox.discord.identify import (
    GUILDS_INTENT,
    Identify,
    comes_too_soon,
    identify_problem,
    session_start_limit,
    shard_in,
)
from sandbox.discord.json_types import as_object, int_of, text_of
from sandbox.discord.payloads import guild_create_json, own_user_json
from sandbox.discord.routing import Answer, Call, Route
from sandbox.discord.snowflakes import shard_of

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from sandbox.discord.interactions import Interaction
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.state import State
    from sandbox.discord.world import Guild

LEAVE_S = 2.0
CLOSE_HANDSHAKE_S = 1.0


class Gateway:
    """All sessions and connections.

    Attributes
    ----------
    identifies
        Each IDENTIFY that was accepted, in order.
    acknowledges_heartbeats
        A test sets it to False to play a dead connection.
    accepts_connections
        A test sets it to False to play a gateway that is down.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.identifies: list[Identify] = []
        self.counts = GatewayCounts()
        self.acknowledges_heartbeats = True
        self.accepts_connections = True

    @property
    def sessions(self) -> list[Session]:
        """Return the sessions that are alive, connected or resumable."""
        return list(self._sessions.values())

    @property
    def ready_shards(self) -> int:
        """Return how many sessions are connected."""
        return sum(session.connection is not None for session in self._sessions.values())

    @property
    def url(self) -> str:
        """Return the address that bots connect to."""
        return self._state.base_url.replace("http", "ws", 1) + "/gateway"

    def routes(self) -> list[Route]:
        """Return the REST routes that tell where the gateway is."""
        return [
            Route("GET", "/gateway", self.locate, open=True),
            Route("GET", "/gateway/bot", self.describe),
        ]

    def locate(self, _call: Call) -> Answer:
        """Return the address."""
        return Answer({"url": self.url})

    def describe(self, _call: Call) -> Answer:
        """Return address, recommended shards and what is left of today's sessions."""
        settings, opened = self._state.settings, len(self.identifies)
        return Answer(
            {
                "url": self.url,
                "shards": settings.recommended_shards,
                "session_start_limit": session_start_limit(settings, opened),
            }
        )

    def send_interaction(self, use: Interaction) -> None:
        """Tell the bot of an interaction (again: a redelivery has the same id)."""
        data = orjson.dumps(use.payload)
        self._dispatch("INTERACTION_CREATE", data, use.channel.guild_id, intents=0)

    def resend(self, use: Interaction) -> None:
        """Deliver an interaction once more."""
        self.send_interaction(use)

    def dispatch(self, name: str, data: JsonObject, guild_id: int | None) -> None:
        """Send an event of the GUILDS intent to the shard of a server."""
        self._dispatch(name, orjson.dumps(data), guild_id, intents=GUILDS_INTENT)

    def send_reconnect(self) -> None:
        """Ask every connected bot to reconnect (op 7)."""
        for connection in self._connections:
            connection.send_op(Opcode.RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every connected bot that its session is invalid (op 9)."""
        for connection in self._connections:
            if not resumable:
                self._forget(connection)
            connection.send_op(Opcode.INVALID_SESSION, data=resumable)

    def close(self, code: int) -> None:
        """Close every connection with a code."""
        for connection in self._connections:
            connection.close(code)

    def shut(self) -> None:
        """End every connection, the server being about to stop."""
        self.close(CloseCode.GOING_AWAY)

    async def connect(self, request: BaseRequest) -> web.StreamResponse:
        """Serve one connection until its end."""
        if not self.accepts_connections:
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False, timeout=CLOSE_HANDSHAKE_S)
        await socket.prepare(request)
        compressed = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, compressed=compressed)
        writer = asyncio.create_task(connection.write())
        try:
            self._greet(connection, request)
            await self._listen(connection, socket)
        finally:
            self._leave(connection, socket.close_code)
            await _end(writer)
        return socket

    def _greet(self, connection: Connection, request: BaseRequest) -> None:
        self._connections.add(connection)
        if request.query.get("v", "10") != "10" or request.query.get("encoding", "json") != "json":
            connection.close(CloseCode.INVALID_VERSION)
            return
        interval_ms = int(self._state.settings.heartbeat_interval_s * 1000)
        connection.send_op(Opcode.HELLO, {"heartbeat_interval": interval_ms, "_trace": []})

    async def _listen(self, connection: Connection, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._receive(connection, message.data)

    def _leave(self, connection: Connection, close_code: int | None) -> None:
        ended_by_bot = not connection.closed_by_us
        connection.close(CloseCode.NORMAL)
        self._connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if ended_by_bot and close_code in (CloseCode.NORMAL, CloseCode.GOING_AWAY):
                del self._sessions[session.id]
        self._state.watch.changed()

    def _receive(self, connection: Connection, text: str) -> None:
        try:
            message: JsonObject = as_object(orjson.loads(text))
        except orjson.JSONDecodeError:
            connection.close(CloseCode.DECODE_ERROR)
            return
        data = as_object(message.get("d"))
        match message.get("op"):
            case Opcode.HEARTBEAT:
                self._heartbeat(connection)
            case Opcode.IDENTIFY:
                self._identify(connection, data)
            case Opcode.RESUME:
                self._resume(connection, data)
            case Opcode.PRESENCE | Opcode.VOICE_STATE:
                self._expect_session(connection)
            case Opcode.REQUEST_MEMBERS:
                self.counts.member_requests += 1
                self._expect_session(connection)
            case _:
                connection.close(CloseCode.UNKNOWN_OPCODE)

    def _heartbeat(self, connection: Connection) -> None:
        self.counts.heartbeats += 1
        if self.acknowledges_heartbeats:
            connection.send_op(Opcode.HEARTBEAT_ACK)
        self._state.watch.changed()

    def _expect_session(self, connection: Connection) -> None:
        if connection.session is None:
            connection.close(CloseCode.NOT_AUTHENTICATED)

    def _identify(self, connection: Connection, data: JsonObject) -> None:
        problem = identify_problem(data, self._state.world.application)
        if connection.session is not None:
            problem = CloseCode.ALREADY_AUTHENTICATED
        if problem is not None:
            connection.close(problem)
            return
        now_s = self._state.clock.now()
        if comes_too_soon(shard_in(data)[0], self.identifies, self._state.settings, now_s):
            self.counts.early_identifies += 1
            connection.send_op(Opcode.INVALID_SESSION, data=False)
            return
        session = Session(secrets.token_hex(16), shard_in(data), int_of(data, "intents"))
        told = {name: value for name, value in data.items() if name != "token"}
        self.identifies.append(Identify(now_s, session.shard, session.intents, told))
        self._join(connection, session)
        self._present(session)

    def _join(self, connection: Connection, session: Session) -> None:
        if session.connection is not None:
            session.connection.close(CloseCode.SESSION_TIMED_OUT)
        self._sessions[session.id] = session
        session.connection, connection.session = connection, session
        self._state.watch.changed()

    def _present(self, session: Session) -> None:
        number, count = session.shard
        joined = self._state.world.joined_guilds
        guilds = [guild for guild in joined if shard_of(guild.id, count) == number]
        session.dispatch("READY", orjson.dumps(self._ready_json(session, guilds)))
        if session.intents & GUILDS_INTENT:
            bot = self._state.world.application.bot
            for guild in guilds:
                session.dispatch("GUILD_CREATE", orjson.dumps(guild_create_json(guild, bot)))

    def _ready_json(self, session: Session, guilds: list[Guild]) -> JsonObject:
        application = self._state.world.application
        away: list[Json] = [{"id": str(guild.id), "unavailable": True} for guild in guilds]
        return {
            "v": 10,
            "user": own_user_json(application.bot),
            "guilds": away,
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": [*session.shard],
            "application": {"id": str(application.id), "flags": 0},
            "private_channels": [],
            "presences": [],
            "user_settings": {},
            "_trace": [],
        }

    def _resume(self, connection: Connection, data: JsonObject) -> None:
        session = self._sessions.get(text_of(data, "session_id"))
        if text_of(data, "token") != self._state.world.application.token:
            connection.close(CloseCode.AUTHENTICATION_FAILED)
        elif session is None:
            connection.send_op(Opcode.INVALID_SESSION, data=False)
        elif int_of(data, "seq") > session.sequence:
            connection.close(CloseCode.INVALID_SEQUENCE)
        else:
            self._join(connection, session)
            session.replay(int_of(data, "seq"))
            self.counts.resumes += 1
            session.dispatch("RESUMED", b'{"_trace":[]}')

    def _forget(self, connection: Connection) -> None:
        session, connection.session = connection.session, None
        if session is not None:
            del self._sessions[session.id]
            session.connection = None

    def _dispatch(self, name: str, data: bytes, guild_id: int | None, *, intents: int) -> None:
        for session in self._sessions.values():
            number, count = session.shard
            wanted = not intents or session.intents & intents
            if wanted and shard_of(guild_id, count) == number:
                session.dispatch(name, data)


async def _end(writer: asyncio.Task[None]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LEAVE_S):
            await writer
