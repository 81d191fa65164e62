"""How many requests Discord has refused lately, and what may be sent all the same.

Whoever gets 10,000 answers of 401, 403 or 429 within 10 minutes is shut out for a while, with
everything behind the same address. Long before that the bot sends only what can hardly be refused:
first answers, whose tokens are seconds old, and what it connects by. Close to it, nothing at all.
Several bots behind one address count apart, so the limits leave room for two.
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

import time
from collections import deque
from collections.abc import Callable

from aiohttp import ClientError

WINDOW_S = 600.0
SPARING_FROM = 3_000
STOP_FROM = 5_000
INVALID_STATUSES = frozenset({401, 403, 429})


class HeldBackError(ClientError):
    """A request wasn't sent, since too many were refused lately."""


class InvalidRequests:
    """Counts what was refused in the window.

    Attributes
    ----------
    on_sparing
        Is told the count when it begins to hold requests back, at most once in a window.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._refused_s: deque[float] = deque()
        self._told_s: float | None = None
        self.on_sparing: Callable[[int], None] | None = None

    @property
    def count(self) -> int:
        """How many there were in the last 10 minutes."""
        oldest_s = self._now_s() - WINDOW_S
        while self._refused_s and self._refused_s[0] <= oldest_s:
            self._refused_s.popleft()
        return len(self._refused_s)

    def note(self) -> None:
        """Take note of a request that was refused."""
        self._refused_s.append(self._now_s())

    def check(self, *, essential: bool) -> None:
        """Let a request go.

        Parameters
        ----------
        essential
            Whether it can hardly be refused, and is worth the most.

        Raises
        ------
        HeldBackError
        """
        if len(self._refused_s) < SPARING_FROM:
            return
        count = self.count
        if count >= SPARING_FROM:
            self._tell(count)
        if count >= STOP_FROM or (count >= SPARING_FROM and not essential):
            raise HeldBackError

    def _tell(self, count: int) -> None:
        now_s = self._now_s()
        if self._told_s is not None and now_s < self._told_s + WINDOW_S:
            return
        self._told_s = now_s
        if self.on_sparing is not None:
            self.on_sparing(count)
