"""When the messages of one channel may be edited.

Discord counts twice. Each interaction has a bucket of its own, told of in headers with each
answer. Besides there is a limit on all webhook traffic of a channel that no header tells of: it
shows only as a 429. So a channel is open until its first 429, though never to all progress of a
crowd: its jobs share four edits a second, or forty that start together would use the limit up
before the first picture. After a 429 the channel is narrow for a minute: progress of all its jobs
together gets one edit in five seconds, and final edits go one after the other, so that what
Discord refuses isn't sent by forty jobs at once. Nothing goes before the time that a 429 named,
and while a final edit waits no progress goes at all.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.domain.ports import Clock

OPEN_PROGRESS_EVERY_S = 0.25
NARROW_FOR_S = 60.0
NARROW_PROGRESS_EVERY_S = 5.0
_CHANNELS_KEPT = 10_000


class ChannelPace:
    """The pace of one channel, shared by all its jobs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed_until_s = 0.0
        self._narrow_until_s = 0.0
        self._last_progress_s = -math.inf
        self._finals = asyncio.Lock()
        self._finals_waiting = 0

    def limited(self, retry_after_s: float) -> None:
        """Take note of a 429."""
        now_s = self._clock.monotonic()
        self._closed_until_s = max(self._closed_until_s, now_s + retry_after_s)
        self._narrow_until_s = max(self._closed_until_s, now_s) + NARROW_FOR_S

    def progress_wait_s(self) -> float:
        """Tell how long a progress edit has to wait from now; 0 where it may go."""
        now_s = self._clock.monotonic()
        if self._finals_waiting:
            return NARROW_PROGRESS_EVERY_S
        narrow = now_s < self._narrow_until_s
        every_s = NARROW_PROGRESS_EVERY_S if narrow else OPEN_PROGRESS_EVERY_S
        return max(self._closed_until_s, self._last_progress_s + every_s, now_s) - now_s

    def progress_goes(self) -> None:
        """Take the turn for a progress edit that is sent now."""
        self._last_progress_s = self._clock.monotonic()

    @asynccontextmanager
    async def final_turn(self) -> AsyncGenerator[None]:
        """Hold a turn for a final edit; it comes at once while the channel is open."""
        if self._clock.monotonic() >= self._narrow_until_s:
            yield
            return
        self._finals_waiting += 1
        try:
            async with self._finals:
                while (wait_s := self._closed_until_s - self._clock.monotonic()) > 0:
                    await self._clock.sleep(wait_s)
                yield
        finally:
            self._finals_waiting -= 1


class ChannelPaces:
    """The paces of all channels; those that were asked for longest ago are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paces: OrderedDict[int, ChannelPace] = OrderedDict()

    def of(self, channel_id: int) -> ChannelPace:
        """Find the one pace of a channel."""
        pace = self._paces.setdefault(channel_id, ChannelPace(self._clock))
        self._paces.move_to_end(channel_id)
        if len(self._paces) > _CHANNELS_KEPT:
            self._paces.popitem(last=False)
        return pace
