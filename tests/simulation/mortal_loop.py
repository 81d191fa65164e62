"""An event loop on which whole processes live, and die as by SIGKILL.

Theory
------
A process is everything that runs in one context: whatever it starts inherits a context variable
that names its life. The loop looks at it before it runs anything. Once a life is over, nothing of
it ever runs again, not even a ``finally``: what would have run is put aside. So a killed process
can't tidy up, any more than a real one can; and a process that is stopped for a while (SIGSTOP, a
machine that swaps) finds on its return that time went by without it.

What was put aside is buried at the end of a simulation, when nobody looks any more: it is cancelled
with every door to the world shut.
"""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any

from typing_extensions import override

from tests.unit.virtual_time import VirtualLoop

_LIFE: ContextVar["Life | None"] = ContextVar("life", default=None)
_BURIALS_MAX = 50
_TASKS_HELD_MAX = 1000
# On a clock that only timers move, a wait shorter than a float's last digit would never end.
_TICK_S = 1e-8


class Life:
    """What one process may run; see :class:`MortalLoop`.

    Parameters
    ----------
    see
        Sees how each thing ended that the process was given to do.

    Attributes
    ----------
    halted
        Whether nothing of it runs now.
    dead
        Whether nothing of it will ever run.
    """

    def __init__(
        self, loop: "MortalLoop", name: str, see: Callable[["asyncio.Task[Any]"], None]
    ) -> None:
        self.name = name
        self.halted = False
        self.dead = False
        self.parked: list[asyncio.Handle] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._loop = loop
        self._see = see

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Let the process do something, beside all else that it does."""
        context = copy_context()
        context.run(_LIFE.set, self)
        task = self._loop.create_task(work, context=context)
        task.add_done_callback(self._see)
        return task

    def own(self, task: "asyncio.Task[Any]") -> None:
        """Hold a task that was started: nobody else may, once it is over."""
        self._tasks.append(task)
        if len(self._tasks) > _TASKS_HELD_MAX:
            self._tasks = [each for each in self._tasks if not each.done()]

    def halt(self) -> None:
        """Let nothing of it run on."""
        self.halted = True
        self._loop.park(self)

    def kill(self) -> None:
        """End it, as SIGKILL does."""
        self.dead = True
        self.halt()

    def go_on(self) -> None:
        """Let it run again; what was due meanwhile is due now."""
        self.halted = False
        parked, self.parked = self.parked, []
        self._loop.unpark(parked)

    async def bury(self) -> None:
        """Let go of all that it held; every door to the world has to be shut."""
        self.dead = True
        self.go_on()
        for _ in range(_BURIALS_MAX):
            left = [task for task in self._tasks if not task.done()]
            if not left:
                return
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=1)
        raise RuntimeError(f"what ran in {self.name} can't be ended")


class MortalLoop(VirtualLoop):
    """A loop on virtual time that lets only the living run."""

    def __init__(self) -> None:
        super().__init__()
        self.set_task_factory(_owned_task)

    @override
    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        life = _LIFE.get() if context is None else context.get(_LIFE)
        if life is not None and life.halted:
            handle = asyncio.Handle(callback, args, self, context)
            life.parked.append(handle)
            return handle
        return super().call_soon(callback, *args, context=context)

    @override
    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        life = _LIFE.get() if context is None else context.get(_LIFE)
        if life is not None and life.halted:
            handle = asyncio.TimerHandle(when, callback, args, self, context)
            life.parked.append(handle)
            return handle
        return super().call_at(when, callback, *args, context=context)

    def _run_once(self) -> None:
        self._jumping.now_s += _TICK_S
        super()._run_once()  # type: ignore[misc]  asyncio's own, where all rounds go through

    def park(self, life: Life) -> None:
        """Put aside all that a life was about to run."""
        ready, timers = self._ready, self._scheduled
        life.parked += [handle for handle in ready if _is_of(handle, life)]
        life.parked += sorted(handle for handle in timers if _is_of(handle, life))
        # The loop counts on as many as it began its round with.
        for at, handle in enumerate(ready):
            if _is_of(handle, life):
                ready[at] = self._nothing()
        for handle in life.parked:
            if isinstance(handle, asyncio.TimerHandle):
                handle._scheduled = False  # noqa: SLF001  the heap's own mark
        timers[:] = [handle for handle in timers if not _is_of(handle, life)]
        heapq.heapify(timers)

    def _nothing(self) -> asyncio.Handle:
        handle = asyncio.Handle(lambda: None, (), self, copy_context())
        handle.cancel()
        return handle

    def unpark(self, parked: list[asyncio.Handle]) -> None:
        """Run what was put aside, in its order, or when it is due."""
        for handle in parked:
            if isinstance(handle, asyncio.TimerHandle) and handle.when() > self.time():
                heapq.heappush(self._scheduled, handle)
                handle._scheduled = True  # noqa: SLF001  the heap's own mark
            else:
                self._ready.append(handle)


def _is_of(handle: asyncio.Handle, life: Life) -> bool:
    context = handle._context  # noqa: SLF001  nowhere else is it told whose a callback is
    return not handle.cancelled() and context.get(_LIFE) is life


def _owned_task(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, Any],
    context: Context | None = None,
) -> "asyncio.Task[Any]":
    task = asyncio.Task(work, loop=loop, context=context)
    life = _LIFE.get() if context is None else context.get(_LIFE)
    if life is not None:
        life.own(task)
    return task
