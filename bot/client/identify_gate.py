"""What stands before each IDENTIFY: that a session is left, and that it is our turn.

Discord gives a bot a thousand sessions a day and resets its token where more are opened, so a bot
that something starts again and again has to stop by itself in time. Sessions of one bucket may be
opened every five seconds, over all processes. The library knows of neither: its own gate is for one
process, and it never looks at what is left.
https://discord.com/developers/docs/events/gateway#session-start-limit-object
"""

import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.errors import StoreUnavailableError
from bot.domain.identify_ports import IDENTIFY_EVERY_S, IdentifyTurns
from bot.domain.ports import Clock

SESSIONS_KEPT = 50
# Discord may give more meanwhile, and somebody may have mended what used them up.
_ASKED_AGAIN_S = 300.0
_NEW_FOR_S = 60.0
# The library gives a shard that comes back a minute; what isn't ours by then is tried again.
_HELD_MAX_S = 45.0
_HOUR_S = 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionStarts:
    """What Discord says of sessions.

    Attributes
    ----------
    reset_s
        Until it gives new ones.
    at_once
        How many buckets there are; a shard is in the one of its number modulo this.
    """

    remaining: int
    total: int
    reset_s: float
    at_once: int = 1


class NoTurnError(TimeoutError):
    """There was no turn for so long that the connection is opened anew for the next attempt."""


class IdentifyGate:
    """Lets one IDENTIFY after the other through.

    Parameters
    ----------
    ask
        Asks Discord; ``None`` where it doesn't answer now.
    turns
        Shared by all processes.

    Attributes
    ----------
    held
        How often somebody had to wait here.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[SessionStarts | None]],
        turns: IdentifyTurns,
        clock: Clock,
    ) -> None:
        self._ask = ask
        self._turns = turns
        self._clock = clock
        self._starts: SessionStarts | None = None
        self._asked_s = 0.0
        self._waiting = 0
        self.held = 0

    @property
    def busy(self) -> bool:
        """Whether somebody waits here for a reason that isn't Discord's silence."""
        return self._waiting > 0

    async def until_sessions_left(self, starts: SessionStarts | None) -> None:
        """Wait, however long it takes, until enough sessions are left to open one.

        Parameters
        ----------
        starts
            What Discord just said of them.
        """
        self._starts, self._asked_s = starts, self._clock.monotonic()
        await self._until_left(None)

    async def enter(self, shard_id: int) -> None:
        """Wait for a shard's turn.

        Raises
        ------
        NoTurnError
        """
        self._waiting += 1
        give_up_s = self._clock.monotonic() + _HELD_MAX_S
        try:
            await self._until_left(give_up_s)
            await self._until_turn(shard_id, give_up_s)
        finally:
            self._waiting -= 1

    async def _until_left(self, give_up_s: float | None) -> None:
        told = False
        while (starts := await self._current()) and starts.remaining < SESSIONS_KEPT:
            if not told:
                _log.warning(
                    "waiting  %d of %d sessions are left, new ones come in %.1f h",
                    starts.remaining,
                    starts.total,
                    starts.reset_s / _HOUR_S,
                )
            told = True
            self.held += 1
            again_s = max(IDENTIFY_EVERY_S, min(starts.reset_s, _ASKED_AGAIN_S))
            await self._sleep(again_s, give_up_s)
            # What was said counts until something else is: silence is no leave.
            self._asked_s = -math.inf

    async def _current(self) -> SessionStarts | None:
        if self._starts is None or self._clock.monotonic() > self._asked_s + _NEW_FOR_S:
            self._starts = await self._ask() or self._starts
            self._asked_s = self._clock.monotonic()
        return self._starts

    async def _until_turn(self, shard_id: int, give_up_s: float) -> None:
        at_once = self._starts.at_once if self._starts is not None else 1
        while (wait_s := await self._taken(shard_id % at_once)) > 0:
            self.held += 1
            await self._sleep(wait_s, give_up_s)

    async def _taken(self, bucket: int) -> float:
        try:
            return await self._turns.take(bucket)
        except StoreUnavailableError as error:
            # Members are better served by a session too many than by none.
            _log.warning("a session is opened out of turn: the database %s", error.trouble.value)
            await self._clock.sleep(IDENTIFY_EVERY_S)
            return 0.0

    async def _sleep(self, seconds: float, give_up_s: float | None) -> None:
        left_s = math.inf if give_up_s is None else give_up_s - self._clock.monotonic()
        await self._clock.sleep(min(seconds, left_s))
        if seconds > left_s:
            raise NoTurnError


class OwnTurns:
    """Turns of a process that shares its database with no other; fulfils ``IdentifyTurns``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken_s: dict[int, float] = {}

    async def take(self, bucket: int) -> float:
        """Take the turn of a bucket; give the seconds after which to ask again."""
        now_s = self._clock.monotonic()
        wait_s = self._taken_s.get(bucket, -math.inf) + IDENTIFY_EVERY_S - now_s
        if wait_s > 0:
            return wait_s
        self._taken_s[bucket] = now_s
        return 0.0
