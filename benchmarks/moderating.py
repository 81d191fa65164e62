"""What a moderator does before a load, in Discord's own ways."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.rules import settings_file
from benchmarks.servers import Server
from benchmarks.stage import Stage
from sandbox.discord.attachments import Upload
from sandbox.discord.person import Person

# Servers that are seen to at the same time.
AT_ONCE: Final = 4


async def decide_everything(stage: Stage) -> None:
    """Import every server's rules and block members there.

    Raises
    ------
    TimeoutError, LookupError, RuntimeError
        The bot didn't take them.
    """
    settings = stage.discord.settings
    # The bot fetches the file that is given and the one beside the button.
    stage.discord.settings = replace(settings, keep_bytes=True)
    await _for_all(stage.servers, lambda server: _decide(stage, server))
    stage.discord.settings = settings
    stage.discord.requests.clear()


async def _for_all(servers: Sequence[Server], work: Callable[[Server], Awaitable[None]]) -> None:
    waiting = list(reversed(servers))

    async def work_on() -> None:
        while waiting:
            await work(waiting.pop())

    async with asyncio.TaskGroup() as workers:
        for _ in range(AT_ONCE):
            workers.create_task(work_on())


async def _decide(stage: Stage, server: Server) -> None:
    owner = Person(stage.discord, server.guild.owner, server.log)
    # A log channel in each of very many servers would be a load of its own.
    rules = settings_file(server, logged=len(stage.servers) == 1)
    asked = await owner.use("settings import", file=Upload("rules.json", rules.encode()))
    done = await owner.press(asked.message, "Apply")
    if done.message is None or done.message.buttons:
        raise RuntimeError("the rules weren't taken over")
    for member in server.blocked:
        await owner.use("settings block", member=member)
