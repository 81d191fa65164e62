"""Discord's REST as far as the sender needs it: a real server on loopback."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import orjson
from aiohttp import web

from bot.client.sender import DiscordSender

BOT_TOKEN = "a-token-of-the-bot"  # noqa: S105  # it opens nothing
PATIENCE_S = 10.0


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    payload: dict[str, object]
    files: dict[str, tuple[str, str, bytes]]


@dataclass
class Answer:
    """What the server says: a status, a body, headers; or what it does instead."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    instead: str = ""


class DiscordRest:
    """Takes requests down and answers as told; whatever isn't scripted is taken."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[Answer] = []
        self.url = ""
        self.arrived = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        answer = self.answers.pop(0) if self.answers else Answer()
        if answer.instead == "reset before the body":
            return _reset(request)
        self.received.append(await _received(request))
        self.arrived.set()
        if answer.instead == "silence":
            await asyncio.Event().wait()
        if answer.instead == "reset":
            return _reset(request)
        if answer.instead == "close":
            assert request.transport is not None
            request.transport.close()
        raw = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
        return web.Response(status=answer.status, body=raw, headers=answer.headers)


def _reset(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    sock = request.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()


async def _received(request: web.Request) -> Received:
    payload: dict[str, object] = {}
    files: dict[str, tuple[str, str, bytes]] = {}
    body = b""
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytes(await part.read())
            if part.name == "payload_json":
                assert part.headers["Content-Type"] == "application/json"
                payload = orjson.loads(content)
            else:
                kind = part.headers["Content-Type"]
                files[str(part.name)] = (str(part.filename), kind, content)
    else:
        body = await request.read()
        payload = orjson.loads(body) if body else {}
    return Received(request.method, request.raw_path, request.headers, body, payload, files)


@asynccontextmanager
async def discord_rest() -> AsyncIterator[tuple[DiscordRest, DiscordSender]]:
    """Serve on a free port, and give a sender that talks to it."""
    rest = DiscordRest()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", rest.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    rest.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    try:
        async with aiohttp.ClientSession() as session:
            yield rest, DiscordSender(session, rest.url, BOT_TOKEN)
    finally:
        await runner.cleanup()
