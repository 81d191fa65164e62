"""An image API, a door for outputs and a display that follow a script, as small real classes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.events import Accepted, Completed, GenerationEvent, Progressed, Submitting
from bot.domain.jobs import Job, JobState, LastState
from bot.domain.pictures import Output, OutputLink, Picture
from bot.domain.ports import ImageProvider
from bot.domain.requests import ImageRequest
from bot.services.job_making import Workshop
from bot.services.job_run import JobRun
from bot.services.lease import Lease
from bot.services.slot_line import LineRules, SlotLine
from bot.storage.memory import MemoryRunTimes
from tests.unit.books import Counter
from tests.unit.jobs import CHANNEL_ID, a_picture
from tests.unit.journals import OWNER, Journals, an_entry
from tests.unit.virtual_time import LoopClock

Events = AsyncIterator[GenerationEvent]
# A number waits for so many seconds, an event of asyncio until it is set.
Step = GenerationEvent | BaseException | float | asyncio.Event

PICTURE_LINK = OutputLink("https://pictures.example/1.png")
SUBMITTED: tuple[Step, ...] = (Submitting(), Accepted(polled=False))
PAINTED: tuple[Step, ...] = (*SUBMITTED, 1, Progressed(0.5), 1, Completed((PICTURE_LINK,)))


class ScriptedApi:
    """Follows one script for each request; the last one again for all that come after it."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = list(scripts)
        self.requests: list[ImageRequest] = []
        self.submissions = 0
        self.open_now = 0
        self.cancelled: list[str] = []
        self.resumed: list[str] = []

    @asynccontextmanager
    async def generate(
        self, request: ImageRequest
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent]]:
        script = self._scripts[min(len(self.requests), len(self._scripts) - 1)]
        self.requests.append(request)
        self.open_now += 1
        try:
            yield self._told(script)
        finally:
            self.open_now -= 1

    @asynccontextmanager
    async def resume(
        self, request: ImageRequest, prediction_id: str
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent]]:
        self.resumed.append(prediction_id)
        async with self.generate(request) as events:
            yield events

    async def cancel(self, prediction_id: str) -> None:
        self.cancelled.append(prediction_id)

    async def _told(self, script: Sequence[Step]) -> AsyncIterator[GenerationEvent]:
        for step in script:
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, int | float):
                await LoopClock().sleep(step)
            else:
                self.submissions += isinstance(step, Submitting)
                yield step


class StubbornApi(ScriptedApi):
    """An API whose stream breaks when it is closed, and which can't be told to stop."""

    @asynccontextmanager
    async def generate(
        self, request: ImageRequest
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent]]:
        async with super().generate(request) as events:
            try:
                yield events
            except asyncio.CancelledError:
                raise ConnectionResetError from None

    async def cancel(self, prediction_id: str) -> None:
        await super().cancel(prediction_id)
        raise ConnectionResetError


@dataclass
class Door:
    """Lets outputs in: a picture for each, or what the script says of its address."""

    script: dict[str, Sequence[Picture | BaseException | float]] = field(default_factory=dict)
    held: list[Picture] = field(default_factory=list)
    fetched: int = 0

    async def fetch(self, output: Output) -> Picture:
        assert isinstance(output, OutputLink)
        for step in self.script.get(output.url, [a_picture(output.url.encode())]):
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, Picture):
                self.fetched += 1
                self.held.append(step)
                return step
            await LoopClock().sleep(step)
        raise AssertionError("the script ends without a picture")

    async def discard(self, picture: Picture) -> None:
        self.held.remove(picture)


@dataclass
class Shelves:
    """Keeps pictures of jobs in memory; fulfils ``PictureArchive``."""

    kept: dict[int, Sequence[Picture]] = field(default_factory=dict[int, Sequence[Picture]])
    tidied: list[datetime] = field(default_factory=list[datetime])

    async def keep(self, job_id: int, pictures: Sequence[Picture]) -> None:
        self.kept[job_id] = pictures

    async def find(self, job_id: int) -> Sequence[Picture]:
        return self.kept.get(job_id, ())

    async def remove(self, job_ids: Collection[int]) -> None:
        for job_id in job_ids:
            self.kept.pop(job_id, None)

    async def tidy(self, at: datetime) -> int:
        self.tidied.append(at)
        return 0


class RecordingDisplay:
    """Takes down each state with its moment; ends ``delivery_s`` after the final one."""

    def __init__(self, delivery_s: float = 0, *, arrives: bool = True) -> None:
        self.arrives = arrives
        self.states: list[JobState] = []
        self.at_s: list[float] = []
        self.delivered = False
        self.abandoned = False
        self.message_id: int | None = 6001
        self.channel_id = CHANNEL_ID
        self._delivery_s = delivery_s
        self._changed = asyncio.Event()

    @property
    def last(self) -> JobState:
        return self.states[-1]

    def show(self, state: JobState) -> None:
        self.states.append(state)
        self.at_s.append(LoopClock().monotonic())
        self._changed.set()

    def abandon(self) -> None:
        self.abandoned = True
        self._changed.set()

    async def keep_current(self) -> bool:
        while not self.abandoned and not (self.states and isinstance(self.last, LastState)):
            self._changed.clear()
            await self._changed.wait()
        if not self.abandoned:
            await LoopClock().sleep(self._delivery_s)
            self.delivered = True
        return self.arrives

    async def until(self, kind: type[JobState]) -> None:
        """Wait until a state of a kind was shown."""
        while not any(isinstance(state, kind) for state in self.states):
            self._changed.clear()
            await self._changed.wait()


class BrokenDisplay(RecordingDisplay):
    """A display whose writer dies of a mistake after a while."""

    async def keep_current(self) -> bool:
        await LoopClock().sleep(1.5)
        raise ZeroDivisionError


def a_workshop(
    api: ImageProvider,
    door: Door | None = None,
    *,
    slots: int = 2,
    counter: Counter | None = None,
    run_times: MemoryRunTimes | None = None,
    archive: "Shelves | None" = None,
) -> Workshop:
    """Put a workshop together around an API; its journal is that of the counter."""
    counter = counter or Counter()
    clock = LoopClock()
    return Workshop(
        api=api,
        outputs=door or Door(),
        archive=archive or Shelves(),
        models=counter.models,
        run_times=run_times or MemoryRunTimes(),
        ends=counter.aftermath,
        journal=counter.journals,
        line=SlotLine(counter.journals, LineRules(OWNER, slots), clock),
        clock=clock,
        lease=Lease(clock, alone=True),
    )


def journal_of(workshop: Workshop) -> Journals:
    """Give a workshop's journal as what it is here."""
    assert isinstance(workshop.journal, Journals)
    return workshop.journal


def joined(job: Job, workshop: Workshop) -> JobRun:
    """Have a job accepted and answered, with a slot where one is free."""
    entry = journal_of(workshop).put(an_entry(job), workshop.line.room.slots)
    run = JobRun.join(entry, workshop)
    run.answered(6001)
    return run


@asynccontextmanager
async def moving(workshop: Workshop) -> AsyncGenerator[None]:
    """Keep a workshop's line moving, as its bot does."""

    async def keep_moving() -> None:
        while True:
            await workshop.line.renewed()

    task = asyncio.create_task(keep_moving())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
