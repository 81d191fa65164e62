"""How late the event loop turns: whatever blocks it delays everybody."""

import asyncio

from prometheus_client import Histogram

_EVERY_S = 0.5


async def watch_loop(lag: Histogram) -> None:
    """Measure, again and again, how much later than it should a wait ends; until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due_s = loop.time() + _EVERY_S
        await asyncio.sleep(_EVERY_S)
        lag.observe(max(0.0, loop.time() - due_s))
