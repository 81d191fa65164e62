"""A copy of the database each day.

How old the newest copy is counts, and not how long the process runs: one that is restarted every
day makes its copies all the same, and one that is restarted every hour no more of them.
"""

import logging
from datetime import timedelta

from bot.domain.errors import StoreUnavailableError
from bot.domain.ports import Clock
from bot.domain.record_ports import DailyCopies

EVERY = timedelta(days=1)
_AFTER_TROUBLE_S = 3600.0
# Where a copy isn't found again, or the clock runs back, the disk isn't filled in a moment.
_AFTER_COPY_S = 60.0

_log = logging.getLogger(__name__)


class DailyCopy:
    """Makes a copy when the newest one is a day old."""

    def __init__(self, copies: DailyCopies, clock: Clock) -> None:
        self._copies = copies
        self._clock = clock

    async def keep_copying(self) -> None:
        """Do so again and again, until cancelled."""
        while True:
            await self._clock.sleep(await self._due_in_s())
            try:
                path = await self._copies.make(self._clock.now())
            except StoreUnavailableError as error:
                _log.warning("no copy of the database today: it %s", error.trouble.value)
                await self._clock.sleep(_AFTER_TROUBLE_S)
            else:
                _log.debug("copy  %s", path)
                await self._clock.sleep(_AFTER_COPY_S)

    async def _due_in_s(self) -> float:
        now = self._clock.now()
        latest = await self._copies.latest(now)
        return 0.0 if latest is None else max(0.0, (latest + EVERY - now).total_seconds())
