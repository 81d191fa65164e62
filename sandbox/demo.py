"""`python -m sandbox.demo`: one `/imagine`, from the command to the picture, with the real bot.

It opens the sandbox, starts the bot as a process of its own, sends the command as alice, and says
each state of the message as it changes. With `--once` it ends after the picture; without, the page
stays open, on which the plug can be pulled.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Final, NamedTuple

from sandbox.backstage.plug import Power
from sandbox.bot_process import BOT, PROJECT, running_bot
from sandbox.get3w.manner import Manner
from sandbox.performance import NoPictureError, perform
from sandbox.race import first_of
from sandbox.signals import stop_signals
from sandbox.stage import NotOpenedError, Ports, open_stage
from sandbox.terminal import standard_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.attachments import Attachment
    from sandbox.stage import Stage
    from sandbox.terminal import Terminal

PROMPT: Final = "A cat in space"
PICTURE_WITHIN_S: Final = 60.0
PICTURES: Final = PROJECT / "data" / "demo"


class Plan(NamedTuple):
    """How the demo is to run.

    Attributes
    ----------
    once
        End after the picture instead of staying open.
    pictures
        The folder that the picture is saved to.
    page_port
        0 takes any free one.
    program
        What the interpreter runs as the bot.
    within_s
        How long to wait for the picture.
    manner
        How the image API behaves at first.
    """

    once: bool
    pictures: Path = PICTURES
    page_port: int = 0
    program: Sequence[str] = BOT
    within_s: float = PICTURE_WITHIN_S
    manner: Manner = Manner()


class Demo:
    """One showing: on which stage, told to which terminal."""

    def __init__(self, plan: Plan, stage: Stage, terminal: Terminal) -> None:
        self._plan = plan
        self._stage = stage
        self._plug = stage.plug
        self._terminal = terminal

    async def run(self, stop: asyncio.Event) -> int:
        """Show the way to the picture, then stay until asked to stop; returns the exit code."""
        code = await first_of(_code_after(stop), self._show(), self._bot_died())
        if self._plan.once or stop.is_set() or self._plug.power is Power.ENDED:
            return code
        self._terminal.say("\nThe page stays open. Ctrl-C ends it.")
        return await first_of(_code_after(stop), self._bot_died())

    async def _show(self) -> int:
        try:
            async with asyncio.timeout(self._plan.within_s):
                picture = await perform(self._stage.discord, PROMPT, self._terminal)
        except TimeoutError:
            return self._failed(f"No picture came within {self._plan.within_s:.0f} s.")
        except NoPictureError as error:
            return self._failed(str(error))
        path = await asyncio.to_thread(save_picture, picture, PROMPT, self._folders())
        self._terminal.say(f"\nPicture: {path}\nPage:    {self._stage.page_url}")
        return 0

    def _folders(self) -> Sequence[Path]:
        return self._plan.pictures, Path(gettempdir(), "imagine-demo")

    async def _bot_died(self) -> int:
        code = await self._plug.ended()
        return self._failed(f"The bot ended by itself with exit code {code}.")

    def _failed(self, sentence: str) -> int:
        self._terminal.say(f"\n{sentence}")
        if self._plug.last_lines:
            self._terminal.say("The last lines of the bot's log:")
        for line in self._plug.last_lines:
            self._terminal.say(f"  {line}")
        return 1


def save_picture(picture: Attachment, prompt: str, folders: Sequence[Path]) -> Path:
    """Write a picture, named after its prompt, into the first folder that takes it.

    Raises
    ------
    OSError
        The last folder didn't take it either.
    """
    name = re.sub(r"\W+", "-", prompt.lower()).strip("-")
    filename = f"{name}{Path(picture.filename).suffix or '.png'}"
    for folder in folders[:-1]:
        with suppress(OSError):
            return _write(folder / filename, picture.data or b"")
    return _write(folders[-1] / filename, picture.data or b"")


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


async def show(plan: Plan, terminal: Terminal) -> int:
    """Open the sandbox, start the bot, show the demo; returns the exit code."""
    ports = Ports(page=plan.page_port)
    with stop_signals() as stop, TemporaryDirectory(prefix="imagine-demo-") as folder:
        async with open_stage(ports=ports) as stage:
            stage.backstage.play(plan.manner)
            terminal.say(f"Page: {stage.page_url}")
            # One folder for every start: what the bot keeps outlives a pulled plug.
            bots = partial(running_bot, stage.environment, Path(folder), plan.program)
            async with stage.plug.plugged_in(bots):
                return await Demo(plan, stage, terminal).run(stop)


async def _code_after(stop: asyncio.Event) -> int:
    await stop.wait()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the picture")
    parser.add_argument("--port", type=int, default=0, help="of the page; 0: any free port")
    parser.add_argument("--ids", action="store_true", help="the API's streams carry an id")
    parser.add_argument("--slow", action="store_true", help="a picture takes 20 s")
    asked = parser.parse_args(arguments)
    plan = Plan(asked.once, page_port=asked.port, manner=Manner(asked.ids, asked.slow))
    terminal = standard_terminal()
    try:
        return asyncio.run(show(plan, terminal))
    except NotOpenedError as error:
        terminal.say(f"The sandbox can't be opened: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
