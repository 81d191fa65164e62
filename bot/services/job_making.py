"""The work of one job: its turn, the events of the API, the pictures.

It begins where the journal's entry stands. What was never sent waits for its turn and is submitted;
what the API has named is asked for by that name; what exists already is fetched.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.errors import PictureUnfetchableError, PictureWithheldError
from bot.domain.events import (
    Accepted,
    Busy,
    Completed,
    GenerationEvent,
    Identified,
    Progressed,
    Submitting,
)
from bot.domain.happenings import Observe, unobserved
from bot.domain.job_ends import MADE
from bot.domain.job_times import JobWatch, Moment
from bot.domain.jobs import Done, FinalState, Job, JobState, Running
from bot.domain.journal import JournalEntry, Made, Step
from bot.domain.journal_ports import Journal
from bot.domain.models import Model
from bot.domain.picture_ports import PictureArchive
from bot.domain.pictures import Output, OutputLink, Picture
from bot.domain.ports import Clock, ImageProvider, JobDisplay, OutputFetcher, RunTimes
from bot.domain.showing import Flagged
from bot.domain.visits import Visit
from bot.services.answers_first import AnswersFirst
from bot.services.job_progress import JobProgress
from bot.services.job_record import JobRecord
from bot.services.lease import Lease
from bot.services.slot_line import Place, SlotLine

PICTURES_MAX = 4
# What a member saw is written down as often as it is shown, where another process could go on.
_PERCENT_EVERY_S = 1.0


class ModelOffers(Protocol):
    """Names what else a member may use."""

    async def offered(self, visit: Visit) -> Sequence[Model]:
        """List what may be used, the usual model first."""
        ...


class JobEnds(Protocol):
    """Does what follows the end of a job, beside its message."""

    async def ended(self, job: Job, final: FinalState) -> None:
        """Take note of an end; its pictures are at hand until this returns."""
        ...

    async def told(self, entry: JournalEntry, final: FinalState) -> None:
        """Take note that a job's message tells its end; may come twice, where a process dies."""
        ...


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that the making of pictures needs."""

    api: ImageProvider
    outputs: OutputFetcher
    archive: PictureArchive
    models: ModelOffers
    run_times: RunTimes
    ends: JobEnds
    journal: Journal
    line: SlotLine
    clock: Clock
    lease: Lease
    answers: AnswersFirst = field(default_factory=AnswersFirst)
    observe: Observe = unobserved


class JobMaking:
    """Makes one job's pictures, once; whoever made it cleans up after it.

    Attributes
    ----------
    completed
        Whether the pictures exist: from then on the work isn't broken off.
    watch
        The times that were taken of it.
    """

    def __init__(self, record: JobRecord, place: Place, workshop: Workshop) -> None:
        entry = record.entry
        self.completed = entry.step is Step.COMPLETED
        self.progress = JobProgress(entry, workshop.run_times, workshop.clock)
        since_s = (workshop.clock.now() - entry.accepted_at).total_seconds()
        self.watch = JobWatch(workshop.clock.monotonic() - since_s)
        self._record = record
        self._place = place
        self._shop = workshop
        self._percent_s = workshop.clock.monotonic()
        self._held: list[Picture] = []

    async def make(self, display: JobDisplay) -> Done:
        """Make the pictures, and fetch them.

        Raises
        ------
        GenerationError
        LostJobError
            Where another process works on the job by now.
        StoreUnavailableError
            Where the database is away before anything was sent.
        """
        made = self._record.entry.made
        if made is not None:
            return await self._done(made, [each for each in made.outputs if each is not None])
        completed = await self._completed(display)
        self.free_slot()
        made = _made(completed, self.progress.took_s)
        await self._shop.run_times.record(self._record.entry.job.request.model, made.took_s)
        return await self._done(made, completed.outputs)

    def mark(self, moment: Moment) -> None:
        """Take the time of something that happens now."""
        self.watch.mark(moment, self._shop.clock.monotonic())

    def free_slot(self) -> None:
        """Let the next one begin, unless the journal couldn't be told yet that this one is over.

        The line looks once when a slot is said to be free, and would find it taken.
        """
        if self._record.kept:
            self._place.leave()

    async def clean_up(self) -> None:
        """Free the slot, and let go of the pictures' bytes."""
        self._place.leave()
        for picture in self._held:
            await self._shop.outputs.discard(picture)

    async def _completed(self, display: JobDisplay) -> Completed:
        entry = self._record.entry
        if entry.sent and entry.prediction_id is not None:
            going_on = self._shop.api.resume(entry.job.request, entry.prediction_id)
            return await self._follow(going_on, display)
        await self._reach_slot(display)
        await self._keep_before_upload()
        self.mark(Moment.SLOT)
        return await self._follow(self._shop.api.generate(entry.job.request), display)

    async def _reach_slot(self, display: JobDisplay) -> None:
        entry = self._record.entry
        if entry.granted:
            return
        # The slot may have come while the first answer, which showed a place, was on its way.
        slots = self._shop.line.rules.slots
        if not self._place.reached:
            await self._record.step(_unchanged)
        await self._place.wait(lambda place: display.show(self.progress.waiting(place, slots)))
        self._record.learn(JournalEntry.with_slot)
        display.show(self.progress.started())
        await self._shop.answers.wait()

    async def _keep_before_upload(self) -> None:
        """Write down that a member was answered where a picture to begin with is sent first.

        That takes a while; after a crash, a dead token would let the job pass for never answered.
        """
        if self._record.entry.job.request.source is not None and not self._record.kept:
            await self._record.step(_unchanged)

    async def _follow(
        self,
        generation: AbstractAsyncContextManager[AsyncIterator[GenerationEvent]],
        display: JobDisplay,
    ) -> Completed:
        async with generation as events:
            async for event in events:
                await self._note(event)
                if isinstance(event, Completed):
                    return event
                if (state := self.progress.follow(event)) is not None:
                    display.show(state)
                    await self._note_percent(state)
        raise RuntimeError("the provider came to an end without telling of one")

    async def _note(self, event: GenerationEvent) -> None:
        """Write down what an event means, before the next one is asked for."""
        match event:
            case Submitting() if self._record.entry.step is Step.QUEUED:
                now = self._shop.clock.now()
                await self._record.must_step(lambda entry: entry.submitted(now))
            case Busy():
                self._place.refused_for_load()
                await self._record.step(JournalEntry.refused)
            case Accepted() if self._record.entry.step is Step.SUBMITTED:
                await self._record.step(JournalEntry.running)
            case Identified(prediction_id):
                await self._record.step(lambda entry: entry.running(prediction_id))
            case Progressed():
                self.mark(Moment.PROGRESS)
            case Completed():
                self.completed = True
                self.mark(Moment.COMPLETED)
                made = _made(event, self.progress.took_s)
                await self._record.step(lambda entry: entry.completed(made), MADE)
            case _:
                pass

    async def _note_percent(self, state: JobState) -> None:
        now_s = self._shop.clock.monotonic()
        percent = state.percent if isinstance(state, Running) else None
        if percent is None or self._record.entry.prediction_id is None:
            return
        if now_s >= self._percent_s + _PERCENT_EVERY_S:
            self._percent_s = now_s
            await self._record.step(lambda entry: entry.at_percent(percent))

    async def _done(self, made: Made, outputs: Sequence[Output]) -> Done:
        withheld = self._record.entry.job.showing.flagged is Flagged.WITHHOLD
        if made.flagged and withheld:
            raise PictureWithheldError
        pictures = await self._pictures(outputs)
        missing = min(len(made.outputs), PICTURES_MAX) - len(pictures)
        return Done(pictures, made.took_s, made.seed, made.flagged, max(0, missing))

    async def _pictures(self, outputs: Sequence[Output]) -> tuple[Picture, ...]:
        """Give the pictures as they are kept, or fetch what can be; fails only where nothing can.

        They are kept before Discord gets them where nobody could fetch them again.
        """
        job_id = self._record.entry.job.id
        if kept := await self._shop.archive.find(job_id):
            return tuple(kept)
        fetched = await asyncio.gather(
            *(self._fetch(output) for output in outputs[:PICTURES_MAX]), return_exceptions=True
        )
        pictures = tuple(picture for picture in fetched if isinstance(picture, Picture))
        if not pictures:
            errors = (error for error in fetched if isinstance(error, BaseException))
            raise next(errors, PictureUnfetchableError())
        if not all(isinstance(output, OutputLink) for output in outputs):
            await self.keep(pictures)
        return pictures

    async def keep(self, pictures: Sequence[Picture]) -> None:
        """Put pictures into the archive, whole ones only, unless they are there."""
        if any(picture in self._held for picture in pictures):
            await self._shop.archive.keep(self._record.entry.job.id, pictures)

    async def _fetch(self, output: Output) -> Picture:
        picture = await self._shop.outputs.fetch(output)
        self._held.append(picture)
        return picture


def _made(completed: Completed, took_s: float) -> Made:
    outputs = tuple(each if isinstance(each, OutputLink) else None for each in completed.outputs)
    return Made(outputs, took_s, any(completed.flagged), completed.seed)


def _unchanged(entry: JournalEntry) -> JournalEntry:
    return entry
