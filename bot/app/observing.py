"""Wires what counts: the numbers, those who see things happen, and what is looked up when asked."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
from prometheus_client import CollectorRegistry, disable_created_metrics

from bot.app.background import in_background
from bot.client.bot import ImagineBot
from bot.client.view import View
from bot.domain.errors import StoreUnavailableError
from bot.domain.happenings import Happening, InteractionReceived
from bot.domain.ledgers import HOST_ACCOUNT, MICRODOLLARS
from bot.domain.ports import Clock
from bot.observability.exposition import MetricsDesk
from bot.observability.figures import Figures, Reads
from bot.observability.invalid_requests import InvalidRequests
from bot.observability.loop_watch import watch_loop
from bot.observability.measures import Measures
from bot.observability.traces import DiscordTrace, upstream_trace
from bot.services.generation import Generation
from bot.services.slot_line import SlotLine
from bot.storage.stores import Stores


@dataclass(frozen=True, slots=True)
class Observatory:
    """All that looks at the bot from inside; what it sees is asked for at its desk."""

    measures: Measures
    invalid: InvalidRequests
    discord: DiscordTrace
    desk: MetricsDesk

    def note(self, happening: Happening) -> None:
        """Take note of what happened."""
        if isinstance(happening, InteractionReceived):
            self.discord.await_answer(happening.interaction_id)
        else:
            self.measures.note(happening)

    @property
    def view(self) -> View:
        """What the bot itself is looked at with."""
        return View(self.note, self.discord.config())

    def upstream(self) -> aiohttp.TraceConfig:
        """Give what looks at requests to the image API."""
        return upstream_trace(self.measures)


async def open_observatory(stack: AsyncExitStack) -> Observatory:
    """Build it, and let it look at the event loop."""
    # When a number was first counted doubles their number, and nobody asks for it.
    disable_created_metrics()  # type: ignore[no-untyped-call]  # the library says so little
    registry = CollectorRegistry()
    measures, invalid = Measures(registry), InvalidRequests()
    await in_background(watch_loop(measures.loop_lag), stack)
    return Observatory(measures, invalid, DiscordTrace(measures, invalid), MetricsDesk(registry))


@dataclass(frozen=True, slots=True)
class Sights:
    """What there is to see."""

    bot: ImagineBot
    generation: Generation
    line: SlotLine
    stores: Stores
    invalid: InvalidRequests
    budget_microdollars: int | None


def looking_at(sights: Sights, clock: Clock) -> Callable[[], Awaitable[Figures]]:
    """Give what looks the figures of a moment up."""

    async def look() -> Figures:
        bot, stores, budget = sights.bot, sights.stores, sights.budget_microdollars
        return Figures(
            waiting=sights.line.waiting,
            running=len(sights.generation.at_work) - sights.line.waiting,
            shards=bot.shards_served,
            connected=len(bot.shard_watch.connected),
            latencies=bot.heard_latencies,
            caches={
                "server rules": Reads(stores.policies.hits, stores.policies.misses),
                "host": Reads(stores.host.hits, stores.host.misses),
            },
            invalid_requests=sights.invalid.count,
            spent_usd=await _spent_usd(stores, clock),
            budget_usd=None if budget is None else budget / MICRODOLLARS,
        )

    return look


async def _spent_usd(stores: Stores, clock: Clock) -> float | None:
    try:
        account = await stores.ledger.account(HOST_ACCOUNT, clock.now())
    except StoreUnavailableError:
        return None
    return account.day_microdollars / MICRODOLLARS
