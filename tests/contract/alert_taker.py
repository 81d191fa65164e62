"""Whoever takes alerts: a small server on loopback that keeps what it was sent."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

WAIT_S = 10.0


@dataclass
class Post:
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def document(self) -> dict[str, object]:
        document: dict[str, object] = json.loads(self.body)
        return document


@dataclass
class AlertTaker:
    """Answers with the statuses that a test lines up, and with 200 after them.

    While `gate` is clear, answers wait for it.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        post = Post(request.path_qs, await request.read(), dict(request.headers))
        async with self._came:
            self.posts.append(post)
            self._came.notify_all()
        await self.gate.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers={"Location": self.url} if status < 400 else {})

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S), self._came:
            await self._came.wait_for(condition)

    async def taken(self, count: int = 1) -> list[Post]:
        """Wait for as many posts, and give them."""
        await self.until(lambda: len(self.posts) >= count)
        return self.posts


@asynccontextmanager
async def alert_taker() -> AsyncGenerator[AlertTaker]:
    taker = AlertTaker()
    taker.gate.set()
    app = web.Application()
    app.router.add_post("/{path:.*}", taker.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        taker.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield taker
    finally:
        taker.gate.set()
        await runner.cleanup()
