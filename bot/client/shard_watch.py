"""Which shards are connected, and since when others are away."""

import logging
from collections.abc import Collection
from time import monotonic

from bot.domain.happenings import Observe, ShardTurned

# Discord asks every shard to connect anew from time to time, which takes a moment.
_ABSENCE_S = 5.0

_log = logging.getLogger(__name__)


class ShardWatch:
    """Takes note of each shard that comes and goes."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._connected: set[int] = set()
        self._away_since_s: dict[int, float] = {}

    @property
    def connected(self) -> Collection[int]:
        """The shards whose events come in now."""
        return self._connected

    def came(self, shard_id: int, *, resumed: bool = False) -> None:
        """Take note that a shard is connected, with a new session or the old one."""
        self._observe(ShardTurned("resumed" if resumed else "identified"))
        self._connected.add(shard_id)
        now_s = monotonic()
        away_s = now_s - self._away_since_s.pop(shard_id, now_s)
        level = logging.INFO if away_s >= _ABSENCE_S else logging.DEBUG
        _log.log(level, "connected  shard %d  after %.0f s away", shard_id, away_s)

    def went(self, shard_id: int) -> None:
        """Take note that a shard is away; the library connects it again."""
        if shard_id in self._connected:
            self._observe(ShardTurned("lost"))
        self._connected.discard(shard_id)
        self._away_since_s.setdefault(shard_id, monotonic())
