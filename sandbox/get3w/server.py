"""The sandbox as tests and the demo hold it: started, scripted, read, stopped."""

import re
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self, TypeVar

from aiohttp import web

from sandbox.get3w.account import Account
from sandbox.get3w.handlers import API_PATH, OUTPUTS_PATH, Api
from sandbox.get3w.ledger import Ledger, Submission, TaskVisit, UploadVisit, Visit
from sandbox.get3w.pictures import SIDE_PX
from sandbox.get3w.playbook import Playbook
from sandbox.get3w.scenario import Scenario
from sandbox.get3w.task import Origins, Task
from sandbox.get3w.uploads import IMAGE_MAX_BYTES

Seen = TypeVar("Seen")

SHUTDOWN_S = 0.01
"""How long an open answer may still go on when the sandbox closes: it is cut, as a crash would."""

BACKLOG = 4_096
"""Connections that may wait to be accepted; a thousand streams open in one go."""


@dataclass(eq=False, kw_only=True)
class Get3WSandbox:
    """A running local Get3W.

    Attributes
    ----------
    origins
        Where a client finds the API and the pictures.
    account
        Its key, its balance and the catalogue: the test's to set.
    playbook
        Which scenario answers which submission.
    ledger
        All that was asked.
    tasks
        What was accepted, by id.
    """

    origins: Origins
    account: Account
    playbook: Playbook
    ledger: Ledger
    tasks: Mapping[str, Task]

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        key: str = "sk_sandbox",
        pace_s: float = 0.5,
        side_px: int = SIDE_PX,
        second_origin: bool = False,
    ) -> AsyncGenerator[Self]:
        """Serve until the block ends.

        Parameters
        ----------
        host, port
            Where to listen; port 0 takes a free one.
        key
            The key that is accepted.
        pace_s
            Seconds between two events of the default scenario.
        side_px
            Width and height of a drawn picture whose size isn't asked for.
        second_origin
            Serve the pictures from another port than the API, as a CDN would.
        """
        async with AsyncExitStack() as stack:
            doors = [stack.enter_context(_door(host, port))]
            if second_origin:
                doors.append(stack.enter_context(_door(host, 0)))
            origins = _origins(doors)
            api = Api(
                account=Account(key=key),
                playbook=Playbook(default=Scenario.stream(every_s=pace_s)),
                origins=origins,
                side_px=side_px,
            )
            await stack.enter_async_context(_serving(api, doors))
            yield cls._over(api)

    @classmethod
    def _over(cls, api: Api) -> Self:
        return cls(
            origins=api.origins,
            account=api.account,
            playbook=api.playbook,
            ledger=api.ledger,
            tasks=api.tasks,
        )

    @property
    def url(self) -> str:
        """What the bot gets as ``GET3W_API_URL``."""
        return self.origins.api

    @property
    def default(self) -> Scenario:
        """What answers a prompt for which nothing is scripted."""
        return self.playbook.default

    @default.setter
    def default(self, scenario: Scenario) -> None:
        self.playbook.default = scenario

    def script(self, prompt: str | re.Pattern[str], *scenarios: Scenario) -> None:
        """Answer this prompt, or those in which the pattern is found, with these in turn."""
        self.playbook.script(prompt, *scenarios)

    def enqueue(self, *scenarios: Scenario) -> None:
        """Answer the next submissions with these, one each, whatever their prompts."""
        self.playbook.enqueue(*scenarios)

    @property
    def submissions(self) -> list[Submission]:
        """The submissions so far, refused ones among them."""
        return self.ledger.submissions

    @property
    def polls(self) -> list[TaskVisit]:
        """The polls so far."""
        return self.ledger.polls

    @property
    def deletes(self) -> list[TaskVisit]:
        """The deletions so far."""
        return self.ledger.deletes

    @property
    def downloads(self) -> list[Visit]:
        """The downloads of pictures so far."""
        return self.ledger.downloads

    @property
    def uploads(self) -> list[UploadVisit]:
        """The pictures that were brought so far."""
        return self.ledger.uploads

    def submissions_of(self, prompt: str) -> list[Submission]:
        """Return the submissions of one prompt."""
        return [submission for submission in self.submissions if submission.prompt == prompt]

    async def until(self, condition: Callable[[], Seen], timeout_s: float = 5.0) -> Seen:
        """Return what `condition` returns, once that is true; see `Ledger.until`."""
        return await self.ledger.until(condition, timeout_s)


@asynccontextmanager
async def _serving(api: Api, doors: list[socket.socket]) -> AsyncGenerator[None]:
    app = web.Application(client_max_size=2 * IMAGE_MAX_BYTES)
    app.add_routes(api.routes())
    # A handler is cancelled when its client leaves: that is how the ledger knows at once.
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN_S
    )
    await runner.setup()
    try:
        for door in doors:
            await web.SockSite(runner, door, backlog=BACKLOG).start()
        yield
    finally:
        await runner.cleanup()


def _door(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), backlog=BACKLOG)


def _origins(doors: list[socket.socket]) -> Origins:
    api, outputs = _origin(doors[0]), _origin(doors[-1])
    return Origins(api=f"{api}{API_PATH}", outputs=f"{outputs}{OUTPUTS_PATH}")


def _origin(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://{host}:{port}"
