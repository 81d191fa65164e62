"""A bot as a process of its own, and what Linux says of it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
MODULES: Final = {"ours": "bot", "naive": "benchmarks.naive_bot"}
PROC: Final = Path("/proc")
KIB: Final = 1024
# proc_pid_clear_refs(5): 5 sets the peak to the present.
RESET_PEAK: Final = "5"


class BotDiedError(Exception):
    """The process ended by itself; the text is the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class BotProcess:
    """A running bot."""

    process: asyncio.subprocess.Process
    log: Path

    def memory_bytes(self) -> float:
        """Return its resident memory now."""
        return self._status("VmRSS")

    def peak_bytes(self) -> float:
        """Return the most resident memory since its start or since :meth:`forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        """Let the peak begin anew, where the kernel permits that."""
        try:
            (self._proc / "clear_refs").write_text(RESET_PEAK)
        except OSError:
            return

    def cpu_s(self) -> float:
        """Return the processor time of all its threads so far."""
        try:
            fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        # Fields 14 and 15 of proc_pid_stat(5); the first two stand before the bracket.
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def ended(self) -> None:
        """Wait for its end, which is always an error here.

        Raises
        ------
        BotDiedError
            When it ends.
        """
        code = await self.process.wait()
        said = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BotDiedError(f"the bot ended by itself with {code}:\n{said}")

    @property
    def _proc(self) -> Path:
        return PROC / str(self.process.pid)

    def _status(self, name: str) -> float:
        try:
            lines = (self._proc / "status").read_text().splitlines()
        except OSError:
            return float("nan")
        found = next(line for line in lines if line.startswith(f"{name}:"))
        return float(found.split()[1]) * KIB


@asynccontextmanager
async def running(bot: str, env: Mapping[str, str]) -> AsyncGenerator[BotProcess]:
    """Run one of `MODULES` in an empty folder with this environment alone, then end it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log = Path(folder, "log.txt")
        process = await _started(bot, env, log)
        try:
            yield BotProcess(process, log)
        finally:
            # It was measured; what it would do about its open jobs takes time and says nothing.
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _started(bot: str, env: Mapping[str, str], log: Path) -> asyncio.subprocess.Process:
    written = os.open(log, os.O_WRONLY | os.O_CREAT)
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULES[bot]),
            cwd=log.parent,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(log.parent),
                **env,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=written,
            stderr=written,
        )
    finally:
        os.close(written)
