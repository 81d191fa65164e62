"""Pressing what stands under a picture, and reading what comes of it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.discord.clock import Clock, RealClock
from sandbox.discord.interactions import Interaction, Modal
from sandbox.discord.json_types import JsonObject, as_object, objects, text_of
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from sandbox.get3w import Output, PictureSize, Scenario, draw
from sandbox.get3w.ledger import Submission
from tests.stage import Stage, whole_stage

EDITOR, UPSCALER = "get3w/flux-kontext-dev", "get3w/image-upscaler"
DRAWN = draw("A cat", PictureSize(width_px=64, height_px=64))
_GENEROUS = {
    "MEMBER_PICTURES_PER_DAY": "0",
    "BUDGET_USD_PER_DAY": "0",
    "GET3W_CONCURRENCY": "20",
    "SHUTDOWN_GRACE_S": "1",
}


class AheadClock(RealClock):
    """The machine's clock, but so many seconds ahead of it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> float:
        return super().now() + self.ahead_s


@asynccontextmanager
async def open_house(
    folder: Path, *, clock: Clock | None = None, **settings: str
) -> AsyncGenerator[Stage]:
    """Open a stage in whose server every model is allowed, and known."""
    async with whole_stage(folder, clock=clock, **_GENEROUS, **settings) as stage:
        await Person.of(stage.discord, "carol").use("settings models allow", model="*")
        alice = Person.of(stage.discord, "alice")
        async with asyncio.timeout(20):
            while len(await alice.offered("imagine", "model", prompt="x", model="")) < 5:
                pass
        yield stage


@dataclass(frozen=True, eq=False)
class Hands:
    """Somebody's hands on the buttons of messages."""

    stage: Stage
    person: Person

    @classmethod
    def of(cls, stage: Stage, name: str = "alice", channel: str = "general") -> "Hands":
        return cls(stage, Person.of(stage.discord, name, channel))

    async def picture(self, prompt: str, **options: str | int | bool) -> SandboxMessage:
        """Ask with the command, and wait for its end."""
        return await self.end_of(await self.person.use("imagine", prompt=prompt, **options))

    async def press(
        self, message: SandboxMessage, label: str = "", custom_id: str = ""
    ) -> Interaction:
        return await self.person.press(message, label, custom_id=custom_id)

    async def next(self, message: SandboxMessage, label: str) -> SandboxMessage:
        """Press, and wait for the end of the job that comes of it."""
        return await self.end_of(await self.press(message, label))

    async def fill(self, message: SandboxMessage, label: str, **values: str) -> SandboxMessage:
        """Press, fill in the form that opens, and wait for the end of the job that comes of it."""
        use = await self.press(message, label)
        return await self.end_of(await self.person.submit(use.modal, values))

    async def end_of(self, use: Interaction) -> SandboxMessage:
        self.stage.uses.append(use)
        return await self.stage.end_of(use)

    async def refused(self, message: SandboxMessage, label: str = "", custom_id: str = "") -> str:
        """Press, be refused in private, and read why."""
        return self.private(await self.press(message, label, custom_id))

    def private(self, use: Interaction) -> str:
        """Read an answer that nobody else sees."""
        assert use.message is not None
        assert use.message.audience is self.person.user
        return use.message.text.replace("**", "")


def labels(message: SandboxMessage | None) -> list[str]:
    assert message is not None
    return [button.label for button in message.buttons]


def id_of(message: SandboxMessage, label: str) -> str:
    """Give the custom id of a button."""
    return next(button.custom_id for button in message.buttons if button.label == label)


def job_of(message: SandboxMessage) -> str:
    """Give the job that a message is about, as its buttons name it."""
    return id_of(message, "More").split(":")[1]


def link_to(stage: Stage, message: SandboxMessage) -> str:
    return f"https://discord.com/channels/{stage.guild.id}/{message.channel.id}/{message.id}"


def fields(modal: Modal | None) -> Mapping[str, JsonObject]:
    """Give the fields of a form by their ids."""
    assert modal is not None
    found = [as_object(label.get("component")) for label in modal.components]
    return {text_of(field, "custom_id"): field for field in found}


def shown(field: JsonObject) -> str:
    """Give what a field holds before anybody changes it."""
    if "options" not in field:
        return text_of(field, "value")
    return next(text_of(one, "value") for one in objects(field["options"]) if one.get("default"))


def only(stage: Stage, prompt: str) -> Submission:
    (submission,) = stage.api.submissions_of(prompt)
    return submission


def two_pictures(stage: Stage, prompt: str) -> tuple[bytes, bytes]:
    """Let the API make two different pictures for a prompt."""
    size = PictureSize(width_px=64, height_px=64)
    first, second = draw("one", size), draw("two", size)
    outputs = Output(picture=first), Output(picture=second)
    stage.api.script(prompt, Scenario.stream([0.5]).with_outputs(*outputs))
    return first, second
