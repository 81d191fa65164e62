"""`python -m sandbox.screenshots [NAME ...]`: takes all screenshots, or those of these names."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox.bot_process import PROJECT
from sandbox.screenshots.pictures import shot
from sandbox.screenshots.scenes import SCENES, decide
from sandbox.screenshots.studio import NoBrowserError, open_studio
from sandbox.stage import NotOpenedError
from sandbox.terminal import standard_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.terminal import Terminal

FOLDER: Final = PROJECT / "docs" / "images"


async def take(names: Sequence[str], folder: Path, terminal: Terminal) -> None:
    """Take these screenshots into a folder.

    Raises
    ------
    NoBrowserError
    NotOpenedError
    """
    async with open_studio() as studio:
        await decide(studio)
        for name in names:
            part = await SCENES[name](studio)
            png = await shot(part)
            # A browser keeps six connections to one host, and each page holds one.
            await part.page.close()
            path = folder / f"{name}.png"
            path.write_bytes(png)
            terminal.say(f"{path}  {len(png) / 1000:.0f} kB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Take screenshots; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SCENES))
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder; docs/images")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(SCENES)):
        parser.error(f"there is no {', '.join(unknown)}")
    asked.into.mkdir(parents=True, exist_ok=True)
    terminal = standard_terminal()
    try:
        asyncio.run(take(asked.names or list(SCENES), asked.into, terminal))
    except NotOpenedError as error:
        terminal.say(f"The sandbox can't be opened: {error}")
        return 1
    except NoBrowserError:
        terminal.say("There is no Chromium on this machine: apt-get install chromium")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
