"""The local Discord and the local image API, set up for a load, on one clock."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.loads import AnyLoad, Load
from benchmarks.rules import model_name
from benchmarks.servers import Server, furnish
from sandbox.discord.clock import Timer
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.discord.world import Channel, User, World
from sandbox.get3w import Get3WSandbox, Output, Scenario, Wait, Wording, event, noise_png
from sandbox.get3w.catalogue import Model

REQUESTS_KEPT: Final = 100_000
# In force, and checked with every job, but never reached: what is refused would not be measured.
HOST_LIMITS: Final = {"BUDGET_USD_PER_DAY": "1000000", "MEMBER_PICTURES_PER_DAY": "1000000"}


class SteadyClock:
    """Unix time that only grows, so that moments of both stand-ins can be compared exactly.

    The image API's ledger writes down `time.monotonic`; :meth:`unix` brings that onto this scale.
    """

    def __init__(self) -> None:
        self._offset_s = time.time() - time.monotonic()

    def now(self) -> float:
        """Return Unix time in seconds."""
        return self.unix(time.monotonic())

    def unix(self, monotonic_s: float) -> float:
        """Return the Unix time of a moment of `time.monotonic`."""
        return self._offset_s + monotonic_s

    def call_at(self, at_s: float, callback: Callable[[], None]) -> Timer:
        """Call back on the running loop."""
        return asyncio.get_running_loop().call_later(max(0.0, at_s - self.now()), callback)


@dataclass(frozen=True, slots=True)
class Stage:
    """Both stand-ins, and the servers and members of the load."""

    discord: DiscordSandbox
    get3w: Get3WSandbox
    clock: SteadyClock
    servers: tuple[Server, ...]
    members: tuple[User, ...]

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return the channels of the first server."""
        return self.servers[0].channels

    def environment(self, load: AnyLoad) -> dict[str, str]:
        """Return what a bot needs to find everything."""
        env = {
            "DISCORD_TOKEN": self.discord.world.application.token,
            "DISCORD_API_URL": self.discord.api_url,
            "GET3W_API_KEY": self.get3w.account.key,
            "GET3W_API_URL": self.get3w.url,
            "HTTP_PORT": "0",
            "LOG_FORMAT": "text",
            **HOST_LIMITS,
        }
        if load.concurrency is not None:
            env["GET3W_CONCURRENCY"] = str(load.concurrency)
        return env


@asynccontextmanager
async def staged(load: AnyLoad) -> AsyncGenerator[Stage]:
    """Open both stand-ins."""
    world = World.empty()
    servers, members = furnish(world, load)
    settings = SandboxSettings(
        hidden_rate=load.hidden_rate,
        keep_bytes=False,
        digest_bytes=False,
        requests_kept=REQUESTS_KEPT,
    )
    clock = SteadyClock()
    async with (
        DiscordSandbox.open(world=world, clock=clock, settings=settings) as discord,
        Get3WSandbox.open() as get3w,
    ):
        if isinstance(load, Load):
            get3w.default = _scenario(load)
        else:
            names = map(model_name, range(load.models))
            get3w.account.models += [Model(model_id=name, usd=0.01, inputs={}) for name in names]
        yield Stage(discord, get3w, clock, servers, members)


def _scenario(load: Load) -> Scenario:
    words, wait = Wording(), Wait(after_s=load.takes_s / load.events)
    told = [words.progress(n / load.events) for n in range(1, load.events)]
    stream = Scenario.events(*(event(payload, wait=wait) for payload in (*told, words.completed())))
    picture = Output(picture=noise_png(load.picture_bytes), content_type="image/png")
    return stream.with_outputs(picture)
