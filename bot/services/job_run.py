"""The life of one job in this process, from wherever its entry stands to its end.

Three things run side by side: the message's writer, the work itself, and this module between
them. The work may be cancelled at any moment until the API has completed; the writer never is,
so that the message always reaches an end. Each step is in the journal before it is taken
(:mod:`bot.services.job_record`), and how the job ended is settled there while its message is told;
once the message says so, the entry is closed.

Where another process has taken the job up meanwhile, this one lets go of it without a word.
"""

import asyncio
import logging
from datetime import datetime

from bot.domain.errors import (
    Charge,
    GenerationError,
    InterruptedByStopError,
    JobEndedError,
    JournalAwayError,
    ModelUnavailableError,
    StoreUnavailableError,
    UnexpectedError,
)
from bot.domain.job_ends import stand_of
from bot.domain.job_times import Moment
from bot.domain.jobs import Cancelled, Done, Failed, FinalState, HandedOver, JobState, LastState
from bot.domain.journal import NOT_SENT, UNDER_WAY, WITHOUT_PICTURE, JournalEntry, Step
from bot.domain.journal_ports import LostJobError
from bot.domain.ports import JobDisplay
from bot.services.job_making import JobMaking, Workshop
from bot.services.job_record import Change, JobRecord
from bot.services.job_reports import report_end
from bot.services.slot_line import Place

_log = logging.getLogger(__name__)


