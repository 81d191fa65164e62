"""Whether the bot lives, and whether it is ready: the two questions of whoever runs containers.

It lives while its event loop turns. That Discord or the database is away is no reason to start it
again: each start costs one of the thousand sessions that Discord gives in a day, and mends nothing.
So those are a matter of readiness alone.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson
from aiohttp import web


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is so at a moment.

    Attributes
    ----------
    shards
        How many this process has to serve.
    database
        Whether it answers.
    schema
        Whether it is as new as this version of the bot wants it.
    stopping
        Whether no new work is taken.
    """

    shards: int
    connected: int
    database: bool
    schema: bool
    stopping: bool = False

    @property
    def ready(self) -> bool:
        """Whether members are served, all of them."""
        whole = self.connected >= self.shards
        return whole and self.database and self.schema and not self.stopping


@dataclass(slots=True)
class HealthDesk:
    """Answers both questions.

    Attributes
    ----------
    look
        Tells how ready it is; ``None`` while it isn't even built.
    """

    look: Callable[[], Awaitable[Readiness]] | None = None
    _began_s: float = field(default_factory=time.monotonic)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """List where the questions are asked."""
        return web.get("/livez", self._livez), web.get("/readyz", self._readyz)

    async def _livez(self, _: web.Request) -> web.Response:
        up_s = round(time.monotonic() - self._began_s, 1)
        return _answer({"status": "alive", "up_s": up_s}, HTTPStatus.OK)

    async def _readyz(self, _: web.Request) -> web.Response:
        if self.look is None:
            return _answer({"status": "starting"}, HTTPStatus.SERVICE_UNAVAILABLE)
        found = await self.look()
        status = HTTPStatus.OK if found.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return _answer(_told(found), status)


def _told(found: Readiness) -> dict[str, object]:
    unready = "stopping" if found.stopping else "not ready"
    return {
        "status": "ready" if found.ready else unready,
        "shards": found.shards,
        "connected": found.connected,
        "database": "reachable" if found.database else "away",
        "schema": "current" if found.schema else "behind or unknown",
    }


def _answer(document: dict[str, object], status: HTTPStatus) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=orjson.dumps(document),
        status=status,
        content_type="application/json",
        headers=headers,
    )
