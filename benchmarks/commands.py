"""Many members send ``/imagine`` at once: how long they wait, and for what."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from benchmarks.bot_process import BotProcess
from benchmarks.figures import MB, Figures, spread
from benchmarks.loads import Load
from benchmarks.observing import JobSeen, Observer
from benchmarks.stage import Stage

TOO_MANY: Final = 429
NAMED: Final = "flux-dev"


async def under_load(load: Load, stage: Stage, process: BotProcess) -> Figures:
    """Send all commands of a load at once and return what became of them."""
    process.forget_peak()
    before_bytes, before_cpu_s, own_cpu_s = (
        process.memory_bytes(),
        process.cpu_s(),
        time.process_time(),
    )
    async with _observed(load, stage) as observer:
        await _send(load, stage, observer)
        await observer.answers(load.quiet_s)
        if not load.answers_only:
            await observer.pictures(load.quiet_s)
    jobs = list(observer.jobs.values())
    return {
        **_moments(stage, jobs),
        "limited": float(sum(r.status == TOO_MANY for r in stage.discord.requests)),
        "edits": float(sum(job.edits for job in jobs)),
        "unanswered": float(sum(job.answered_at_s is None for job in jobs)),
        "missing": float(sum(job.picture_bytes != load.picture_bytes for job in jobs)),
        "memory_mb_per_job": (process.peak_bytes() - before_bytes) / MB / load.jobs,
        "cpu_ms_per_job": (process.cpu_s() - before_cpu_s) * 1000 / load.jobs,
        "stand_in_cpu_ms_per_job": (time.process_time() - own_cpu_s) * 1000 / load.jobs,
    }


@asynccontextmanager
async def _observed(load: Load, stage: Stage) -> AsyncGenerator[Observer]:
    observer = Observer(load.jobs)
    with stage.discord.events.subscribe() as events:
        following = asyncio.create_task(observer.follow(events))
        try:
            yield observer
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _send(load: Load, stage: Stage, observer: Observer) -> None:
    for number, member in enumerate(stage.members):
        prompt = f"{load.prompt}, number {number}"
        # A name has to be found among all that its member may use.
        named = {"model": NAMED} if load.ruled and number % 2 else {}
        channel = stage.channels[number % load.channels]
        use = await stage.discord.invoke(member, channel, "imagine", {"prompt": prompt, **named})
        observer.jobs[use.id] = JobSeen(prompt, use.created_at_s)


def _moments(stage: Stage, jobs: Sequence[JobSeen]) -> Figures:
    submissions = {submission.prompt: submission for submission in stage.get3w.submissions}
    answered, submitted, painted, whole = [], [], [], []
    for job in jobs:
        submission = submissions.get(job.prompt)
        if job.answered_at_s is not None:
            answered.append(job.answered_at_s - job.sent_at_s)
        if submission is not None:
            submitted.append(stage.clock.unix(submission.at_s) - job.sent_at_s)
        if job.picture_at_s is not None and submission and submission.completed_at_s:
            painted.append(job.picture_at_s - stage.clock.unix(submission.completed_at_s))
            whole.append(job.picture_at_s - job.sent_at_s)
    return {
        **spread("answered", "s", answered),
        **spread("submitted", "s", submitted),
        **spread("picture", "s", painted),
        **spread("whole", "s", whole),
    }
