"""One trial: one bot under one load, in a process of its own; writes what it measured as JSON.

The stand-ins live in this process and the bot in another, so with two cores neither takes the
other's. A trial has its own process so that none finds the memory of an earlier one.
"""

import asyncio
import gc
import json
import math
import resource
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import uvloop

from benchmarks.bot_process import BotProcess, running
from benchmarks.loads import LOADS, Load
from benchmarks.observing import JobSeen, Observer
from benchmarks.stage import Stage, staged

READY_WITHIN_S: Final = 60.0
# What follows a connection is over by then; without a load it is what is measured.
SETTLED_AFTER_S: Final = 1.0
IDLE_AFTER_S: Final = 3.0
MB: Final = 1_000_000
TOO_MANY: Final = 429
Figures = dict[str, float]


async def measured(load: Load, bot: str) -> Figures:
    """Run a bot under a load and return its figures by name; units are in the names."""
    async with staged(load) as stage:
        begun_s = time.monotonic()
        async with running(bot, stage.environment(load)) as process:
            died = asyncio.create_task(process.ended())
            work = asyncio.create_task(_figures(load, stage, process, begun_s))
            done, _ = await asyncio.wait({died, work}, return_when=asyncio.FIRST_COMPLETED)
            for task in (died, work):
                task.cancel()
            await asyncio.gather(died, work, return_exceptions=True)
            return done.pop().result()


async def _figures(load: Load, stage: Stage, process: BotProcess, begun_s: float) -> Figures:
    await stage.discord.until(lambda: stage.discord.ready_shards == 1, READY_WITHIN_S)
    start_s = time.monotonic() - begun_s
    await asyncio.sleep(SETTLED_AFTER_S if load.jobs else IDLE_AFTER_S)
    figures = {"start_s": start_s, "idle_mb": process.memory_bytes() / MB}
    if load.jobs:
        figures |= await _under_load(load, stage, process)
    return figures


async def _under_load(load: Load, stage: Stage, process: BotProcess) -> Figures:
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
        prompt = f"A cat in space, number {number}"
        channel = stage.channels[number % load.channels]
        use = await stage.discord.invoke(member, channel, "imagine", {"prompt": prompt})
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
    spans = {"answered": answered, "submitted": submitted, "picture": painted, "whole": whole}
    return {
        f"{name}_{rank}_s": _percentile(values, share)
        for name, values in spans.items()
        for rank, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
    }


def _percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so great a share doesn't exceed; nan of nothing."""
    if not values:
        return math.nan
    return sorted(values)[math.ceil(share * len(values)) - 1]


def main() -> None:
    """Run the trial that the command line names: a load and a bot."""
    _, load, bot = sys.argv
    soft_and_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft_and_hard, soft_and_hard))
    gc.disable()
    sys.stdout.write(json.dumps(uvloop.run(measured(LOADS[load], bot))))


if __name__ == "__main__":
    main()
