"""The real bot in its own process between a local Discord and a local Get3W."""

import asyncio
import itertools
import os
import re
import signal
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.discord.clock import Clock
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.options import OptionValue
from sandbox.discord.records import RecordedRequest
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.discord.world import Channel, Guild, User, World
from sandbox.get3w import Get3WSandbox, Scenario
from tests.discord_openapi import check_requests

PROJECT = Path(__file__).resolve().parents[1]
KEY = "sk_sandbox_0123456789abcdef"
START_TIMEOUT_S = 30.0
# Many bots run side by side, and what they say is read by line.
QUIET = {"HTTP_PORT": "0", "LOG_FORMAT": "text"}
# For a bot that waits for the image API as long as a test holds it back.
# One bot serves many tests, most of which aren't about money.
UNBOUNDED = {"BUDGET_USD_PER_DAY": "0", "MEMBER_PICTURES_PER_DAY": "10000"}
PATIENT = {**UNBOUNDED, "GET3W_CONCURRENCY": "100", "SHUTDOWN_GRACE_S": "1"}
# What a final state is known by; everything else is still on its way.
_FINAL_ICONS = ("⚠️", "⏹️")


@dataclass(eq=False, repr=False)
class BotProcess:
    """``python -m bot`` with everything that it prints, at DEBUG."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None
    _printed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _silent: bool = False

    @classmethod
    async def start(
        cls,
        folder: Path,
        environment: Mapping[str, str],
        program: Sequence[str] = ("-m", "bot"),
    ) -> "BotProcess":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**24,
        )
        return cls.watched(process)

    @classmethod
    def watched(cls, process: asyncio.subprocess.Process) -> "BotProcess":
        """Read what a process prints that somebody else has started."""
        bot = cls(process)
        bot._reader = asyncio.create_task(bot._read())
        return bot

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip("\n"))
            await self._tell()
        self._silent = True
        await self._tell()

    async def _tell(self) -> None:
        async with self._printed:
            self._printed.notify_all()

    async def says(self, pattern: str, timeout_s: float = START_TIMEOUT_S) -> str:
        """Wait for a line in which the pattern is found, and give it."""
        async with asyncio.timeout(timeout_s), self._printed:
            while True:
                for line in self.lines:
                    if re.search(pattern, line):
                        return line
                assert not self._silent, f"ended without {pattern}:\n{self.output}"
                await self._printed.wait()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    async def ended(self, timeout_s: float = 30.0) -> int:
        async with asyncio.timeout(timeout_s):
            code = await self.process.wait()
            assert self._reader is not None
            await self._reader
        return code

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)

    async def stop(self, timeout_s: float = 30.0) -> int:
        self.ask_to_stop()
        try:
            return await self.ended(timeout_s)
        except TimeoutError:
            await self.crash()
            raise

    async def crash(self) -> int:
        """Let the process die as if the machine had gone: no farewell to anybody."""
        self.process.kill()
        return await self.ended()


@dataclass(eq=False, repr=False)
class Stage:
    """What a test plays on.

    It prints itself shortly: pytest asks for that before each test, and all that the sandboxes
    hold would be megabytes.
    """

    discord: DiscordSandbox
    api: Get3WSandbox
    folder: Path
    settings: dict[str, str]
    bot: BotProcess | None = None
    uses: list[Interaction] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def alice(self) -> User:
        return self.discord.world.user("alice")

    @property
    def mod(self) -> User:
        return self.discord.world.user("mod")

    @property
    def guild(self) -> Guild:
        return self.discord.world.guild("Lantern Bay")

    @property
    def general(self) -> Channel:
        return self.guild.channel("general")

    def new_channel(self, parent: Channel | None = None) -> Channel:
        """Open a channel with full rate limits, which a bot has had no trouble with yet."""
        return self.discord.admin.add_channel(self.guild, f"room-{next(self._numbers)}", parent)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.discord.world.application.token,
            "DISCORD_API_URL": self.discord.api_url,
            "GET3W_API_KEY": KEY,
            "GET3W_API_URL": self.api.url,
            "LOG_LEVEL": "DEBUG",
            **QUIET,
            "MEMBER_WAITING_MAX": "1000",
            **self.settings,
        }

    async def start_bot(self, **settings: str) -> BotProcess:
        shards = self.discord.ready_shards
        self.bot = await BotProcess.start(self.folder, {**self.environment, **settings})
        await self.discord.until(lambda: self.discord.ready_shards > shards, START_TIMEOUT_S)
        return self.bot

    async def stop_bot(self) -> int:
        assert self.bot is not None
        shards = self.discord.ready_shards
        code = await self.bot.stop()
        # Discord notices a moment later, and who starts next would be taken for this one.
        await self.discord.until(lambda: self.discord.ready_shards < max(shards, 1))
        self.check_for_leaks(self.bot.output)
        self.bot = None
        return code

    async def crash_bot(self) -> None:
        """Kill the bot, and wait until Discord has noticed."""
        assert self.bot is not None
        shards = self.discord.ready_shards
        await self.bot.crash()
        await self.discord.until(lambda: self.discord.ready_shards < shards)
        self.check_for_leaks(self.bot.output)
        self.bot = None

    def check_for_leaks(self, output: str) -> None:
        tokens = (use.token for use in self.discord.interactions)
        secrets = [self.discord.world.application.token, KEY, *tokens]
        leaked = [secret for secret in secrets if secret in output]
        assert not leaked, f"{len(leaked)} secrets are in the bot's output"

    async def imagine(
        self,
        prompt: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        **options: OptionValue,
    ) -> Interaction:
        """Send the command and wait for its first answer."""
        use = await self.discord.invoke(
            user or self.alice, channel or self.general, "imagine", {"prompt": prompt, **options}
        )
        self.uses.append(use)
        return await use.answered()

    async def picture(
        self,
        prompt: str,
        timeout_s: float = 15.0,
        *,
        channel: Channel | None = None,
        **options: OptionValue,
    ) -> SandboxMessage:
        """Send the command and wait for its end."""
        use = await self.imagine(prompt, channel=channel, **options)
        return await self.end_of(use, timeout_s)

    async def end_of(self, use: Interaction, timeout_s: float = 15.0) -> SandboxMessage:
        message = use.message
        assert message is not None
        await message.until(is_final, timeout_s)
        return message

    async def press(
        self, user: User, message: SandboxMessage, label: str = "", *, custom_id: str = ""
    ) -> Interaction:
        use = await self.discord.press(user, message, label, custom_id=custom_id)
        self.uses.append(use)
        return await use.answered()

    def edits_of(self, use: Interaction) -> list[RecordedRequest]:
        """List what was sent by an interaction's token after its first answer, oldest first."""
        ending = f"/{use.token}/messages/@original"
        return [request for request in self.discord.requests if request.path.endswith(ending)]


