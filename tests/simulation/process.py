"""One process of the bot, wired as the composition root does it, between a border and the world."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from bot.domain import errors
from bot.domain.jobs import Job
from bot.domain.journal_ports import LostJobError
from bot.domain.models import Model
from bot.domain.pictures import Output, OutputData, Picture
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages, mark_of
from bot.presentation.pacing import ChannelPaces
from bot.presentation.sending import SendBrokenError, SendError
from bot.services.generation import Generation
from bot.services.job_making import Workshop
from bot.services.lease import Lease
from bot.services.recovery import Recovery, Watch
from bot.services.slot_line import LineRules, SlotLine
from bot.storage.journal import StoredJournal
from bot.storage.line import StoredLine
from bot.storage.memory import MemoryRunTimes
from bot.storage.writer import JournalWriter
from tests.simulation.border import Border
from tests.simulation.discord_side import WayToDiscord
from tests.simulation.image_api import Provider, job_of
from tests.simulation.shared_database import DoorToDatabase
from tests.simulation.surroundings import KeptOnDisk, Surroundings
from tests.unit.books import DEFAULT, Counter, Shelf
from tests.unit.jobs import a_picture
from tests.unit.virtual_time import LoopClock

if TYPE_CHECKING:
    import discord

_APPLICATION_ID = 5001
_FILE_MAX_BYTES = 10 << 20
# What couldn't be written is written with the next step, which may be a while away.
_TROUBLE_S = 60.0


@dataclass(frozen=True)
class Asking:
    """As much of an interaction as its message needs."""

    id: int
    application_id: int = _APPLICATION_ID
    filesize_limit: int = _FILE_MAX_BYTES

    @property
    def token(self) -> str:
        return str(self.id)


@dataclass
class SharedShelves:
    """The disk that pictures are kept on, by way of one process; fulfils ``PictureArchive``."""

    border: Border
    kept: dict[int, KeptOnDisk]

    async def keep(self, job_id: int, pictures: Sequence[Picture]) -> None:
        await self.border.cross("disk keeps", partial(self._keep, job_id, pictures))

    def _keep(self, job_id: int, pictures: Sequence[Picture]) -> None:
        self.kept.setdefault(job_id, KeptOnDisk(LoopClock().now(), pictures))

    async def find(self, job_id: int) -> Sequence[Picture]:
        return await self.border.cross("disk finds", partial(self._find, job_id))

    def _find(self, job_id: int) -> Sequence[Picture]:
        shelf = self.kept.get(job_id)
        return () if shelf is None else shelf.pictures

    async def remove(self, job_ids: Collection[int]) -> None:
        raise NotImplementedError

    async def tidy(self, at: datetime) -> int:
        raise NotImplementedError


@dataclass
class Door:
    """Lets outputs in, all but those that are gone; fulfils ``OutputFetcher``.

    Attributes
    ----------
    told
        Hears of each job whose output is let in.
    """

    border: Border
    told: Callable[[int], None]
    held: list[Picture] = field(default_factory=list[Picture])

    async def fetch(self, output: Output) -> Picture:
        return await self.border.cross("door fetches", partial(self._let_in, output), 0.1, 0.1)

    def _let_in(self, output: Output) -> Picture:
        self.told(job_of(output))
        if isinstance(output, OutputData):
            return self._hold(a_picture(output.data))
        if "/gone/" in output.url:
            raise errors.PictureUnfetchableError
        return self._hold(a_picture(output.url.encode(), source_url=output.url))

    def _hold(self, picture: Picture) -> Picture:
        self.held.append(picture)
        return picture

    async def discard(self, picture: Picture) -> None:
        self.held.remove(picture)


class Process:
    """A process that runs until it is killed or told to stop.

    Attributes
    ----------
    stopped
        Whether it ended by itself.
    awake_s
        Since when it runs, without having stood still.
    """

    def __init__(self, owner: int, world: Surroundings, *, alone: bool) -> None:
        self.owner = owner
        self.stopped = False
        self.stopping = False
        # While it stands still, the time runs out for what it writes.
        self._stood_still_s = 0.0
        self._tape = world.tape
        self._world = world
        self.life = world.new_life(f"bot {owner}", self._see)
        self.border = Border(self.life, world.luck, world.tape)
        self.database = DoorToDatabase(world.database, self.border, owner)
        self.door = Door(self.border, self._look_into_journal)
        self._writer = JournalWriter(self.database)
        clock = LoopClock()
        way = WayToDiscord(world.discord, self.border, partial(world.has_lost, owner))
        lease = Lease(clock, alone=alone)
        paces, fitter = ChannelPaces(clock), PictureFitter()
        self._messages = JobMessages(way, way, way, paces, fitter, clock, lease.held)
        self.generation = self._generation(world, lease, alone=alone)
        line = StoredLine(self.database, self._writer)
        watch = Watch(owner, alone, lease, line, self._messages, clock)
        self._recovery = Recovery(self.generation, watch)

    def _see(self, task: asyncio.Task[Any]) -> None:
        """See that nothing breaks off by a mistake of ours."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._world.mistaken(f"something ended by {error!r}")

    def _look_into_journal(self, job_id: int) -> None:
        """See that the journal knew of outputs before anything was done with them."""
        trouble_s = max(self.database.refused_s, self._stood_still_s)
        lately_away = LoopClock().monotonic() - trouble_s < _TROUBLE_S
        known = lately_away or self._world.knows_outputs(job_id)
        if not known:
            self._world.mistaken(f"job {job_id} had pictures that the journal didn't know of")

    def _generation(self, world: Surroundings, lease: Lease, *, alone: bool) -> Generation:
        clock, books = LoopClock(), Counter(catalogue=Shelf((Model(DEFAULT, 0.02),)))
        journal = StoredJournal(self.database, self._writer)
        books.journals = cast("Any", journal)
        rules = LineRules(self.owner, world.slots, world.member_waiting_max, alone)
        workshop = Workshop(
            api=Provider(world.api, self.border),
            outputs=self.door,
            archive=SharedShelves(self.border, world.shelves),
            models=books.models,
            run_times=MemoryRunTimes(),
            ends=books.aftermath,
            journal=journal,
            line=SlotLine(StoredLine(self.database, self._writer), rules, clock),
            clock=clock,
            lease=lease,
        )
        return Generation(books.bookings, workshop)

    @property
    def gone(self) -> bool:
        """Whether it is over."""
        return self.life.dead or self.stopped

    @property
    def serves(self) -> bool:
        """Whether it takes interactions."""
        return not (self.life.halted or self.stopped or self.stopping)

    def start(self) -> None:
        """Let it run."""
        self.awake_s = LoopClock().monotonic()
        self._tape.note(self.life.name, "starts")
        self.life.spawn(self._writer.run())
        self._line = self.life.spawn(self.generation.keep_line_moving())
        self._watching = self.life.spawn(self._recovery.keep_watch())

    def go_on(self) -> None:
        """Let it run on after it stood still."""
        if not self.life.dead:
            self.awake_s = self._stood_still_s = LoopClock().monotonic()
            self._tape.note(self.life.name, "goes on")
            self.life.go_on()

    def hand(self, job: Job) -> None:
        """Deliver an interaction to it, as Discord's gateway does."""
        self.life.spawn(self._imagine(job))

    def press_cancel(self, job: Job, by_id: int) -> None:
        """Let somebody press *Cancel*."""
        self.life.spawn(self._cancel(job, by_id))

    def terminate(self, grace_s: float) -> None:
        """Send it SIGTERM."""
        self._tape.note(self.life.name, "is asked to stop")
        self.stopping = True
        self.life.spawn(self._stop(grace_s))

    async def _imagine(self, job: Job) -> None:
        try:
            await self._answered(job)
        except (errors.RefusalError, SendError, LostJobError) as error:
            self._tape.note(self.life.name, job.id, "not taken:", type(error).__name__)

    async def _answered(self, job: Job) -> None:
        asking = cast("discord.Interaction", Asking(job.id))
        first = await self.generation.accept(job, mark_of(asking))
        try:
            message = await self._messages.open(asking, job, first)
        except BaseException as error:
            perhaps = isinstance(error, SendBrokenError)
            await self.generation.withdraw(job.id, perhaps_answered=perhaps)
            raise
        self.generation.start(job.id, message)

    async def _cancel(self, job: Job, by_id: int) -> None:
        try:
            await self.generation.owner_of(job.id, job.channel_id)
            await self.generation.cancel(job.id, by_id)
        except errors.RefusalError as error:
            self._tape.note(self.life.name, job.id, "not cancelled:", type(error).__name__)
        else:
            self._tape.note(self.life.name, job.id, "is to be cancelled")

    async def _stop(self, grace_s: float) -> None:
        await self.generation.drain(grace_s)
        self._watching.cancel()
        await self._recovery.leave()
        self._line.cancel()
        self._writer.close()
        self.stopped = True
        self._tape.note(self.life.name, "stopped")
