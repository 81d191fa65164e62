"""Discord's ids: 42 bits of milliseconds since 2015, then a counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.discord.clock import Clock

DISCORD_EPOCH_MS = 1_420_070_400_000
TIME_SHIFT = 22


class Snowflakes:
    """Hands out ids that tell their moment by `clock`, never the same one, always growing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return a new id."""
        elapsed_ms = int(self._clock.now() * 1000) - DISCORD_EPOCH_MS
        self._last = max(self._last + 1, elapsed_ms << TIME_SHIFT)
        return self._last


def shard_of(guild_id: int | None, shard_count: int) -> int:
    """Return the shard that hears of a server; direct messages go to the first."""
    return 0 if guild_id is None else (guild_id >> TIME_SHIFT) % shard_count