def is_final(message: SandboxMessage) -> bool:
    return bool(message.attachments) or message.text.startswith(_FINAL_ICONS)


def has_ended(message: SandboxMessage) -> bool:
    """Tell whether nobody can cancel it any more, also where it ended without a picture."""
    return all(button.label != "Cancel" for button in message.buttons)


def headlines(message: SandboxMessage) -> list[str]:
    """The first line of every state that the message has shown."""
    return [snapshot.text.partition("\n")[0] for snapshot in message.history]


@asynccontextmanager
async def opened_stage(
    folder: Path, discord: DiscordSandbox, api: Get3WSandbox, **settings: str
) -> AsyncGenerator[Stage]:
    """Start the bot between two sandboxes; at the end it must stop as asked, and leak nothing."""
    stage = Stage(discord, api, folder, settings)
    await stage.start_bot()
    try:
        yield stage
    finally:
        if stage.bot is not None:
            code = await stage.stop_bot()
            assert code == 0, "the bot didn't stop as asked"


@asynccontextmanager
async def whole_stage(
    folder: Path,
    *,
    limits: SandboxSettings | None = None,
    clock: Clock | None = None,
    **settings: str,
) -> AsyncGenerator[Stage]:
    """Open both sandboxes and the bot; in the end all that Discord was asked must be well formed.

    Parameters
    ----------
    limits
        Discord's; without, no hidden one.
    clock
        Discord's; without, the machine's.
    """
    async with (
        DiscordSandbox.open(
            world=World.demo(),
            settings=limits or SandboxSettings(hidden_rate=None),
            clock=clock,
        ) as discord,
        Get3WSandbox.open(key=KEY, side_px=64) as api,
        opened_stage(folder, discord, api, **settings) as stage,
    ):
        api.default = Scenario.stream([0.5])
        yield stage
        check_requests(discord.requests)
