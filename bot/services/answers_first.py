"""First answers before all else.

A member has three seconds to be answered and minutes to wait for a picture. When a thousand
commands come at once, the submissions of those that are answered would take the loop's time from
those that aren't yet. So work doesn't begin while a crowd waits for its first answers, or begins
after three seconds: who of a crowd isn't answered by then never will be, and a stream of commands
that never ends must not hold the pictures back for ever. A few that wait are no crowd: they are
answered in a few milliseconds whatever else begins.

An answer is due as soon as its command is here. Bookings are kept in groups: were it due only once
its job is booked, the answers of each group would all be given before the next is booked, no crowd
would ever be seen, and the pictures of the first would take the time of the last.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import Context, copy_context

HOLD_MAX_S = 3.0
CROWD = 32


class AnswersFirst:
    """Counts the first answers that are still due; work waits for them."""

    def __init__(self) -> None:
        self._due = 0
        self._held: list[tuple[Callable[[], None], Context]] = []
        self._patience: asyncio.TimerHandle | None = None

    @contextmanager
    def due(self) -> Generator[None]:
        """Have a first answer due for as long as this lasts."""
        self._due += 1
        try:
            yield
        finally:
            self._due -= 1
            if self._held and self._due < CROWD:
                # Not on the spot: it would keep the next answer waiting whose turn it is.
                asyncio.get_running_loop().call_soon(self._crowd_gone)

    def when_free(self, begin: Callable[[], None]) -> None:
        """Begin some work as soon as no crowd is due its answers.

        Three seconds after the first of those that are held back all are let go. Where work only
        waits, that costs a crowd's answers nothing, not even a task.
        """
        if self._due < CROWD and not self._held:
            begin()
            return
        self._held.append((begin, copy_context()))
        if self._patience is None:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(HOLD_MAX_S, self.let_go)

    async def wait(self) -> None:
        """Wait until no crowd is due its answers, for three seconds at most."""
        free = asyncio.Event()
        self.when_free(free.set)
        await free.wait()

    def let_go(self) -> None:
        """Hold nothing back any longer, for now; it begins in the loop's next turn."""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        held, self._held = self._held, []
        loop = asyncio.get_running_loop()
        for begin, context in held:
            loop.call_soon(begin, context=context)

    def _crowd_gone(self) -> None:
        # Another one may have come meanwhile.
        if self._due < CROWD:
            self.let_go()
