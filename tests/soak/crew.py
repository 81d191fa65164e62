"""The bot's processes, which end again and again, asked to or not.

One process has a SQLite file for itself; several share a database of PostgreSQL, each with one
shard of Discord's.
"""

import asyncio
import signal
import time
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from tests.operator import Operator
from tests.soak.orders import SILENCE_S
from tests.stage import UNBOUNDED, BotProcess

_SETTINGS = {
    **UNBOUNDED,
    "GET3W_CONCURRENCY": "16",
    "GET3W_SILENCE_TIMEOUT_S": f"{SILENCE_S:g}",
    "GET3W_PROGRESS_TIMEOUT_S": "6",
    "GET3W_DEADLINE_S": "60",
    "MEMBER_WAITING_MAX": "1000",
}
# Enough for a traceback; before it stands what was tried.
_LINES_AFTER = 40
_MISTAKES = ("Traceback (most recent call last)", "ended without telling its member")


class Farewell(NamedTuple):
    """The end of a process (`time.monotonic`); one that is killed lets go as it goes."""

    let_go_s: float
    gone_s: float


class Crew:
    """Starts processes and ends them.

    Attributes
    ----------
    url
        Their database.
    killed, stopped
        How many were ended as the kernel does it, and how many when they were asked to.
    farewells
        When each of them let go of its jobs, and when it was gone.
    breaches
        What they did that they shouldn't have.
    """

    def __init__(self, operator: Operator, luck: Random, url: str, size: int) -> None:
        self.killed = self.stopped = 0
        self.farewells: list[Farewell] = []
        self.breaches: list[str] = []
        self._operator = operator
        self._luck = luck
        self.url = url
        self._size = size
        self._ending: set[int] = set()
        self._bots: dict[int, BotProcess] = {}
        self._grace_s: dict[int, int] = {}

    @property
    def shards(self) -> Sequence[int]:
        """The places of its processes."""
        return range(self._size)

    @property
    def complete(self) -> bool:
        """Whether each process serves, and Discord has a connection to it."""
        return not self._ending and self._operator.discord.ready_shards == self._size

    async def start(self) -> None:
        """Start all of them."""
        for shard in self.shards:
            await self._start(shard)

    async def kill(self, shard: int) -> BotProcess:
        """End one as the kernel does, and give it."""
        self.killed += 1
        killed_s = time.monotonic()
        bot = self._bots[shard]
        await bot.crash()
        # The API may still write to the connection of a process that is dying.
        self.farewells.append(Farewell(killed_s, time.monotonic()))
        return bot

    async def stop(self, shard: int, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask one to stop."""
        bot = self._bots[shard]
        let_go_s = time.monotonic() + self._grace_s[shard]
        bot.ask_to_stop(number)
        if code := await bot.ended():
            self.breaches.append(f"a process that was asked to stop ended with {code}")
        self.stopped += 1
        self.farewells.append(Farewell(let_go_s, time.monotonic()))

    async def replace(self, shard: int, *, killed: bool) -> None:
        """End a process one way or the other, and start the next one in its place."""
        self._ending.add(shard)
        await (self.kill(shard) if killed else self.stop(shard))
        await self._start(shard)
        self._ending.discard(shard)

    async def end(self) -> None:
        """Ask all to stop, one beside the other."""
        async with asyncio.TaskGroup() as ending:
            for shard in self.shards:
                ending.create_task(self.stop(shard))

    def mistakes(self) -> list[str]:
        """Give what any of them has printed that only a mistake of ours prints."""
        return [
            "\n".join(["a process printed:", *_around(bot.lines, number)])
            for bot in self._operator.processes
            for number, line in enumerate(bot.lines)
            if any(mistake in line for mistake in _MISTAKES)
        ]

    async def _start(self, shard: int) -> None:
        shards = {"SHARD_COUNT": str(self._size), "SHARD_IDS": str(shard)}
        self._grace_s[shard] = grace_s = self._luck.choice((0, 1, 3))
        grace = {"SHUTDOWN_GRACE_S": str(grace_s)}
        settings = {**_SETTINGS, **grace, **(shards if self._size > 1 else {})}
        self._bots[shard] = await self._operator.start(DATABASE_URL=self.url, **settings)


def _around(lines: Sequence[str], number: int) -> Sequence[str]:
    return lines[max(0, number - 1) : number + _LINES_AFTER]
