"""The bot as a process of its own, configured by its environment alone."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator, Mapping, Sequence

PROJECT: Final = Path(__file__).parent.parent
BOT: Final = ("-m", "bot")
# Several run side by side, and people read what they say.
ASIDE: Final = MappingProxyType({"HTTP_PORT": "0", "LOG_FORMAT": "text"})
LINES_KEPT: Final = 20
# A bot that was asked to stop finishes what it can; after this long it is ended.
STOP_S: Final = 15.0
LINE_MAX_BYTES: Final = 1 << 20


class BotProcess:
    """A running bot and the end of what it has written."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._silent = asyncio.Event()
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)

    @property
    def exit_code(self) -> int | None:
        """Return the code that it ended with; None while it runs."""
        return self._process.returncode

    async def read_log(self) -> None:
        """Keep the end of its log until it closes its output."""
        output = self._process.stdout
        while output is not None and (line := await output.readline()):
            self.last_lines.append(line.decode(errors="replace").rstrip())
        self._silent.set()

    async def ended(self) -> int:
        """Wait for it to end by itself and for its last words; returns its exit code."""
        await self._silent.wait()
        return await self._process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """Ask it to stop, and end it if it doesn't."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running_bot(
    settings: Mapping[str, str], folder: Path, program: Sequence[str] = BOT
) -> AsyncGenerator[BotProcess]:
    """Run the bot until the context ends.

    Parameters
    ----------
    settings
        The variables it gets; of ours only PATH comes along, so that nothing else decides.
    folder
        Its working directory: an empty one has no `.env` to be read.
    program
        What the interpreter is to run.
    """
    # A group of its own: Ctrl-C in the terminal is for us, and we stop the bot once.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        cwd=folder,
        env=_environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LINE_MAX_BYTES,
        start_new_session=True,
    )
    bot = BotProcess(process)
    reading = asyncio.create_task(bot.read_log())
    try:
        yield bot
    finally:
        await bot.stop()
        await reading


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "PYTHONPATH": str(PROJECT), **ASIDE, **settings}
