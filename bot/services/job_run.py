"""The life of one job, from its place in line to its end.

Three things run side by side: the message's writer, the work itself, and this module between
them. The work may be cancelled at any moment until the API has completed; the writer never is,
so that the message always reaches an end.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.errors import (
    GenerationError,
    InterruptedByStopError,
    JobEndedError,
    ModelUnavailableError,
    PictureUnfetchableError,
    PictureWithheldError,
    UnexpectedError,
)
from bot.domain.events import (
    Completed,
)
from bot.domain.jobs import (
    Cancelled,
    Done,
    Failed,
    FinalState,
    Job,
    JobState,
)
from bot.domain.models import Model
from bot.domain.pictures import Output, Picture
from bot.domain.ports import Clock, ImageProvider, JobDisplay, OutputFetcher, RunTimes
from bot.domain.showing import Flagged
from bot.domain.visits import Visit
from bot.services.answers_first import AnswersFirst
from bot.services.job_progress import JobProgress
from bot.services.slot_line import Place, SlotLine

PICTURES_MAX = 4

_log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that the making of pictures needs."""

    api: ImageProvider
    outputs: OutputFetcher
    models: ModelOffers
    run_times: RunTimes
    ends: JobEnds
    line: SlotLine
    clock: Clock
    answers: AnswersFirst = field(default_factory=AnswersFirst)


