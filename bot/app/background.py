"""What runs beside everything else, until the stack that owns it ends it."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack

_CANCELLED_AGAIN_S = 1.0

_log = logging.getLogger(__name__)


async def in_background(work: Coroutine[None, None, None], stack: AsyncExitStack) -> None:
    """Let something run until the stack ends it; where it ends by an error, the log tells."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_of_error)

    async def end() -> None:
        # Again and again: a library may lose a cancel, and then nothing would ever end.
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCELLED_AGAIN_S)
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


def _tell_of_error(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _log.error("a background task ended by an error", exc_info=error)
