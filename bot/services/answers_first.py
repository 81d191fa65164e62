"""First answers before all else.

A member has three seconds to be answered and minutes to wait for a picture. When a thousand
commands come at once, the submissions of those that are answered would take the loop's time from
those that aren't yet. So work doesn't begin while a crowd waits for its first answers, or begins
after three seconds: who isn't answered by then never will be, and a stream of commands that never
ends must not hold the pictures back for ever. A few that wait are no crowd: they are answered in a
few milliseconds whatever else begins.

An answer is due as soon as its command is here. Bookings are kept in groups: were it due only once
its job is booked, the answers of each group would all be given before the next is booked, no crowd
would ever be seen, and the pictures of the first would take the time of the last.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress

HOLD_MAX_S = 3.0
CROWD = 32


class AnswersFirst:
    """Counts the first answers that are still due; work waits for them."""

    def __init__(self) -> None:
        self._due = 0
        self._no_crowd = asyncio.Event()

    @contextmanager
    def due(self) -> Generator[None]:
        """Have a first answer due for as long as this lasts."""
        self._due += 1
        if self._due >= CROWD:
            self._no_crowd.clear()
        try:
            yield
        finally:
            self._due -= 1
            if self._due < CROWD:
                self._no_crowd.set()

    async def wait(self) -> None:
        """Wait until no crowd is due its answers, for three seconds at most."""
        if self._due < CROWD:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(HOLD_MAX_S):
                await self._no_crowd.wait()
