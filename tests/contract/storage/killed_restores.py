"""Restores a copy again and again, killed at each step of it that leaves a trace on the disk.

Called with a folder that has a database and its copy, and one in which each attempt gets a folder
of its own. The last attempt is the one that wasn't killed.
"""

import os
import shutil
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.storage.restoring import restore

# What Python tells of before it is done. https://docs.python.org/3/library/audit_events.html
TRACES = frozenset({"open", "os.link", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect"})
DATABASE, COPY = "bot.sqlite3", "copy.sqlite3"
NOW = datetime(2026, 1, 31, 12, 30, 1, tzinfo=UTC)


def restored_until(folder: Path, step: int) -> bool:
    """Restore in a process of its own, which dies at a step; tell whether it came to its end."""
    child = os.fork()
    if child == 0:
        _die_at(step)
        restore(folder / DATABASE, folder / COPY, NOW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def _die_at(step: int) -> None:
    steps = count(1)

    def look(event: str, _arguments: object) -> None:
        if event in TRACES and next(steps) == step:
            os._exit(1)

    sys.addaudithook(look)


def main() -> None:
    template, attempts = map(Path, sys.argv[1:])
    for step in count(1):
        folder = attempts / f"{step:03}"
        shutil.copytree(template, folder)
        if restored_until(folder, step):
            return


if __name__ == "__main__":
    main()
