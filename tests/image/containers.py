"""The image, and somebody who starts containers of it as the documents tell them to."""

import asyncio
import itertools
import json
import os
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from typing_extensions import override

from tests.operator import BOT, Operator
from tests.stage import PROJECT, BotProcess

PROC = Path("/proc")
_KIB = 1024
# What running without an engine's service needs.
_WITHOUT_ENGINE = (
    "--network=host",
    "--no-healthcheck",
    "--ulimit=nofile=4096:4096",
    "--ulimit=nproc=4096:4096",
)


def hardened() -> tuple[str, ...]:
    """Give the options by which a container is as closed as ``compose.yaml`` makes the bot's."""
    bot = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    return (
        *(["--read-only"] if bot["read_only"] else []),
        *(f"--tmpfs={place}" for place in bot["tmpfs"]),
        *(f"--cap-drop={right}" for right in bot["cap_drop"]),
        *(f"--security-opt={option.removesuffix(':true')}" for option in bot["security_opt"]),
        f"--pids-limit={bot['pids_limit']}",
        *_WITHOUT_ENGINE,
    )


@dataclass(frozen=True)
class Image:
    """An image in a store of podman's.

    Attributes
    ----------
    name, base
        What it is called there, and what it was built from.
    podman
        The command with the options that lead to that store.
    """

    name: str
    base: str
    podman: tuple[str, ...]

    async def ask(self, *command: str) -> str:
        """Run podman; give what it says."""
        asked = await asyncio.create_subprocess_exec(
            *self.podman, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        said, complaint = await asked.communicate()
        assert asked.returncode == 0, complaint.decode()
        return said.decode().strip()

    async def inside(self, *command: str, options: Sequence[str] = ()) -> str:
        """Run a program of the image in a container of its own; give what it says."""
        entry = f"--entrypoint={json.dumps(command)}"
        return await self.ask("run", "--rm", *hardened(), *options, entry, self.name)

    async def size_bytes(self, name: str) -> int:
        """Give what an image takes on disk, with all that it was built from."""
        return int(await self.ask("image", "inspect", "--format={{.Size}}", name))


def built_image() -> Image | None:
    """Give the image that ``.ci/image`` has built; ``None`` where it built none."""
    name = os.environ.get("BOT_IMAGE")
    if name is None:
        return None
    podman = tuple(shlex.split(os.environ["BOT_IMAGE_PODMAN"]))
    return Image(name, os.environ["BOT_IMAGE_BASE"], podman)


def since_boot_s() -> float:
    """Tell the time as the machine counts the starts of processes."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class Running:
    """The bot's process in a container, as the machine outside sees it."""

    pid: int

    def waited_s(self) -> float:
        """Tell how long it was ready to go on while others had the processors."""
        return int((PROC / str(self.pid) / "schedstat").read_text().split()[1]) / 1e9

    def own_bytes(self) -> int:
        """Tell what only its end gives back, which is what an engine counts as the container's."""
        return self._status("RssAnon") + self._status("RssShmem")

    def resident_bytes(self) -> int:
        """Tell the same with the pages of files, which are shared and can go at any time."""
        return self._status("VmRSS")

    def _status(self, name: str) -> int:
        status = (PROC / str(self.pid) / "status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith(f"{name}:"))
        return int(line.split()[1]) * _KIB

    @property
    def started_s(self) -> float:
        """Tell when it was started."""
        stat = (PROC / str(self.pid) / "stat").read_text()
        # The 22nd field of proc_pid_stat(5); the first two stand before the bracket.
        return int(stat.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


@dataclass
class ContainerHost(Operator):
    """An operator who starts containers; each has a volume of its own unless told otherwise."""

    image: Image = field(kw_only=True)
    _names: Iterator[str] = field(default_factory=lambda: map("bot-{}".format, itertools.count()))

    @override
    async def launch(
        self, *, program: Sequence[str] = BOT, options: Sequence[str] = (), **settings: str
    ) -> BotProcess:
        command = (
            *self.image.podman,
            "run",
            "--rm",
            f"--name={next(self._names)}",
            *hardened(),
            *options,
            *_as_options({**self.settings, **settings}),
            self.image.name,
            *program[len(BOT) :],
        )
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        bot = BotProcess.watched(process)
        self.processes.append(bot)
        return bot

    async def name_of_newest(self) -> str:
        return await self.image.ask("ps", "--latest", "--format={{.Names}}")

    async def running(self) -> Running:
        """Look at the container that was started last."""
        name = await self.name_of_newest()
        return Running(int(await self.image.ask("inspect", "--format={{.State.Pid}}", name)))

    @override
    async def end(self) -> None:
        await self.image.ask("rm", "--all", "--force", "--time=0")
        await super().end()


def _as_options(settings: Mapping[str, str]) -> Iterator[str]:
    return (f"--env={name}={value}" for name, value in settings.items())
