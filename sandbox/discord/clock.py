"""Time as the sandbox reads it, so that a test may own it.

Discord's rules are about moments (3 s to answer, 15 min of token, a bucket's reset). They all ask
a `Clock`; a test that hands in a `ManualClock` crosses minute 15 in one call.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer(Protocol):
    """A callback that was asked for and may still be called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it has already run."""
        ...


class Clock(Protocol):
    """Tells the time and calls back at a moment."""

    def now(self) -> float:
        """Return Unix time in seconds."""
        ...

    def call_at(self, at_s: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` once the clock has reached `at_s`."""
        ...


class RealClock:
    """The machine's clock and the running event loop's timers."""

    def now(self) -> float:
        """Return Unix time in seconds."""
        return time.time()

    def call_at(self, at_s: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` on the running loop at `at_s`, or soon if that has passed."""
        return asyncio.get_running_loop().call_later(max(0.0, at_s - self.now()), callback)


class ManualTimer:
    """A callback of a `ManualClock`."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Call it off."""
        self._callback = None

    def fire(self) -> None:
        """Run it, unless it was called off."""
        if self._callback is not None:
            self._callback()


class ManualClock:
    """A clock that stands still until it is advanced.

    Parameters
    ----------
    start_s
        Unix time in seconds at which it stands first. Programs that compare interaction ids with
        their own clock want the present here: `ManualClock(time.time())`.
    """

    def __init__(self, start_s: float = 1_800_000_000.0) -> None:
        self._now_s = start_s
        self._order = itertools.count()
        self._timers: list[tuple[float, int, ManualTimer]] = []

    def now(self) -> float:
        """Return Unix time in seconds."""
        return self._now_s

    def call_at(self, at_s: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` during the `advance` that reaches `at_s`."""
        timer = ManualTimer(callback)
        heapq.heappush(self._timers, (at_s, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, running what falls due on the way, in order."""
        end_s = self._now_s + seconds
        while self._timers and self._timers[0][0] <= end_s:
            at_s, _, timer = heapq.heappop(self._timers)
            self._now_s = max(self._now_s, at_s)
            timer.fire()
        self._now_s = end_s
