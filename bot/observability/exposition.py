"""``/metrics``: what Prometheus asks for now and then."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.aiohttp import make_aiohttp_handler

from bot.observability.figures import FigureCollector, Figures


async def _nothing_to_look_up() -> Figures:
    return Figures()


@dataclass(slots=True)
class MetricsDesk:
    """Gives the numbers of one process out.

    Attributes
    ----------
    registry
        Where they are kept.
    look
        Looks the figures of the moment up, anew for each answer.
    """

    registry: CollectorRegistry
    look: Callable[[], Awaitable[Figures]] = _nothing_to_look_up
    _found: Figures = field(default_factory=Figures)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """List where they are asked for."""
        self.registry.register(FigureCollector(lambda: self._found))
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        answer = make_aiohttp_handler(registry=self.registry)

        async def metrics(request: web.Request) -> web.StreamResponse:
            self._found = await self.look()
            return await answer(request)

        return (web.get("/metrics", metrics),)
