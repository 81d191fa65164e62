"""An event loop whose time jumps.

Nothing is ever waited for in earnest: where a usual loop would sleep until its next timer, this
one moves its clock there. So a test of 14 minutes takes no time, and every moment in it is exact.
Where nothing is left that could ever happen, the loop says so instead of hanging. Work in threads
takes real time but no virtual time.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from typing_extensions import override

from bot.observability.clock import SystemClock

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# Not zero, so that code which takes zero for "long ago" shows itself; a power of two, so that
# short spans are added to it without rounding.
FIRST_S = 1024.0
_THREAD_MAX_S = 30.0


class DeadlockError(RuntimeError):
    """The test waits for something that nothing left can bring about."""


class _JumpingSelector(selectors.DefaultSelector):
    """Tells what is ready now; where nothing is, moves the clock on instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = FIRST_S
        self.threads = 0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.threads:
            return super().select(_THREAD_MAX_S)
        if timeout is None:
            raise DeadlockError("every task waits, and no timer is set")
        self.now_s += timeout
        return []

    @contextmanager
    def thread(self) -> Iterator[None]:
        self.threads += 1
        try:
            yield
        finally:
            self.threads -= 1


class VirtualLoop(asyncio.SelectorEventLoop):
    """A selector event loop on virtual time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    @override
    def time(self) -> float:
        return self._jumping.now_s

    @override
    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: object
    ) -> asyncio.Future[Any]:
        future = super().run_in_executor(executor, func, *args)
        thread = self._jumping.thread()
        thread.__enter__()
        future.add_done_callback(lambda _: thread.__exit__(None, None, None))
        return future

    @override
    async def shutdown_default_executor(self, *args: float | None) -> None:
        with self._jumping.thread():
            await super().shutdown_default_executor(*args)


class LoopClock(SystemClock):
    """The time of the running loop; its moments begin at ``START``."""

    @override
    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic() - FIRST_S)


async def quiet() -> None:
    """Let everything run that needs no time to pass."""
    for _ in range(30):
        await asyncio.sleep(0)