class JobRun:
    """One job under way in this process; run once, then thrown away."""

    def __init__(self, entry: JournalEntry, place: Place, workshop: Workshop) -> None:
        self.job = entry.job
        self._shop = workshop
        self._place = place
        self._record = JobRecord(entry, workshop.journal, workshop.clock)
        self._making = JobMaking(self._record, place, workshop)
        self._work: asyncio.Task[Done] | None = None
        self._display: JobDisplay | None = None
        self._ending: LastState | None = _end_told_in(entry)
        self._stopped = False
        self._lost = False

    @classmethod
    def join(cls, entry: JournalEntry, workshop: Workshop) -> "JobRun":
        """Take the place of a job that the journal has."""
        return cls(entry, workshop.line.join(entry), workshop)

    def first_state(self) -> JobState:
        """Say how it begins: in a slot or in line."""
        if self._place.reached:
            return self._making.progress.running()
        return self._making.progress.waiting(self._place.position, self._shop.line.rules.slots)

    def mark_answer(self) -> None:
        """Take the time of the first answer, which is now."""
        self._making.mark(Moment.ANSWERED)

    def answered(self, message_id: int | None) -> None:
        """Take note of the first answer, which showed the first state."""
        self._record.note(lambda entry: entry.answered(message_id))

    async def withdraw(self, *, told: bool = True) -> None:
        """End it before it began, since nobody could be told of it, or it isn't known."""
        now, error = self._shop.clock.now(), InterruptedByStopError()

        def ended(entry: JournalEntry) -> JournalEntry:
            entry = entry.interrupted(error, now)
            return entry.closed() if told else entry

        try:
            await self._record.end(ended, stand_of(Failed(error)))
        finally:
            self._place.leave()

    def cancel(self, by_id: int) -> None:
        """End it because somebody asked for that.

        Raises
        ------
        JobEndedError
            Where the API has completed it, or where it is ending already.
        """
        if self._making.completed or self._ending is not None:
            raise JobEndedError
        self._end(Cancelled(by_id, self._record.entry.charge))

    def hand_over(self) -> None:
        """Leave it to another process, because this one stops; what can't be left ends.

        A picture that is made already is still brought.
        """
        if self._ending is not None or self._making.completed:
            return
        entry = self._record.entry
        if entry.step in NOT_SENT or entry.prediction_id is not None:
            self._end(HandedOver(begun=entry.sent))
        else:
            self._end(Failed(InterruptedByStopError(entry.charge)))

    def lose(self) -> None:
        """Let go of it: another process has taken it up, and writes its message by now."""
        self._lost = True
        if self._display is not None and self._ending is None:
            self._display.abandon()
        self._stop_work()

    async def run(self, display: JobDisplay) -> None:
        """Make the picture and show it; returns when the message has reached its end."""
        self._display = display
        try:
            async with asyncio.TaskGroup() as group:
                showing = group.create_task(display.keep_current())
                try:
                    last = await self._brought_to_end(display)
                except LostJobError:
                    self._let_go(display)
                    return
            told = showing.result()
            self._report(last, told=told)
            await self._close(last, display, told=told)
        finally:
            await self._clean_up()

    def _let_go(self, display: JobDisplay) -> None:
        _log.warning("job %s goes on in another process", self.job.reference)
        self._stopped = False
        display.abandon()

    async def _brought_to_end(self, display: JobDisplay) -> LastState:
        self._ending = last = await self._outcome(display)
        if not self._shop.lease.held():
            await self._make_sure(last)
        display.show(last)
        if not isinstance(last, HandedOver):
            await self._stop_upstream()
            await self._settle(last)
            self._making.free_slot()
            await self._tell_of_end(last)
        return last

    async def _make_sure(self, last: LastState) -> None:
        """See that it is still ours before its message tells of an end; a picture always may."""
        if isinstance(last, HandedOver):
            raise LostJobError
        await self._settle(last)

    def _report(self, last: LastState, *, told: bool) -> None:
        making = self._making
        if told:
            making.mark(Moment.DELIVERED)
        took_s, times = making.progress.took_s, making.watch.times
        report_end(self.job, last, took_s, times, self._shop.observe)

    def _end(self, last: LastState) -> None:
        self._ending = last
        self._stop_work()

    def _stop_work(self) -> None:
        if self._work is not None and self._work.cancel():
            self._stopped = True

    async def _outcome(self, display: JobDisplay) -> LastState:
        if self._lost:
            raise LostJobError
        if self._ending is not None:
            return self._ending
        self._work = asyncio.create_task(self._making.make(display))
        try:
            await asyncio.wait({self._work})
        finally:
            # Under way here only where we are cancelled ourselves, as when the display breaks.
            self._stop_work()
            await asyncio.wait({self._work})
        return await self._read(self._work)

    async def _read(self, work: asyncio.Task[Done]) -> LastState:
        error = None if work.cancelled() else work.exception()
        if not work.cancelled() and error is None:
            return work.result()
        if isinstance(error, LostJobError) or self._lost:
            raise LostJobError from error
        if self._ending is not None:
            return self._ending
        return Failed(await self._told_error(error))

    async def _told_error(self, error: BaseException | None) -> GenerationError:
        if isinstance(error, ModelUnavailableError):
            offered = await self._shop.models.offered(self.job.visit)
            others = tuple(model.id for model in offered if model.id != error.model)
            return ModelUnavailableError(error.model, others)
        if isinstance(error, GenerationError):
            return error
        if isinstance(error, StoreUnavailableError) and not self._record.entry.sent:
            return JournalAwayError()
        _log.error("job %s failed by a mistake of ours", self.job.reference, exc_info=error)
        return UnexpectedError(self._record.entry.charge)

    async def _settle(self, final: FinalState) -> None:
        """Write down how it ended; what is made isn't at its end before Discord has it."""
        entry = self._record.entry
        if isinstance(final, Done) or entry.step in WITHOUT_PICTURE:
            return
        await self._record.end(_end_of(final, self._shop.clock.now()), stand_of(final))

    async def _close(self, last: LastState, display: JobDisplay, *, told: bool) -> None:
        """Leave nothing to do; what nobody could be told of is tried again later."""
        now = self._shop.clock.now()

        def standing(entry: JournalEntry) -> JournalEntry:
            return entry.standing(display.channel_id, display.message_id)

        if isinstance(last, HandedOver):
            await self._finish(JournalEntry.released)
        elif not told:
            _log.warning("job %s is brought to its member later", self.job.reference)
        else:
            await self._tell_owner(standing(self._record.entry), last)
            if isinstance(last, Done):
                await self._finish(lambda entry: standing(entry).delivered(now), last)
            else:
                await self._finish(lambda entry: standing(entry).closed())

    async def _tell_owner(self, entry: JournalEntry, final: FinalState) -> None:
        """Do what follows once the message tells the end; before the entry is closed, or never."""
        try:
            await self._shop.ends.told(entry, final)
        except Exception:  # noqa: BLE001  # whatever is wrong there, the end is told
            _log.exception("the owner of job %s isn't told", self.job.reference)

    async def _finish(self, change: Change, done: Done | None = None) -> None:
        try:
            await self._record.end(change, None if done is None else stand_of(done))
        except LostJobError:
            _log.warning("job %s was closed by another process", self.job.reference)

    async def _tell_of_end(self, final: FinalState) -> None:
        try:
            await self._shop.ends.ended(self.job, final)
            if isinstance(final, Done):
                await self._making.keep(final.pictures)
        except Exception:  # noqa: BLE001  # whatever is wrong there, the picture is on its way
            _log.exception("what follows the end of job %s is missing", self.job.reference)

    async def _stop_upstream(self) -> None:
        """Let the API stop what was stopped here, where it can be told which."""
        prediction_id = self._record.entry.prediction_id
        going_on = self._making.completed or isinstance(self._ending, HandedOver)
        if not self._stopped or going_on or prediction_id is None:
            return
        self._stopped = False
        asked = self._shop.api.cancel(prediction_id)
        for error in await asyncio.gather(asked, return_exceptions=True):
            if error is not None:
                _log.error("job %s isn't stopped upstream", self.job.reference, exc_info=error)

    async def _clean_up(self) -> None:
        await self._making.clean_up()
        await self._stop_upstream()


def _end_told_in(entry: JournalEntry) -> FinalState | None:
    """Give the end that an entry tells of already, whose message may not say so yet."""
    if entry.step is Step.CANCELLED or (entry.cancel_by and entry.step in UNDER_WAY):
        return Cancelled(entry.cancel_by, entry.charge)
    if entry.step in WITHOUT_PICTURE:
        return Failed(entry.error or UnexpectedError(entry.charge))
    if entry.sent and entry.prediction_id is None:
        return Failed(InterruptedByStopError(Charge.MAYBE))
    return None


def _end_of(final: FinalState, now: datetime) -> Change:
    match final:
        case Cancelled(by_id, charge):
            return lambda entry: entry.cancelled(by_id, charge, now)
        case Failed(InterruptedByStopError() as error):
            return lambda entry: entry.interrupted(error, now)
        case Failed(error):
            return lambda entry: entry.failed(error, now)
        case Done():
            return lambda entry: entry.delivered(now)
