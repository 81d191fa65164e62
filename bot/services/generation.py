"""The use case of a picture: accept, run, cancel, hand over."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import AbstractContextManager, suppress
from functools import partial

from structlog.contextvars import bound_contextvars

from bot.domain.errors import JobEndedError, StoppingError, StoreUnavailableError
from bot.domain.jobs import Job, JobState
from bot.domain.journal import UNDER_WAY, JournalEntry, MessageMark, Step
from bot.domain.journal_ports import LostJobError
from bot.domain.ports import JobDisplay
from bot.services.bookings import Bookings
from bot.services.job_making import Workshop
from bot.services.job_run import JobRun

# After the grace period: time to write down and to tell the owners of what couldn't finish.
_LAST_WORDS_S = 10.0
_LINE_TROUBLE_S = 1.0

_log = logging.getLogger(__name__)


class Generation:
    """Owns every job under way in this process; whoever made it drains it before all else closes.

    Its line has to be kept moving (:meth:`keep_line_moving`) for as long as it lives.
    """

    def __init__(self, bookings: Bookings, workshop: Workshop) -> None:
        self._bookings = bookings
        self._shop = workshop
        self._runs: dict[int, JobRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether no new jobs are taken."""
        return self._stopping

    @property
    def at_work(self) -> Collection[int]:
        """The jobs that this process works on."""
        return self._runs.keys()

    def answer_due(self) -> AbstractContextManager[None]:
        """Hold back the work of all jobs while answers are due to a crowd, of whom this is one."""
        return self._shop.answers.due()

    async def accept(self, job: Job, message: MessageMark) -> JobState:
        """Take a job and give its first state; nothing is sent to the API yet.

        Raises
        ------
        StoppingError
            When the bot is going down.
        RefusalError
            When a limit stands against it, or a line too long.
        DuplicateInteractionError
            When this interaction was taken before.
        """
        if self._stopping:
            raise StoppingError
        line, now = self._shop.line, self._shop.clock.now()
        entry = JournalEntry(job, message, now, owner=line.rules.owner)
        run = self._joined(await self._bookings.take(entry, line.room))
        return run.first_state()

    async def withdraw(self, job_id: int, *, perhaps_answered: bool = False) -> None:
        """Drop a job that was accepted but couldn't be answered; nothing was sent for it.

        Parameters
        ----------
        perhaps_answered
            Whether its member may read that it goes on; then its message is told otherwise later.
        """
        try:
            await self._runs[job_id].withdraw(told=not perhaps_answered)
        finally:
            self._forget(job_id)

    def start(self, job_id: int, display: JobDisplay) -> None:
        """Let an accepted job run that was answered, in a task that :meth:`drain` waits for."""
        run = self._runs[job_id]
        run.mark_answer()
        self._shop.answers.when_free(partial(self._begin_answered, run, display))

    def _begin_answered(self, run: JobRun, display: JobDisplay) -> None:
        run.answered(display.message_id)
        self._begin(run, display)

    def resume(self, entry: JournalEntry, display: JobDisplay) -> None:
        """Go on with a job that another process has left; its member was answered."""
        run = self._joined(entry)
        if entry.step is Step.ACCEPTED:
            run.mark_answer()
            run.answered(display.message_id)
        self._shop.answers.when_free(partial(self._begin, run, display))

    async def give_back(self, entry: JournalEntry) -> None:
        """Leave a job, which another process has left, for a later moment.

        Raises
        ------
        StoreUnavailableError
        """
        with suppress(LostJobError):
            await self._shop.journal.advance(entry, entry.released())

    async def let_go_of_lost(self) -> None:
        """Work no more on jobs that other processes have taken up.

        Raises
        ------
        StoreUnavailableError
        """
        for run in list(self._runs.values()):
            entry = await self._shop.journal.get(run.job.id)
            if entry is not None and entry.owner != self._shop.line.rules.owner:
                run.lose()

    async def drop(self, entry: JournalEntry) -> None:
        """End a job that another process has left before anybody was told of it."""
        run = self._joined(entry)
        try:
            await run.withdraw()
        finally:
            self._forget(entry.job.id)

    async def owner_of(self, job_id: int, channel_id: int | None) -> int:
        """Tell whose job it is.

        Rights are those that a member has in the job's own channel, so from any other channel
        there is no such job.

        Raises
        ------
        JobEndedError
            Where no such job is under way in that channel.
        """
        run = self._runs.get(job_id)
        job = run.job if run is not None else await self._elsewhere(job_id)
        if job is None or job.channel_id != channel_id:
            raise JobEndedError
        return job.owner_id

    async def _elsewhere(self, job_id: int) -> Job | None:
        entry = await self._shop.journal.get(job_id)
        return entry.job if entry is not None and entry.step in UNDER_WAY else None

    async def cancel(self, job_id: int, by_id: int) -> None:
        """End a job for a person who may do that, whichever process works on it.

        Raises
        ------
        JobEndedError
            Where no such job is under way, or its picture is made already.
        """
        run = self._runs.get(job_id)
        if run is not None:
            run.cancel(by_id)
        elif await self._shop.journal.ask_to_cancel(job_id, by_id):
            # It may be on its way into our own hands just now.
            self._shop.line.ask_again()
        else:
            raise JobEndedError

    async def keep_line_moving(self) -> None:
        """Let jobs have their turns, until cancelled."""
        while True:
            try:
                await self._move_line()
                continue
            except StoreUnavailableError as error:
                _log.warning("the line waits: the database %s", error.trouble.value)
            except Exception:  # noqa: BLE001 - one mistake must not stop the line for good
                _log.exception("the line waits")
            await self._shop.clock.sleep(_LINE_TROUBLE_S)
            self._shop.line.ask_again()

    async def _move_line(self) -> None:
        view = await self._shop.line.renewed()
        for job_id, by_id in view.cancelled_by.items():
            self._cancel_for_another(job_id, by_id)

    def _cancel_for_another(self, job_id: int, by_id: int) -> None:
        run = self._runs.get(job_id)
        if run is not None:
            with suppress(JobEndedError):
                run.cancel(by_id)

    def stop_accepting(self) -> None:
        """Refuse new jobs from now on."""
        self._stopping = True

    async def drain(self, grace_s: float) -> None:
        """Take no new work, let jobs end for a while, then leave the rest to another process.

        Whoever can't be left to it is told so. Then everything is over, whatever happens.
        """
        self.stop_accepting()
        if self._runs:
            jobs = len(self._runs)
            pictures = f"{jobs} picture{'' if jobs == 1 else 's'}"
            _log.info("draining  %s  up to %g s", pictures, grace_s)
        await self._all_ended(grace_s)
        for run in list(self._runs.values()):
            run.hand_over()
        await self._all_ended(_LAST_WORDS_S)
        self._shop.answers.let_go()
        await asyncio.sleep(0)  # what was held back is a task from here on
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _all_ended(self, within_s: float) -> None:
        """Wait for all jobs for a while, those too that are accepted but not yet answered."""
        if not self._runs:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._idle.wait()

    def _joined(self, entry: JournalEntry) -> JobRun:
        run = self._runs[entry.job.id] = JobRun.join(entry, self._shop)
        self._idle.clear()
        return run

    def _begin(self, run: JobRun, display: JobDisplay) -> None:
        name = f"job {run.job.reference}"
        task = asyncio.create_task(self._run(run, display), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _run(self, run: JobRun, display: JobDisplay) -> None:
        try:
            # Every record that comes from here on, of whichever library, tells of this job.
            with bound_contextvars(job=run.job.reference):
                await run.run(display)
        finally:
            self._forget(run.job.id)

    def _forget(self, job_id: int) -> None:
        del self._runs[job_id]
        if not self._runs:
            self._idle.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s ended without telling its member", task.get_name(), exc_info=error)
