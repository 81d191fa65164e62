"""A world in which processes of the bot live, and its end.

Whoever uses it makes things happen: interactions, presses, faults. At the end all faults are over
and somebody lives who serves; what isn't at rest after twenty minutes (virtual ones) will never be.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from random import Random
from typing import Any

from discord.utils import time_snowflake
from typing_extensions import override

from bot.domain.jobs import Job
from bot.domain.requests import ImageRequest
from bot.domain.visits import Visit
from tests.simulation.discord_side import Discord
from tests.simulation.image_api import ImageApi, Script
from tests.simulation.judgement import breaches
from tests.simulation.mortal_loop import Life, MortalLoop
from tests.simulation.process import Process
from tests.simulation.row_watch import RowWatch
from tests.simulation.shared_database import JobFacts, SharedDatabase
from tests.simulation.surroundings import Surroundings
from tests.simulation.tape import Tape
from tests.unit.books import DEFAULT
from tests.unit.virtual_time import FIRST_S, LoopClock

_LOOKS_EVERY_S = 5.0
_REST_WITHIN_S = 1200.0
_DEAD_AFTER_S = 20.0
# What left before a process heard what it had lost is on its way for a moment.
_HEARS_WITHIN_S = 2.0
# Everybody looks every 5 s.
_SEEN_WITHIN_S = 6.0
# A process that died is missed after 25 s, and what may have been answered just now after 60 s.
_KNOWS_AFTER_S = 30.0
_IDLE_LOOKS_MAX = 13


@dataclass(frozen=True)
class Settings:
    """How a world is furnished."""

    seed: int = 0
    slots: int = 2
    member_waiting_max: int = 10
    alone: bool = True
    taped: bool = False


@dataclass(frozen=True)
class Verdict:
    """What came of a world.

    Attributes
    ----------
    crossings, first_crossings
        How often borders were crossed, by all processes and by the first one.
    left_in_flight
        How many calls of the first process were, when it was killed.
    let_be
        How many messages are ``stale`` (:class:`tests.simulation.discord_side.Message`).
    """

    breaches: list[str]
    tape: list[str]
    jobs: int
    seconds: float
    crossings: int
    first_crossings: int
    left_in_flight: int
    let_be: int


class World:
    """Processes, what is around them, and what is wrong."""

    def __init__(self, settings: Settings, loop: MortalLoop) -> None:
        self.settings = settings
        self.loop = loop
        self.clock = LoopClock()
        self.tape = Tape()
        self.processes: list[Process] = []
        self.jobs: dict[int, Job] = {}
        self._lives: list[Life] = []
        self._mistakes: list[str] = []
        self._idle: dict[int, int] = {}
        self._beat_s: dict[int, float] = {}
        self._back_s: dict[int, float] = {}
        luck = Random(settings.seed)  # noqa: S311  a seed has to replay
        self.luck = luck
        self.watch = RowWatch(self.tape, settings.slots, self._keeps_its_jobs)
        self.around = Surroundings(
            new_life=self._new_life,
            luck=luck,
            tape=self.tape,
            database=SharedDatabase(luck, self.watch.hear, self._beats),
            api=ImageApi(self.tape, self.watch.announces),
            discord=Discord(luck, self.tape),
            has_lost=self._has_lost,
            knows_outputs=self.watch.knows_outputs,
            mistaken=self.mistaken,
            slots=settings.slots,
            member_waiting_max=settings.member_waiting_max,
        )

    def start_process(self) -> Process:
        """Start another process."""
        process = Process(len(self.processes) + 1, self.around, alone=self.settings.alone)
        self.processes.append(process)
        process.start()
        return process

    def later(self, seconds: float, happen: Callable[[], object]) -> None:
        """Let something happen to the world after a while."""
        self.loop.call_later(seconds, happen, context=Context())

    @property
    def serving(self) -> list[Process]:
        """The processes that take interactions."""
        return [process for process in self.processes if process.serves]

    def new_job(
        self, server_id: int, member_id: int, script: Script, *, private: bool = False
    ) -> Job:
        """Let a member ask for a picture; somebody has to hand it to a process."""
        job_id = time_snowflake(self.clock.now()) + len(self.jobs)
        visit = Visit(server_id, 100 + server_id, member_id, frozenset({server_id}))
        request = ImageRequest(str(job_id), DEFAULT, count=script.asked)
        job = Job(job_id, request, visit, visit.channel_id, private)
        self.jobs[job_id] = job
        self.around.api.scripts[job_id] = script
        self.around.discord.asked_s[job_id] = self.clock.monotonic()
        self.tape.note("member", job_id, f"asked by {member_id} in {server_id}", script)
        return job

    async def come_to_rest(self) -> None:
        """End all faults, and wait until nothing is left to do."""
        self.around.discord.broken = self.around.discord.limited = 0
        self.around.discord.away_until_s = self.around.database.away_until_s = 0
        self.around.database.answers_lost = 0
        self.tape.note("world", "all faults are over")
        for process in self.processes:
            process.database.cut_until_s = 0
            if process.life.halted and not process.gone:
                process.go_on()
                await self.clock.sleep(_KNOWS_AFTER_S)
        while self.settings.alone and any(
            process.stopping and not process.gone for process in self.processes
        ):
            await self.clock.sleep(1)
        if not self.serving:
            self.start_process()
        until_s = self.clock.monotonic() + _REST_WITHIN_S
        while self.watch.rows and self.clock.monotonic() < until_s:
            await self.clock.sleep(_LOOKS_EVERY_S)
        await self.clock.sleep(_LOOKS_EVERY_S)

    async def look_around(self) -> None:
        """See again and again whether a slot is held that nobody uses, until cancelled."""
        while True:
            await self.clock.sleep(_LOOKS_EVERY_S)
            idle = {row.job_id for row in self.watch.granted if not self._in_use(row)}
            watched = any(self._has_watched(process) for process in self.processes)
            self._idle = {job_id: self._idle.get(job_id, 0) + watched for job_id in idle}
            for job_id, looks in self._idle.items():
                if looks > _IDLE_LOOKS_MAX and self.watch.waiting:
                    self.mistaken(f"job {job_id} holds a slot that nobody uses")

    def _has_watched(self, process: Process) -> bool:
        """Tell whether a process has lived for so long that it knows who else does."""
        lived_s = self.clock.monotonic() - process.awake_s
        return self._shows_life(process.owner) and lived_s > _KNOWS_AFTER_S

    def mistaken(self, what: str) -> None:
        """Take down a breach."""
        if what not in self._mistakes:
            self.tape.note("world", "BREACH", what)
            self._mistakes.append(what)

    def breaches(self) -> list[str]:
        """Say all that is wrong."""
        found = [*self.watch.breaches, *self.around.api.breaches, *self._mistakes]
        return [*found, *breaches(self.around)]

    def verdict(self) -> Verdict:
        """Say what came of it."""
        found = self.breaches()
        return Verdict(
            breaches=found,
            tape=self.tape.lines() if found or self.settings.taped else [],
            jobs=len(self.jobs),
            seconds=self.clock.monotonic() - FIRST_S,
            crossings=sum(process.border.crossings for process in self.processes),
            first_crossings=self.processes[0].border.crossings,
            let_be=sum(message.stale for message in self.around.discord.all_messages()),
            left_in_flight=self.processes[0].border.left_in_flight,
        )

    async def end(self) -> None:
        """Let go of all processes."""
        for process in self.processes:
            process.border.shut()
        for life in self._lives:
            await life.bury()

    def _in_use(self, row: JobFacts) -> bool:
        """Tell whether somebody works on a job, or holds it while it stops and looks no more."""
        return any(
            row.job_id in process.generation.at_work
            or (process.stopping and process.owner == row.owner_id)
            for process in self.processes
            if not (process.life.halted or process.stopped)
        )

    def _shows_life(self, owner: int) -> bool:
        process = self.processes[owner - 1]
        silent_s = self.clock.monotonic() - self._beat_s.get(owner, self.clock.monotonic())
        return not (process.life.halted or process.stopped or silent_s >= _DEAD_AFTER_S)

    def _keeps_its_jobs(self, owner: int) -> bool:
        """Tell whether a process has shown life for so long that everybody has seen it."""
        back_s = self.clock.monotonic() - self._back_s.get(owner, -_SEEN_WITHIN_S)
        return self._shows_life(owner) and back_s > _SEEN_WITHIN_S

    def _has_lost(self, owner: int, job_id: int, pictured: bool) -> bool:  # noqa: FBT001  a port
        """Tell whether a process has lost a job, and couldn't know or has the picture of it."""
        back_s = self.clock.monotonic() - self._back_s.get(owner, -_HEARS_WITHIN_S)
        deaf = back_s < _HEARS_WITHIN_S or not self._shows_life(owner)
        return (deaf or pictured) and self.watch.last_owner.get(job_id) != owner

    def _beats(self, owner: int) -> None:
        now_s = self.clock.monotonic()
        if now_s - self._beat_s.get(owner, now_s) >= _DEAD_AFTER_S / 2:
            self._back_s[owner] = now_s
        self._beat_s[owner] = now_s

    def _new_life(self, name: str, see: Callable[[asyncio.Task[Any]], None]) -> Life:
        life = Life(self.loop, name, see)
        self._lives.append(life)
        return life


def run_world(settings: Settings, story: Callable[[World], Awaitable[None]]) -> Verdict:
    """Let a story happen in a new world, to its end."""
    with asyncio.Runner(loop_factory=MortalLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, MortalLoop)
        return runner.run(_told(settings, story, loop))


async def _told(
    settings: Settings, story: Callable[[World], Awaitable[None]], loop: MortalLoop
) -> Verdict:
    world = World(settings, loop)
    with _heard(world):
        looking = loop.create_task(world.look_around())
        try:
            await story(world)
            await world.come_to_rest()
            return world.verdict()
        finally:
            looking.cancel()
            await world.end()


@contextmanager
def _heard(world: World) -> Iterator[None]:
    """Hear of the bot's own mistakes, and of nothing else that it logs."""
    ear, log = _Ear(world), logging.getLogger("bot")
    log.addHandler(ear)
    log.propagate = False
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.removeHandler(ear)
        log.propagate = True
        log.setLevel(logging.NOTSET)


class _Ear(logging.Handler):
    """Hears of our own mistakes, which come with a trace."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            error = record.exc_info[1]
            self._world.mistaken(f"{record.getMessage()}: {error!r}")
