"""What runs beside everything else, until the stack that owns it ends it."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack

_CANCELLED_AGAIN_S = 1.0


async def in_background(work: Coroutine[None, None, None], stack: AsyncExitStack) -> None:
    """Let something run until the stack ends it."""
    task = asyncio.create_task(work)

    async def end() -> None:
        # Again and again: a library may lose a cancel, and then nothing would ever end.
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCELLED_AGAIN_S)
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)
