"""The bot's power: pulled in the middle of its work, and given back on the same data folder."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sandbox.discord.waiting import Watch
from sandbox.race import first_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from sandbox.bot_process import BotProcess

# Waiting for a bot is bounded by whoever calls.
FOREVER_S: Final = 3600.0


class Power(StrEnum):
    """What is known of the bot's process.

    `ABSENT`: nobody has plugged one in here. `ENDED`: it ended by itself. The one that has been
    started is `RUNNING` once it is connected.
    """

    ABSENT = "absent"
    STARTING = "starting"
    RUNNING = "running"
    KILLED = "killed"
    ENDED = "ended"


class Plug:
    """Holds the bot's process: the only one to start it, to kill it and to see it end.

    Attributes
    ----------
    power
        How it stands.
    last_lines
        The end of what the bot has written since its last start.

    Parameters
    ----------
    connected
        Returns once the bot has come to Discord.
    """

    def __init__(self, connected: Callable[[], Awaitable[object]]) -> None:
        self.power = Power.ABSENT
        self.last_lines: Sequence[str] = ()
        self._connected = connected
        self._wanted = asyncio.Event()
        self._bot: BotProcess | None = None
        self._keeping: asyncio.Task[int] | None = None
        self._watch = Watch()

    @asynccontextmanager
    async def plugged_in(
        self, bots: Callable[[], AbstractAsyncContextManager[BotProcess]]
    ) -> AsyncGenerator[None]:
        """Keep a bot running until the context ends; each start takes a new one from `bots`."""
        self._wanted.set()
        self._turn(Power.STARTING)
        self._keeping = asyncio.create_task(self._keep(bots))
        try:
            yield
        finally:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
            self._turn(Power.ABSENT)

    async def ended(self) -> int:
        """Wait for a bot to end by itself; returns its exit code.

        Raises
        ------
        LookupError
            None is plugged in.
        """
        if self._keeping is None:
            raise LookupError("no bot is plugged in")
        return await asyncio.shield(self._keeping)

    def pull(self) -> None:
        """Kill the bot as a power cut would: no farewell to anybody.

        Raises
        ------
        ValueError
            It isn't running.
        """
        if self.power not in {Power.STARTING, Power.RUNNING}:
            raise ValueError("the bot isn't running")
        self._wanted.clear()
        if self._bot is not None:
            self._bot.kill()

    def start(self) -> None:
        """Start the bot again.

        Raises
        ------
        ValueError
            It hasn't been killed.
        """
        if self.power is not Power.KILLED:
            raise ValueError("the bot hasn't been killed")
        self._wanted.set()
        self._turn(Power.STARTING)

    async def until(self, power: Power, timeout_s: float = 30.0) -> None:
        """Wait until it stands so.

        Raises
        ------
        TimeoutError
            It doesn't within `timeout_s`.
        """
        await self._watch.until(lambda: self.power is power, timeout_s)

    def _turn(self, power: Power) -> None:
        self.power = power
        self._watch.changed()

    async def _keep(self, bots: Callable[[], AbstractAsyncContextManager[BotProcess]]) -> int:
        while True:
            async with bots() as bot:
                code = await self._watched(bot)
            self._bot = None
            if self._wanted.is_set():
                self._turn(Power.ENDED)
                return code
            self._turn(Power.KILLED)
            await self._wanted.wait()

    async def _watched(self, bot: BotProcess) -> int:
        self._bot, self.last_lines = bot, bot.last_lines
        # The plug may have been pulled before there was a process to kill.
        if not self._wanted.is_set():
            bot.kill()
        return await first_of(bot.ended(), self._welcomed())

    async def _welcomed(self) -> int:
        await self._connected()
        self._turn(Power.RUNNING)
        never: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        return await never
