"""What one server's log channel hasn't been told yet."""

import asyncio
from collections.abc import Sequence

from bot.domain.log_entries import Told

# As many as a person would read of what gathered while a channel couldn't be written to.
LINES_MAX = 200
_LINES_AT_ONCE = 10


class LogDesk:
    """The lines that wait; those of one likeness are counted as one.

    Attributes
    ----------
    left_out
        How many lines were too many to be kept until they could be written.
    stirred
        Set when something changed, so that another attempt may go better.
    """

    def __init__(self) -> None:
        self._lines: dict[str, Told] = {}
        self.stirred = asyncio.Event()
        self.left_out = 0

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._lines and not self.left_out

    def add(self, line: Told) -> None:
        """Let a line wait."""
        earlier = self._lines.get(line.likeness)
        self._lines[line.likeness] = line if earlier is None else earlier.and_then(line)
        if len(self._lines) > LINES_MAX:
            oldest = self._lines.pop(next(iter(self._lines)))
            self.left_out += oldest.times

    def take(self) -> tuple[Sequence[Told], int]:
        """Take the oldest lines, as many as one message may have, and what was left out."""
        lines = list(self._lines.values())[:_LINES_AT_ONCE]
        for line in lines:
            del self._lines[line.likeness]
        left_out, self.left_out = self.left_out, 0
        self.stirred.clear()
        return lines, left_out

    def put_back(self, lines: Sequence[Told], left_out: int) -> None:
        """Let lines that couldn't be written wait again, before all others."""
        newer, self._lines = self._lines, {}
        for line in (*lines, *newer.values()):
            self.add(line)
        self.left_out += left_out

    def clear(self) -> None:
        """Forget everything that waits."""
        self._lines, self.left_out = {}, 0