class JobRun:
    """One job under way; made when it is accepted, run once, then thrown away."""

    def __init__(self, job: Job, workshop: Workshop, place: Place) -> None:
        self.job = job
        self._shop = workshop
        self._place = place
        self._in_line = not self._place.reached
        self._work: asyncio.Task[Done] | None = None
        self._ending: FinalState | None = None
        self._progress = JobProgress(job.request.model, workshop.run_times, workshop.clock)
        self._completed = False
        self._stopped = False
        self._pictures: list[Picture] = []

    @classmethod
    def join(cls, job: Job, workshop: Workshop) -> "JobRun":
        """Take a place in line for a job."""
        return cls(job, workshop, workshop.line.join())

    def first_state(self) -> JobState:
        """Say how it begins: in a slot or in line."""
        if not self._in_line:
            return self._progress.running()
        return self._progress.waiting(self._place.position, self._shop.line.slots)

    def withdraw(self) -> None:
        """Leave the line without having run."""
        self._place.leave()

    def cancel(self, by_id: int) -> None:
        """End it because somebody asked for that.

        Raises
        ------
        JobEndedError
            Where the API has completed it, or where it is ending already.
        """
        if self._completed or self._ending is not None:
            raise JobEndedError
        self._end(Cancelled(by_id, self._progress.charge))

    def interrupt(self) -> None:
        """End it because the bot stops; a picture that is made already is still brought."""
        if self._ending is None and not self._completed:
            self._end(Failed(InterruptedByStopError(self._progress.charge)))

    async def run(self, display: JobDisplay) -> None:
        """Make the picture and show it; returns when the message has reached its end."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(display.keep_current())
                self._ending = final = await self._outcome(display)
                display.show(final)
                self._log_end(final)
                await self._stop_upstream()
                await self._tell_of_end(final)
        finally:
            await self._clean_up()

    def _end(self, final: FinalState) -> None:
        self._ending = final
        self._stop_work()

    def _stop_work(self) -> None:
        if self._work is not None and self._work.cancel():
            self._stopped = True

    async def _outcome(self, display: JobDisplay) -> FinalState:
        if self._ending is not None:
            return self._ending
        self._work = asyncio.create_task(self._make(display))
        try:
            await asyncio.wait({self._work})
        finally:
            # Under way here only where we are cancelled ourselves, as when the display breaks.
            self._stop_work()
            await asyncio.wait({self._work})
        return await self._read(self._work)

    async def _tell_of_end(self, final: FinalState) -> None:
        try:
            await self._shop.ends.ended(self.job, final)
        except Exception:  # noqa: BLE001  # whatever is wrong there, the picture is on its way
            _log.exception("the end of job %s is not booked", self.job.reference)

    async def _read(self, work: asyncio.Task[Done]) -> FinalState:
        error = None if work.cancelled() else work.exception()
        if not work.cancelled() and error is None:
            return work.result()
        if self._ending is not None:
            return self._ending
        if isinstance(error, ModelUnavailableError):
            offered = await self._shop.models.offered(self.job.visit)
            others = tuple(model.id for model in offered if model.id != error.model)
            error = ModelUnavailableError(error.model, others)
        if isinstance(error, GenerationError):
            return Failed(error)
        _log.error("job %s failed by a mistake of ours", self.job.reference, exc_info=error)
        return Failed(UnexpectedError(self._progress.charge))

    async def _make(self, display: JobDisplay) -> Done:
        try:
            await self._reach_slot(display)
            await self._shop.answers.wait()
            completed = await self._generated(display)
        finally:
            self._place.leave()
        took_s = self._progress.took_s
        await self._shop.run_times.record(self.job.request.model, took_s)
        flagged = any(completed.flagged)
        if flagged and self.job.showing.flagged is Flagged.WITHHOLD:
            raise PictureWithheldError
        pictures = await self._fetched(completed.outputs)
        missing = min(len(completed.outputs), PICTURES_MAX) - len(pictures)
        return Done(pictures, took_s, completed.seed, flagged, missing)

    async def _reach_slot(self, display: JobDisplay) -> None:
        # The slot may have come while the first answer, which showed a place, was on its way.
        if not self._in_line:
            return
        slots = self._shop.line.slots
        await self._place.wait(lambda place: display.show(self._progress.waiting(place, slots)))
        display.show(self._progress.started())

    async def _generated(self, display: JobDisplay) -> Completed:
        async with self._shop.api.generate(self.job.request) as events:
            async for event in events:
                if isinstance(event, Completed):
                    self._completed = True
                    return event
                if (state := self._progress.follow(event)) is not None:
                    display.show(state)
        raise RuntimeError("the provider came to an end without telling of one")

    async def _fetched(self, outputs: tuple[Output, ...]) -> tuple[Picture, ...]:
        """Fetch what can be fetched; fails only where nothing can."""
        fetched = await asyncio.gather(
            *(self._fetch(output) for output in outputs[:PICTURES_MAX]), return_exceptions=True
        )
        pictures = tuple(picture for picture in fetched if isinstance(picture, Picture))
        if pictures:
            return pictures
        errors = (error for error in fetched if isinstance(error, BaseException))
        raise next(errors, PictureUnfetchableError())

    async def _fetch(self, output: Output) -> Picture:
        picture = await self._shop.outputs.fetch(output)
        self._pictures.append(picture)
        return picture

    def _log_end(self, final: FinalState) -> None:
        how = _spoken(type(final))
        if isinstance(final, Failed):
            how = f"{how}: {_spoken(type(final.error))}"
        took_s = self._progress.took_s
        _log.info("job %s  %s  %s  %.1f s", self.job.reference, self.job.request.model, how, took_s)

    async def _stop_upstream(self) -> None:
        """Let the API stop what was stopped here, where it can be told which."""
        if not self._stopped or self._completed or self._progress.prediction_id is None:
            return
        self._stopped = False
        asked = self._shop.api.cancel(self._progress.prediction_id)
        for error in await asyncio.gather(asked, return_exceptions=True):
            if error is not None:
                _log.error("job %s isn't stopped upstream", self.job.reference, exc_info=error)

    async def _clean_up(self) -> None:
        self._place.leave()
        for picture in self._pictures:
            await self._shop.outputs.discard(picture)
        await self._stop_upstream()


def _spoken(kind: type[object]) -> str:
    """Write the name of a class as words: ``ConnectionLostError`` becomes ``connection lost``."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__.removesuffix("Error")).lower()
