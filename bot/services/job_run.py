"""The life of one job, from its place in line to its end.

Three things run side by side: the message's writer, the work itself, and this module between
them. The work may be cancelled at any moment until the API has completed; the writer never is,
so that the message always reaches an end.
"""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import (
    Charge,
    GenerationError,
    InterruptedByStopError,
    JobEndedError,
    ModelUnavailableError,
    PictureUnfetchableError,
    UnexpectedError,
)
from bot.domain.events import (
    Accepted,
    Busy,
    Completed,
    GenerationEvent,
    Identified,
    Progressed,
    Submitting,
)
from bot.domain.jobs import (
    Cancelled,
    Delayed,
    Done,
    Failed,
    FinalState,
    Job,
    JobState,
    Running,
    Waiting,
)
from bot.domain.pictures import Output, Picture
from bot.domain.ports import Clock, ImageProvider, JobDisplay, OutputFetcher, RunTimes
from bot.services.answers_first import AnswersFirst
from bot.services.model_access import ModelAccess
from bot.services.slot_line import Place, SlotLine

PICTURES_MAX = 4
_PERCENT_MAX = 99

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that the making of pictures needs."""

    api: ImageProvider
    outputs: OutputFetcher
    models: ModelAccess
    run_times: RunTimes
    line: SlotLine
    clock: Clock
    answers: AnswersFirst = field(default_factory=AnswersFirst)


class JobRun:
    """One job under way; made when it is accepted, run once, then thrown away."""

    def __init__(self, job: Job, workshop: Workshop) -> None:
        self.job = job
        self._shop = workshop
        self._place: Place = workshop.line.join()
        self._work: asyncio.Task[Done] | None = None
        self._ending: FinalState | None = None
        self._prediction_id: str | None = None
        self._charge = Charge.NOTHING
        self._completed = False
        self._stopped = False
        self._pictures: list[Picture] = []
        self._submitted_s = workshop.clock.monotonic()
        self._running = self._fresh()

    def first_state(self) -> JobState:
        """Say how it begins: in a slot or in line."""
        return self._running if self._place.reached else self._waiting(self._place.position)

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
        self._end(Cancelled(by_id, self._charge))

    def interrupt(self) -> None:
        """End it because the bot stops."""
        if self._ending is None:
            self._end(Failed(InterruptedByStopError(self._charge)))

    async def run(self, display: JobDisplay) -> None:
        """Make the picture and show it; returns when the message has reached its end."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(display.keep_current())
                self._ending = final = await self._outcome(display)
                display.show(final)
                self._log_end(final)
                await self._stop_upstream()
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
        return self._read(self._work)

    def _read(self, work: asyncio.Task[Done]) -> FinalState:
        error = None if work.cancelled() else work.exception()
        if not work.cancelled() and error is None:
            return work.result()
        if self._ending is not None:
            return self._ending
        if isinstance(error, ModelUnavailableError):
            offered = (m.id for m in self._shop.models.offered() if m.id != error.model)
            error = ModelUnavailableError(error.model, tuple(offered))
        if isinstance(error, GenerationError):
            return Failed(error)
        _log.error("job %s failed by a mistake of ours", self.job.reference, exc_info=error)
        return Failed(UnexpectedError(self._charge))

    async def _make(self, display: JobDisplay) -> Done:
        try:
            await self._place.wait(lambda position: display.show(self._waiting(position)))
            await self._shop.answers.wait()
            self._running = self._fresh()
            display.show(self._running)
            completed = await self._generated(display)
        finally:
            self._place.leave()
        took_s = self._shop.clock.monotonic() - self._submitted_s
        await self._shop.run_times.record(self.job.request.model, took_s)
        pictures = await self._fetched(completed.outputs)
        return Done(pictures, took_s, completed.seed, any(completed.flagged))

    async def _generated(self, display: JobDisplay) -> Completed:
        async with self._shop.api.generate(self.job.request) as events:
            async for event in events:
                if isinstance(event, Completed):
                    self._completed = True
                    return event
                self._follow(event, display)
        raise RuntimeError("the provider came to an end without telling of one")

    def _follow(self, event: GenerationEvent, display: JobDisplay) -> None:
        match event:
            case Submitting():
                self._charge = Charge.MAYBE
                self._submitted_s = self._shop.clock.monotonic()
            case Busy(retry_in_s):
                self._charge = Charge.NOTHING
                retry_at = self._shop.clock.now() + timedelta(seconds=retry_in_s)
                display.show(Delayed(retry_at))
            case Accepted(polled):
                self._running = self._fresh(estimated=polled)
                display.show(self._running)
            case Identified(prediction_id):
                self._prediction_id = prediction_id
            case Progressed(fraction):
                display.show(self._progressed(fraction))
            case Completed():
                pass

    def _fresh(self, *, estimated: bool = False) -> Running:
        started_at = self._shop.clock.now()
        typical_s = self._shop.run_times.typical_s(self.job.request.model) if estimated else None
        return Running(started_at, typical_s=typical_s, ready_at=_after(started_at, typical_s))

    def _progressed(self, fraction: float | None) -> Running:
        if fraction is None:
            if self._running.percent is None and self._running.typical_s is None:
                started_at = self._running.started_at
                typical_s = self._shop.run_times.typical_s(self.job.request.model)
                ready_at = _after(started_at, typical_s)
                self._running = Running(started_at, typical_s=typical_s, ready_at=ready_at)
            return self._running
        started_at, now = self._running.started_at, self._shop.clock.now()
        self._running = Running(
            started_at, _percent(fraction), ready_at=_at_rate(started_at, now, fraction)
        )
        return self._running

    def _waiting(self, position: int) -> Waiting:
        typical_s = self._shop.run_times.typical_s(self.job.request.model)
        if typical_s is None:
            return Waiting(position)
        rounds = -(-position // self._shop.line.slots)
        return Waiting(position, _after(self._shop.clock.now(), typical_s * rounds))

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
        took_s = self._shop.clock.monotonic() - self._submitted_s
        _log.info("job %s  %s  %s  %.1f s", self.job.reference, self.job.request.model, how, took_s)

    async def _stop_upstream(self) -> None:
        """Let the API stop what was stopped here, where it can be told which."""
        if not self._stopped or self._completed or self._prediction_id is None:
            return
        self._stopped = False
        asked = self._shop.api.cancel(self._prediction_id)
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


def _percent(fraction: float) -> int:
    # 0.29 * 100 is 28.999…, which would read as 28.
    return max(0, min(_PERCENT_MAX, int(round(fraction * 100, 6))))


def _after(start: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else start + timedelta(seconds=seconds)


def _at_rate(started_at: datetime, now: datetime, fraction: float) -> datetime | None:
    if not 0 < fraction < 1:
        return None
    return started_at + (now - started_at) / fraction
