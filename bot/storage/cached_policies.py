"""Policies at hand: a check costs no query once a server's policy was read.

A change made here is known here at once. One that another process makes is known after at most the
time that a policy is kept, so where there can be no other process it is kept for good. A reading
and a change of the same server wait for each other, so that what was read before a change is never
kept after it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from bot.domain.ports import Clock
from bot.domain.server_policy import PolicyChange, ServerPolicy
from bot.domain.store_ports import ServerPolicies
from bot.storage.one_reading import OneReading

ChangeT = TypeVar("ChangeT", bound=PolicyChange)

KEPT_S = 30.0


@dataclass(slots=True)
class _Shelf:
    policy: ServerPolicy | None = None
    until_s: float = 0.0
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    reading: OneReading[ServerPolicy] = field(default_factory=OneReading[ServerPolicy])


class CachedPolicies:
    """Fulfils ``ServerPolicies`` by another one, from which it reads now and then.

    Attributes
    ----------
    hits, misses
        How often something was at hand, and how often it was read.
    """

    def __init__(self, policies: ServerPolicies, clock: Clock, kept_s: float = KEPT_S) -> None:
        self._policies = policies
        self._clock = clock
        self._kept_s = kept_s
        self._shelves = defaultdict[int, _Shelf](_Shelf)
        self.hits = self.misses = 0

    async def get(self, server_id: int) -> ServerPolicy:
        """Give what is at hand, or read it; many who ask at once wait for one reading."""
        shelf = self._shelves[server_id]
        if (kept := self._kept(shelf)) is not None:
            self.hits += 1
            return kept
        return await shelf.reading.of(partial(self._read, shelf, server_id))

    async def _read(self, shelf: _Shelf, server_id: int) -> ServerPolicy:
        async with shelf.busy:
            if (kept := self._kept(shelf)) is not None:
                self.hits += 1
                return kept
            self.misses += 1
            until_s = self._clock.monotonic() + self._kept_s
            found = shelf.policy = await self._policies.get(server_id)
            shelf.until_s = until_s
            return found

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        """Change what is kept, and what is at hand with it."""
        shelf = self._shelves[server_id]
        async with shelf.busy:
            # Where it fails, nobody knows what is kept now.
            shelf.policy = None
            until_s = self._clock.monotonic() + self._kept_s
            change = await self._policies.change(server_id, by_id, step)
            shelf.policy, shelf.until_s = change.after, until_s
            return change

    def forget(self, server_id: int) -> None:
        """Let go of what is at hand, as when the bot has left the server."""
        self._shelves.pop(server_id, None)

    def _kept(self, shelf: _Shelf) -> ServerPolicy | None:
        return shelf.policy if self._clock.monotonic() < shelf.until_s else None
