"""Going on with what others have left: a killed process, one that was stopped, ourselves.

Each process beats in the database. Whether another one lives is told by its beats growing, on our
own clock, so that clocks that differ between machines don't matter. What a dead process worked on
is taken up, in the order of asking. Alone on its database, a process knows at its start that nobody
else lives.

What is done with an entry is for its step to say (:mod:`bot.domain.journal`). Only where nobody
knows whether the first answer reached its member is Discord asked: a job that its member never
heard of is dropped, and costs nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.errors import StoreUnavailableError
from bot.domain.journal import JournalEntry, Step
from bot.domain.journal_ports import Lost, LostJobError, Processes
from bot.domain.ports import Clock, JobDisplay
from bot.services.generation import Generation
from bot.services.lease import Lease

BEAT_EVERY_S = 5.0
_AFTER_TROUBLE_S = 1.0
# Three beats may get lost; with the beat that finds it, a takeover begins within 25 s.
DEAD_AFTER_S = 20.0
# A job is in nobody's hands from its acceptance to its first answer, a few seconds at most.
_LOST_AFTER = timedelta(seconds=60)

_log = logging.getLogger(__name__)


class Displays(Protocol):
    """Finds the messages of jobs again."""

    async def find(self, entry: JournalEntry) -> int | None:
        """Give the id of a first answer; ``None`` where there never was one.

        Raises
        ------
        UnknownWhetherAnsweredError
            Where Discord doesn't say now.
        """
        ...

    def reopen(self, entry: JournalEntry) -> JobDisplay:
        """Give the display of a message that is there."""
        ...


class UnknownWhetherAnsweredError(Exception):
    """Nobody can tell now whether a job's first answer reached its member."""


async def _at_once() -> None:
    """Wait for nothing."""


class Heartbeats:
    """Tells from the beats of other processes which of them live."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, float]] = {}
        self._looked_s: float | None = None

    def gone(self, beats: Mapping[int, int], now_s: float) -> Collection[int]:
        """Name the processes whose beats haven't grown for too long.

        While we couldn't look ourselves, they may have been unable to beat as well.
        """
        if self._looked_s is not None and now_s - self._looked_s > DEAD_AFTER_S / 2:
            self._seen = {}
        self._looked_s = now_s
        before = self._seen
        self._seen = {
            process: before[process] if before.get(process, (-1,))[0] == count else (count, now_s)
            for process, count in beats.items()
        }
        return [
            process for process, (_, at_s) in self._seen.items() if now_s - at_s >= DEAD_AFTER_S
        ]

    def forget(self, gone: Collection[int]) -> None:
        """Let processes be new ones if they ever come back: they count anew then."""
        for process in gone:
            self._seen.pop(process, None)


@dataclass(frozen=True, slots=True)
class Watch:
    """What a process needs to look after the others.

    Attributes
    ----------
    alone
        Whether no other process shares the database.
    lease
        What each beat renews.
    """

    owner: int
    alone: bool
    lease: Lease
    processes: Processes
    displays: Displays
    clock: Clock


class Recovery:
    """Beats, and takes up what nobody works on."""

    def __init__(self, generation: Generation, watch: Watch) -> None:
        self._generation = generation
        self._watch = watch
        self._beats = Heartbeats()
        self._beaten = asyncio.Event()
        self._beaten_s: float | None = None
        self._gone: Collection[int] = ()
        self._everybody_else_is_gone = watch.alone

    async def keep_watch(self, serving: Callable[[], Awaitable[None]] = _at_once) -> None:
        """Look after it again and again, until cancelled.

        It beats from the start, since the first shards bring jobs while others still connect.
        Discord may take its time to say whether a job was answered; the beats don't wait for it.

        Parameters
        ----------
        serving
            Waits until it is sure that this process will serve anybody; only then does it take up
            what others left.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again_and_again(self._beat, BEAT_EVERY_S))
            await serving()
            group.create_task(self._again_and_again(self._look_after_beat, 0.0))

    async def _again_and_again(self, once: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            try:
                await once()
                pause_s = every_s
            except StoreUnavailableError as error:
                _log.warning("nobody's jobs wait: the database %s", error.trouble.value)
                pause_s = _AFTER_TROUBLE_S
            except Exception:  # noqa: BLE001 - one mistake must not end the beats for good
                _log.exception("nobody's jobs wait")
                pause_s = _AFTER_TROUBLE_S
            await self._watch.clock.sleep(pause_s)

    async def _beat(self) -> None:
        """Beat once, and see who else does."""
        watch = self._watch
        about_to_s = watch.clock.monotonic()
        beats = await watch.processes.beat(watch.owner)
        await self._see_what_is_left()
        watch.lease.renew(about_to_s)
        self._gone = self._beats.gone(beats, watch.clock.monotonic())
        self._beaten.set()

    async def _look_after_beat(self) -> None:
        """Take up what nobody works on, by what a beat has just told of the others."""
        await self._beaten.wait()
        self._beaten.clear()
        watch = self._watch
        accepted_before = watch.clock.now() - _LOST_AFTER
        gone: Collection[int] | None = ()
        found = True
        while found and watch.lease.held() and not self._generation.stopping:
            gone = None if self._everybody_else_is_gone else self._gone
            lost = Lost(tuple(self._generation.at_work), accepted_before)
            entries = await watch.processes.take_up(watch.owner, gone, lost)
            found = bool([entry for entry in entries if await self._taken_up(entry)])
        self._everybody_else_is_gone = False
        self._beats.forget(gone or ())
        self._gone = ()

    async def _see_what_is_left(self) -> None:
        """After a silence for which others may have held us for dead, let go of what they took."""
        now_s = self._watch.clock.monotonic()
        silent = self._beaten_s is not None and now_s - self._beaten_s >= DEAD_AFTER_S / 2
        if silent and not self._watch.alone:
            await self._generation.let_go_of_lost()
        self._beaten_s = now_s

    async def leave(self) -> None:
        """Say that this process is gone."""
        try:
            await self._watch.processes.leave(self._watch.owner)
        except StoreUnavailableError:
            _log.debug("others find out by themselves that this process is gone")

    async def _taken_up(self, entry: JournalEntry) -> bool:
        """Go on with a job; ``False`` where that has to wait for Discord."""
        try:
            answered = await self._answered(entry)
        except UnknownWhetherAnsweredError:
            # What we hold may be given a slot, in which nobody would work.
            await self._generation.give_back(entry)
            return False
        if answered is None:
            _log.info("job %s dropped, which was never answered", entry.job.reference)
            with suppress(LostJobError):
                await self._generation.drop(entry)
        else:
            _log.info("job %s taken up, which was %s", entry.job.reference, entry.step.value)
            self._generation.resume(entry, self._watch.displays.reopen(answered))
        return True

    async def _answered(self, entry: JournalEntry) -> JournalEntry | None:
        if entry.step is not Step.ACCEPTED:
            return entry
        message_id = await self._watch.displays.find(entry)
        return None if message_id is None else entry.answered(message_id)
