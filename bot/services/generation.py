"""The use case of a picture: accept, run, cancel, drain."""

import asyncio
import logging
from contextlib import suppress

from bot.domain.errors import JobEndedError, StoppingError
from bot.domain.jobs import Job, JobState
from bot.domain.ports import JobDisplay, RunningJobs
from bot.services.bookings import Bookings
from bot.services.job_run import JobRun, Workshop

# After the grace period: time to write down and to tell the owners of what couldn't finish.
_LAST_WORDS_S = 10.0

_log = logging.getLogger(__name__)


class Generation:
    """Owns every job under way; whoever made it drains it before anything else is closed."""

    def __init__(self, bookings: Bookings, jobs: RunningJobs, workshop: Workshop) -> None:
        self._bookings = bookings
        self._jobs = jobs
        self._shop = workshop
        self._runs: dict[int, JobRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._stopping = False

    async def accept(self, job: Job) -> JobState:
        """Take a job and give its first state; nothing is sent to the API yet.

        Raises
        ------
        StoppingError
            When the bot is going down.
        RefusalError
            When a limit stands against it.
        DuplicateInteractionError
            When this interaction was taken before.
        """
        if self._stopping:
            raise StoppingError
        await self._bookings.take(job)
        await self._jobs.add(job)
        run = self._runs[job.id] = JobRun.join(job, self._shop)
        self._idle.clear()
        self._shop.answers.expect()
        return run.first_state()

    async def withdraw(self, job_id: int) -> None:
        """Drop a job that was accepted but couldn't be answered; nothing was sent for it."""
        self._shop.answers.settle()
        run = self._runs[job_id]
        run.withdraw()
        await self._forget(job_id)
        await self._bookings.give_back(run.job)

    def start(self, job_id: int, display: JobDisplay) -> None:
        """Let an accepted job run, in a task of its own that :meth:`drain` waits for."""
        self._shop.answers.settle()
        task = asyncio.create_task(
            self._run(self._runs[job_id], display), name=f"job {self._runs[job_id].job.reference}"
        )
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def owner_of(self, job_id: int, channel_id: int | None) -> int:
        """Tell whose job it is.

        Rights are those that a member has in the job's own channel, so from any other channel
        there is no such job.

        Raises
        ------
        JobEndedError
            Where no such job is under way in that channel.
        """
        job = await self._jobs.get(job_id)
        if job is None or job.channel_id != channel_id:
            raise JobEndedError
        return job.owner_id

    async def cancel(self, job_id: int, by_id: int) -> None:
        """End a job for a person who may do that.

        Raises
        ------
        JobEndedError
            Where no such job is under way, or its picture is made already.
        """
        run = self._runs.get(job_id)
        if run is None:
            raise JobEndedError
        run.cancel(by_id)

    def stop_accepting(self) -> None:
        """Refuse new jobs from now on."""
        self._stopping = True

    async def drain(self, grace_s: float) -> None:
        """Let jobs finish for a while, end the rest and tell their owners."""
        self.stop_accepting()
        if self._runs:
            jobs = len(self._runs)
            pictures = f"{jobs} picture{'' if jobs == 1 else 's'}"
            _log.info("draining  %s  up to %g s", pictures, grace_s)
        await self._all_ended(grace_s)
        for run in list(self._runs.values()):
            run.interrupt()
        await self._all_ended(_LAST_WORDS_S)
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

    async def _run(self, run: JobRun, display: JobDisplay) -> None:
        try:
            await run.run(display)
        finally:
            await self._forget(run.job.id)

    async def _forget(self, job_id: int) -> None:
        try:
            await self._jobs.remove(job_id)
        finally:
            del self._runs[job_id]
            if not self._runs:
                self._idle.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s ended without telling its member", task.get_name(), exc_info=error)
