"""First answers before all else.

A member has three seconds to be answered and minutes to wait for a picture. When a thousand
commands come at once, the submissions of those that are answered would take the loop's time from
those that aren't yet. So work begins when nobody waits for a first answer, or after a second: a
stream of commands that never ends must not hold the pictures back for ever.
"""

import asyncio
from contextlib import suppress

HOLD_MAX_S = 1.0


class AnswersFirst:
    """Counts the first answers that are still due; work waits for them."""

    def __init__(self) -> None:
        self._due = 0
        self._none_due = asyncio.Event()

    def expect(self) -> None:
        """Take note that somebody waits for a first answer."""
        self._due += 1
        self._none_due.clear()

    def settle(self) -> None:
        """Take note that somebody waits no longer."""
        self._due -= 1
        if not self._due:
            self._none_due.set()

    async def wait(self) -> None:
        """Wait until no answer is due, for a second at most; not at all where none is."""
        if not self._due:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(HOLD_MAX_S):
                await self._none_due.wait()
