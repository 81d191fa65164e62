"""A server of its own for each test: its moderator decides, its members ask for pictures.

What was granted is written down, so that in the end the API's own ledger can be held against it:
what it was asked for is exactly that, though the bot has had all the time until its stop.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox.discord.demo_plan import LANTERN_BAY
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.options import OptionValue
from sandbox.discord.person import Person
from sandbox.discord.world import Channel, Guild
from tests.stage import Stage, is_final, whole_stage

# So that no rule but a server's own stands in the way.
UNLIMITED = {"MEMBER_PICTURES_PER_DAY": "0", "BUDGET_USD_PER_DAY": "0"}


@dataclass(frozen=True, eq=False, repr=False)
class Town:
    """One bot with all its servers, and the prompts that it let through."""

    stage: Stage
    granted: list[str] = field(default_factory=list)

    def new_server(self) -> "RuledServer":
        """Found a server like Lantern Bay, in which nothing is decided yet."""
        world = self.stage.discord.world
        guild = world.add_planned(replace(LANTERN_BAY, name=f"Server {len(world.guilds)}"))
        self.stage.discord.admin.invite_bot(guild)
        return RuledServer(self, guild)

    @property
    def submitted(self) -> list[str]:
        return [submission.prompt for submission in self.stage.api.submissions]


@asynccontextmanager
async def town(folder: Path, **settings: str) -> AsyncGenerator[Town]:
    """Open a stage; once the bot has stopped, it must have submitted what was granted, once."""
    chosen = {"GET3W_CONCURRENCY": "100", "SHUTDOWN_GRACE_S": "1", **UNLIMITED, **settings}
    async with whole_stage(folder, **chosen) as stage:
        town = Town(stage)
        yield town
        assert stage.bot is None or await stage.stop_bot() == 0
        assert sorted(town.submitted) == sorted(town.granted)


@dataclass(frozen=True, eq=False, repr=False)
class RuledServer:
    """One server of a town."""

    town: Town
    guild: Guild

    def person(self, name: str, channel: str | Channel = "general") -> Person:
        return Person.of(self.town.stage.discord, name, channel, server=self.guild.name)

    async def decides(self, command: str, **options: OptionValue) -> SandboxMessage:
        """Send a command under /settings as the server's moderator; give the private answer."""
        use = await self.person("carol").use(f"settings {command}", **options)
        message = use.message
        assert message is not None
        assert message.ephemeral
        return message

    async def limits(self, **limits: str) -> None:
        for name, value in limits.items():
            await self.decides("limits set", limit=name, value=value)

    async def decided(self) -> bytes:
        """Export all that is decided."""
        return (await self.decides("export")).attachments[0].data

    async def begins(self, person: Person, prompt: str = "", **options: OptionValue) -> Interaction:
        """Ask for a picture, which must be accepted."""
        wanted = prompt or f"Picture {len(self.town.granted)} for {person.user.name}"
        self.town.granted.append(wanted)
        use = await person.force("imagine", prompt=wanted, **options)
        assert use.message is not None
        assert use.message.buttons or use.message.attachments, use.message.text
        return use

    async def grants(
        self, person: Person, prompt: str = "", **options: OptionValue
    ) -> SandboxMessage:
        """Ask for a picture, which must come."""
        message = (await self.begins(person, prompt, **options)).message
        assert message is not None
        await message.until(is_final, 15)
        assert message.attachments, message.text
        return message

    async def refuses(
        self, person: Person, words: str, prompt: str = "A refused picture", **options: OptionValue
    ) -> SandboxMessage:
        """Ask for a picture, with a client that sends anything, and be refused in private."""
        before = public_messages(person)
        use = await person.force("imagine", prompt=prompt, **options)
        assert_private(use, person, words)
        assert public_messages(person) == before
        assert prompt not in self.town.submitted
        assert use.message is not None
        return use.message


async def at_once(person: Person, prompt: str, count: int) -> list[Interaction]:
    """Send the same command many times, each before the first is answered."""
    uses = [
        await person.discord.invoke(person.user, person.channel, "imagine", {"prompt": prompt})
        for _ in range(count)
    ]
    return list(await asyncio.gather(*(use.answered() for use in uses)))


def refusals(uses: Iterable[Interaction]) -> list[str]:
    """Give what the private ones of some answers say."""
    messages = [use.message for use in uses if use.message is not None]
    return [message.text for message in messages if message.ephemeral]


def assert_private(use: Interaction, person: Person, words: str) -> None:
    """Hold the only answer to an interaction against what a refusal is like."""
    # A moderator's first command has the bot's greeting beside its answer.
    answers = [message for message in (use.message, *use.followups) if message is not None]
    (message,) = [message for message in answers if words in message.text]
    assert message.audience is person.user
    assert not message.pings


def public_messages(person: Person) -> list[SandboxMessage]:
    """List what everybody sees in a person's channel."""
    return [message for message in person.messages if message.audience is None]
