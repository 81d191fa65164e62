"""What the demo says in the terminal: one aligned line for each state of the message."""

from __future__ import annotations

import io
import math
import re
import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.discord.messages import Snapshot
    from sandbox.discord.world import World

MOMENT: Final = re.compile(r"<t:(-?\d+)(?::\w)?>")
PERSON: Final = re.compile(r"<@!?(\d+)>")
MARKS: Final = re.compile(r"\*\*|__|~~|^-# |^> |`")
UNITS: Final = ((60.0, "s"), (3600.0, "min"), (math.inf, "h"))


class Terminal:
    """Lines with the seconds since the command was sent."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._began_s = time.monotonic()

    def begin(self) -> None:
        """Count the seconds from now."""
        self._began_s = time.monotonic()

    def say(self, text: str = "") -> None:
        """Write a line."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def state(self, text: str) -> None:
        """Write a line with the time that has gone by."""
        self.say(f"{time.monotonic() - self._began_s:6.1f} s  {text}")


def standard_terminal() -> Terminal:
    """Return the terminal on standard output, where unknown characters do no harm."""
    out: TextIO = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="replace")
    return Terminal(sys.stdout)


def first_line(state: Snapshot, world: World, now_s: Callable[[], float]) -> str:
    """Return the first line of what a message says, as plain text."""
    line = state.text.partition("\n")[0]
    line = MOMENT.sub(lambda match: _moment(int(match[1]) - now_s()), line)
    line = PERSON.sub(lambda match: f"@{_name(world, int(match[1]))}", line)
    return MARKS.sub("", line)


def _moment(delta_s: float) -> str:
    if abs(delta_s) < 1:  # Discord's moments are whole seconds
        return "now"
    per_unit_s = 1.0
    for limit_s, unit in UNITS:
        if abs(delta_s) < limit_s:
            amount = f"{abs(delta_s) / per_unit_s:.0f} {unit}"
            return f"in {amount}" if delta_s >= 0 else f"{amount} ago"
        per_unit_s = limit_s
    return ""


def _name(world: World, user_id: int) -> str:
    user = world.users.get(user_id)
    return user.name if user else "somebody"
