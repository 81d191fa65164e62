"""What goes wrong between the bot and Discord, and with its processes, by chance."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from random import Random

from typing_extensions import override

from sandbox.discord.faults import Fault
from sandbox.discord.records import RecordedRequest
from sandbox.discord.server import DiscordSandbox
from tests.soak.crew import Crew

# Between two blows that befall a process, counted in requests to Discord.
_REQUESTS_BETWEEN = (30, 130)
_QUIET_MAX_S = 5.0
_AWAY_REQUESTS = 20


class Restarts:
    """Restarts each process in turn as it is asked to, then kills one; nothing else goes wrong.

    Attributes
    ----------
    faults
        What befalls single requests.
    reconnects
        How often Discord sent everybody to another gateway.
    """

    def __init__(self, discord: DiscordSandbox, crew: Crew, luck: Random) -> None:
        self.reconnects = 0
        self.faults: list[Fault] = []
        self._discord = discord
        self._crew = crew
        self._luck = luck
        self._over = False

    @property
    def hits(self) -> int:
        """How many requests to Discord were befallen."""
        return sum(fault.hits for fault in self.faults)

    async def strike(self) -> None:
        """Let one blow follow the other."""
        for shard in self._crew.shards:
            await self._some_requests()
            await self._crew.replace(shard, killed=False)
        await self._some_requests()
        await self._kill()

    def be_over(self) -> None:
        """Let everything go its ordinary way again."""
        self._over = True
        self._discord.faults.clear()

    async def _some_requests(self) -> None:
        requests = self._discord.requests
        until = len(requests) + self._luck.randint(*_REQUESTS_BETWEEN)
        with suppress(TimeoutError):
            await self._discord.until(lambda: self._over or len(requests) >= until, _QUIET_MAX_S)

    async def _kill(self) -> None:
        await self._crew.replace(self._luck.choice(self._crew.shards), killed=True)


class Misfortune(Restarts):
    """Lets all kinds of things go wrong until it is over."""

    def __init__(self, discord: DiscordSandbox, crew: Crew, luck: Random) -> None:
        super().__init__(discord, crew, luck)
        self.faults += [discord.faults.add(fault) for fault in _faults(luck)]

    @override
    async def strike(self) -> None:
        blows = self._blows()
        while not self._over:
            await self._some_requests()
            if not self._over:
                await next(blows)()

    def _blows(self) -> Iterator[Callable[[], Awaitable[None]]]:
        """Give them in rounds, so that every kind comes however few there is time for."""
        yield from (self._stop, self._kill)
        while True:
            every = [self._kill, self._kill, self._stop, self._reconnect, self._go_away]
            yield from self._luck.sample(every, len(every))

    async def _stop(self) -> None:
        await self._crew.replace(self._luck.choice(self._crew.shards), killed=False)

    async def _reconnect(self) -> None:
        self.reconnects += 1
        if self._luck.random() < 1 / 2:
            self._discord.gateway.send_reconnect()
        else:
            self._discord.gateway.invalidate(resumable=self._luck.random() < 1 / 2)

    async def _go_away(self) -> None:
        fault = Fault(times=_AWAY_REQUESTS, matching=_of_messages, status=503, body="away")
        self.faults.append(self._discord.faults.add(fault))


def _faults(luck: Random) -> list[Fault]:
    limited = Fault.rate_limited("*/messages/*", 0.4)
    limited.times, limited.matching = None, _by_chance(luck, 0.01)
    return [
        limited,
        _fault(luck, 0.02, status=500, body="oh"),
        _fault(luck, 0.01, status=502, body="oh", carried_out=True),
        _fault(luck, 0.01, reset=True),
        _fault(luck, 0.01, reset=True, carried_out=True),
        _fault(luck, 0.01, close=True),
    ]


def _fault(luck: Random, share: float, **what: object) -> Fault:
    return Fault(times=None, matching=_by_chance(luck, share), **what)


def _by_chance(luck: Random, share: float) -> Callable[[RecordedRequest], bool]:
    return lambda request: _of_messages(request) and luck.random() < share


def _of_messages(request: RecordedRequest) -> bool:
    return request.path.endswith("/callback") or "/messages" in request.path
