"""When the messages of one channel may be edited.

Discord counts twice. Each interaction has a bucket of its own, told of in headers with each
answer. Besides there is a limit on all webhook traffic of a channel that no header tells of: it
shows only as a 429, and nobody knows whether it counts edits. So a channel is open until its first
429, though never to all progress of a crowd: its jobs share four edits a second, or forty that
start together would use the limit up before the first picture. After a 429 the channel is narrow
for a minute: progress of all its jobs together gets one edit in five seconds, and final edits go
one after the other, so that what Discord refuses isn't sent by forty jobs at once. Nothing goes
before the time that a 429 named, and while a final edit waits no progress goes at all.

A 429 may shut a channel for most of a minute, and a picture would wait that long behind
percentages. So one is lesson enough, for all channels: for an hour progress is thrifty everywhere.
It spends half of what a channel is thought to take in a minute freely, most of the rest ever more
slowly, and leaves the last of it to final edits.
"""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.domain.ports import Clock

OPEN_PROGRESS_EVERY_S = 0.25
NARROW_FOR_S = 60.0
NARROW_PROGRESS_EVERY_S = 5.0
# Authors of libraries observe 30 requests in 60 s; Discord publishes no number.
# https://github.com/discord/discord-api-docs/issues/2701
HIDDEN_LIMIT_S = 60.0
THRIFTY_FOR_S = 3600.0
FREE_EDITS = 14
SLOW_FROM_EDITS = 20
SLOW_PROGRESS_EVERY_S = 2.0
# Four are left to pictures.
PROGRESS_EDITS_MAX = 26
_CHANNELS_KEPT = 10_000


class HiddenLimit:
    """What is known of Discord's limit on channels, the same for all of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known_until_s = -math.inf

    @property
    def known(self) -> bool:
        """Whether a channel has met it lately, so that edits do count."""
        return self._clock.monotonic() < self._known_until_s

    def met(self) -> None:
        """Take note that a channel has met it."""
        self._known_until_s = self._clock.monotonic() + THRIFTY_FOR_S


class ChannelPace:
    """The pace of one channel, shared by all its jobs."""

    def __init__(self, clock: Clock, limit: HiddenLimit) -> None:
        self._clock = clock
        self._limit = limit
        self._closed_until_s = 0.0
        self._narrow_until_s = 0.0
        self._last_progress_s = -math.inf
        self._edits_s: deque[float] = deque(maxlen=PROGRESS_EDITS_MAX)
        self._finals = asyncio.Lock()
        self._finals_waiting = 0

    def limited(self, retry_after_s: float) -> None:
        """Take note of a 429."""
        self._limit.met()
        now_s = self._clock.monotonic()
        self._closed_until_s = max(self._closed_until_s, now_s + retry_after_s)
        self._narrow_until_s = max(self._closed_until_s, now_s) + NARROW_FOR_S

    def progress_wait_s(self) -> float:
        """Tell how long a progress edit has to wait from now; 0 where it may go."""
        now_s = self._clock.monotonic()
        if now_s >= self._narrow_until_s:
            return max(0.0, self._shared_wait_s(now_s), self._thrifty_wait_s(now_s))
        if self._finals_waiting:
            return NARROW_PROGRESS_EVERY_S
        next_s = self._last_progress_s + NARROW_PROGRESS_EVERY_S
        return max(self._closed_until_s, next_s, now_s) - now_s

    def _shared_wait_s(self, now_s: float) -> float:
        return self._last_progress_s + OPEN_PROGRESS_EVERY_S - now_s

    def _thrifty_wait_s(self, now_s: float) -> float:
        if not self._limit.known:
            return 0.0
        lately = [sent_s for sent_s in self._edits_s if sent_s > now_s - HIDDEN_LIMIT_S]
        if len(lately) < FREE_EDITS:
            return 0.0
        slow = len(lately) >= SLOW_FROM_EDITS
        every_s = NARROW_PROGRESS_EVERY_S if slow else SLOW_PROGRESS_EVERY_S
        spent = len(lately) >= PROGRESS_EDITS_MAX
        room_from_s = lately[0] + HIDDEN_LIMIT_S if spent else now_s
        return max(self._last_progress_s + every_s, room_from_s) - now_s

    def progress_goes(self) -> None:
        """Take the turn for a progress edit that is sent now."""
        self._note_edit()
        self._last_progress_s = self._clock.monotonic()

    def _note_edit(self) -> None:
        self._edits_s.append(self._clock.monotonic())

    @asynccontextmanager
    async def final_turn(self) -> AsyncGenerator[None]:
        """Hold a turn for a final edit; it comes at once while the channel is open."""
        if self._clock.monotonic() >= self._narrow_until_s:
            self._note_edit()
            yield
            return
        self._finals_waiting += 1
        try:
            async with self._finals:
                while (wait_s := self._closed_until_s - self._clock.monotonic()) > 0:
                    await self._clock.sleep(wait_s)
                self._note_edit()
                yield
        finally:
            self._finals_waiting -= 1


class ChannelPaces:
    """The paces of all channels; those that were asked for longest ago are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._limit = HiddenLimit(clock)
        self._paces: OrderedDict[int, ChannelPace] = OrderedDict()

    def of(self, channel_id: int) -> ChannelPace:
        """Find the one pace of a channel."""
        pace = self._paces.setdefault(channel_id, ChannelPace(self._clock, self._limit))
        self._paces.move_to_end(channel_id)
        if len(self._paces) > _CHANNELS_KEPT:
            self._paces.popitem(last=False)
        return pace
