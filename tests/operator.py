"""Whoever hosts the bot: starts it on this machine, reads its terminal, asks it to stop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.discord.interactions import Interaction
from sandbox.discord.server import DiscordSandbox
from sandbox.get3w import Get3WSandbox
from tests.stage import KEY, QUIET, START_TIMEOUT_S, BotProcess

BOT = ("-m", "bot")


def guarded_bot(start_wait_s: float = START_TIMEOUT_S) -> Sequence[str]:
    """Give the program whose first step off this machine ends it."""
    return ("-m", "tests.guarded_bot", str(start_wait_s))


@dataclass
class Operator:
    """Holds every process that it started; `end` ends those that are left."""

    discord: DiscordSandbox
    api: Get3WSandbox
    folder: Path
    processes: list[BotProcess] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.discord.world.application.token,
            "DISCORD_API_URL": self.discord.api_url,
            "GET3W_API_KEY": KEY,
            "GET3W_API_URL": self.api.url,
            "SHUTDOWN_GRACE_S": "1",
            **QUIET,
        }

    async def launch(self, *, program: Sequence[str] = BOT, **settings: str) -> BotProcess:
        """Start a process, whatever becomes of it."""
        bot = await BotProcess.start(self.folder, {**self.settings, **settings}, program)
        self.processes.append(bot)
        return bot

    async def start(self, *, program: Sequence[str] = BOT, **settings: str) -> BotProcess:
        """Start a process and wait until it serves."""
        bot = await self.launch(program=program, **settings)
        await bot.says(r"\bready  ")
        return bot

    async def try_to_start(
        self, *, program: Sequence[str] = BOT, **settings: str
    ) -> tuple[int, str]:
        """Start a process that ends by itself; give its code and what it said."""
        bot = await self.launch(program=program, **settings)
        return await bot.ended(), bot.output

    async def imagine(self, prompt: str, server: str = "Lantern Bay") -> Interaction:
        return await self.use("imagine", server, prompt=prompt)

    async def use(
        self, command: str, server: str = "Lantern Bay", **options: str | bool
    ) -> Interaction:
        """Send a command as alice and wait for its first answer."""
        world = self.discord.world
        channel = world.guild(server).channel("general")
        use = await self.discord.invoke(world.user("alice"), channel, command, options)
        return await use.answered()

    async def end(self) -> None:
        for bot in self.processes:
            if bot.process.returncode is None:
                bot.process.kill()
            await bot.ended()

    def leaks(self) -> list[str]:
        """Name the secrets that any process has printed."""
        secrets = {"the token": self.discord.world.application.token, "the key": KEY}
        secrets |= {f"the token of {use.id}": use.token for use in self.discord.interactions}
        printed = "\n".join(bot.output for bot in self.processes)
        return [name for name, secret in secrets.items() if secret in printed]
