"""The time of the machine; fulfils the ``Clock`` port."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """Spans by the running event loop, moments by the system."""

    def monotonic(self) -> float:
        """Seconds that only grow, on the scale of the event loop's timers."""
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        """Tell the moment in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait; at once for zero or less."""
        await asyncio.sleep(max(0.0, seconds))
