"""One trial: one bot under one load, in a process of its own; writes what it measured as JSON.

The stand-ins live in this process and the bot in another, so with two cores neither takes the
other's. A trial has its own process so that none finds the memory of an earlier one.
"""

import asyncio
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

import uvloop

from benchmarks.bot_process import BotProcess, running
from benchmarks.commands import under_load
from benchmarks.figures import MB, Figures
from benchmarks.loads import LOADS, AnyLoad, Load
from benchmarks.moderating import decide_everything
from benchmarks.pickers import picked
from benchmarks.stage import Stage, staged

T = TypeVar("T")

READY_WITHIN_S: Final = 60.0
# What follows a connection is over by then; without a load it is what is measured.
SETTLED_AFTER_S: Final = 1.0
IDLE_AFTER_S: Final = 3.0


async def measured(load: AnyLoad, bot: str) -> Figures:
    """Run a bot under a load and return its figures by name; units are in the names."""
    async with staged(load) as stage:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            env = {**stage.environment(load), "DATABASE_URL": f"sqlite:///{folder}/kept.sqlite3"}
            if load.ruled:
                # By a process of its own: the one that is measured knows nothing yet.
                await _while_it_runs(bot, env, lambda _: _decide(stage))
                await stage.discord.until(lambda: not stage.discord.ready_shards)
            begun_s = time.monotonic()
            return await _while_it_runs(
                bot, env, lambda process: _figures(load, stage, process, begun_s)
            )


async def _while_it_runs(
    bot: str, env: Mapping[str, str], work: Callable[[BotProcess], Awaitable[T]]
) -> T:
    """Do something with a running bot; its end before that is an error."""
    async with running(bot, env) as process:
        died = asyncio.ensure_future(process.ended())
        working = asyncio.ensure_future(work(process))
        done, _ = await asyncio.wait({died, working}, return_when=asyncio.FIRST_COMPLETED)
        for task in (died, working):
            task.cancel()
        await asyncio.gather(died, working, return_exceptions=True)
        return done.pop().result()


async def _decide(stage: Stage) -> None:
    await _ready(stage)
    await asyncio.sleep(SETTLED_AFTER_S)
    await decide_everything(stage)


async def _figures(load: AnyLoad, stage: Stage, process: BotProcess, begun_s: float) -> Figures:
    await _ready(stage)
    start_s = time.monotonic() - begun_s
    idle = isinstance(load, Load) and not load.jobs
    await asyncio.sleep(IDLE_AFTER_S if idle else SETTLED_AFTER_S)
    figures = {"start_s": start_s, "idle_mb": process.memory_bytes() / MB}
    if not isinstance(load, Load):
        return figures | await picked(load, stage, process)
    return figures if idle else figures | await under_load(load, stage, process)


async def _ready(stage: Stage) -> None:
    await stage.discord.until(lambda: stage.discord.ready_shards == 1, READY_WITHIN_S)


def main() -> None:
    """Run the trial that the command line names: a load and a bot."""
    _, load, bot = sys.argv
    soft_and_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft_and_hard, soft_and_hard))
    gc.disable()
    sys.stdout.write(json.dumps(uvloop.run(measured(LOADS[load], bot))))


if __name__ == "__main__":
    main()
