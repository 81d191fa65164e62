"""/settings why in the hands of a moderator: each check in order, and the one that decided."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.world import Channel, Member
from tests.integration.log_reading import log_with
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

USUAL, SECOND = "get3w/flux-dev", "get3w/flux-schnell"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give one bot to all tests of this file; each asks about another channel or member."""
    async with whole_stage(tmp_path_factory.mktemp("bot"), SHUTDOWN_GRACE_S="1") as stage:
        yield stage


@dataclass(frozen=True)
class Room:
    """A channel of its own, with a moderator who asks and a member who would."""

    stage: Stage
    channel: Channel

    @property
    def carol(self) -> Person:
        return Person.of(self.stage.discord, "carol", "general")

    def member(self, name: str) -> Member:
        return self.stage.guild.member(name)

    async def why(
        self, name: str, model: str = USUAL, channel: Channel | None = None
    ) -> SandboxMessage:
        use = await self.carol.use(
            "settings why", member=self.member(name), channel=channel or self.channel, model=model
        )
        assert use.message is not None
        return use.message

    async def refusal(self, name: str, channel: Channel | None = None, **options: str) -> str:
        """Let the member really ask, and give the first answer."""
        person = Person.of(self.stage.discord, name, channel or self.channel)
        use = await person.use("imagine", prompt="A cat", **options)
        assert use.message is not None
        return use.message.text


@pytest.fixture
def room(stage: Stage) -> Room:
    return Room(stage, stage.new_channel())


def deciding(message: SandboxMessage) -> list[str]:
    """Give the lines that decided, the gate's first."""
    return [line for line in message.text.split("\n") if line.endswith("← decided")]


async def test_every_check_is_shown_in_order_and_in_private(room: Room) -> None:
    told = await room.why("bob")

    assert told.ephemeral
    assert told.text.startswith(f"## Yes\n<@{room.member('bob').user.id}> can make pictures in <#")
    titles = [line.split("**")[1] for line in told.text.split("\n") if line[0] in "✅▫"]
    assert titles == [
        "Server",
        "Pause",
        "Safety filter",
        "Blocked members",
        "Channels",
        "Private pictures",
        "Pictures of their own",
        "Pictures of others",
        "Model",
        "What no server allows",
        "Blocked terms",
        "My permissions",
        "Limits",
    ]
    assert deciding(told) == ["-# Usual model: this is it ← decided"]


async def test_a_roles_rule_is_told_to_decide_for_those_who_have_it(room: Room) -> None:
    artist = room.carol.role("Artist")
    await room.carol.use("settings models allow", model=SECOND, role=artist, channel=room.channel)

    dora, bob = await room.why("dora", SECOND), await room.why("bob", SECOND)

    step = f"Role in this channel: **{SECOND}** allowed for <@&{artist.id}> in <#{room.channel.id}>"
    assert deciding(dora) == [f"-# {step} ← decided"]
    assert deciding(bob) == [
        "⛔ **Model** · It can't be used. ← decided",
        "-# Usual model: this isn't it ← decided",
    ]
    assert "The page **Models** of `/settings panel` changes that." in bob.text
    assert "isn't available in this channel" in await room.refusal("bob", model=SECOND)


async def test_a_thread_stands_for_its_channel(room: Room) -> None:
    thread = room.stage.new_channel(room.channel)
    await room.carol.use("settings models deny", model=USUAL, channel=room.channel)

    told = await room.why("bob", channel=thread)

    assert f"can't make pictures in <#{room.channel.id}>" in told.text
    assert f"-# This channel: **{USUAL}** denied in <#{room.channel.id}> ← decided" in told.text
    assert "isn't available in this channel" in await room.refusal("bob", thread, model=USUAL)


async def test_a_blocked_member_is_told_of_with_the_page_that_changes_it(room: Room) -> None:
    await room.carol.use("settings block", member=room.member("mod"), **{"for": "1d"})

    told = await room.why("mod")

    (line,) = [line for line in deciding(told) if line.startswith("⛔")]
    assert line.startswith("⛔ **Blocked members** · This member is blocked until <t:")
    assert "**Limits** · None is reached." in told.text
    assert "You can't make pictures in this server until" in await room.refusal("mod")

    await room.carol.press(told, "Open the panel")
    assert told.text.startswith("## Access")


async def test_a_limit_that_is_reached_is_named_with_its_end(room: Room) -> None:
    artist = room.carol.role("Artist")
    await room.carol.use(
        "settings limits set", limit="member_pictures_per_day", value="1", role=artist
    )
    dora = Person.of(room.stage.discord, "dora", room.channel)
    use = await dora.use("imagine", prompt="The only one")
    await room.stage.end_of(use)

    told = await room.why("dora")

    (line,) = [line for line in deciding(told) if line.startswith("⛔")]
    assert line.startswith("⛔ **Limits** · Member pictures per day is 1. The next picture can be")
    assert "The page **Limits** of `/settings panel` changes that." in told.text
    assert "You can make the next one" in await room.refusal("dora")


async def test_what_the_bot_lacks_decides_too(room: Room) -> None:
    room.stage.discord.admin.deny(
        room.channel, room.stage.guild.role("Imagine"), Permission.ATTACH_FILES
    )

    told = await room.why("bob")

    assert "⛔ **My permissions** · I lack *Attach Files* in this channel. ← decided" in told.text
    assert "The channel's permissions in Discord change that." in told.text
    assert not told.buttons
    assert "I can't attach files in this channel." in await room.refusal("bob")


async def test_what_the_bot_lacks_is_kept_in_the_log(room: Room) -> None:
    room.stage.discord.admin.deny(
        room.channel, room.stage.guild.role("Imagine"), Permission.ATTACH_FILES
    )

    await room.refusal("bob")

    assert await log_with(room.carol, "was refused: a permission that the bot lacks there")


async def test_without_channel_and_model_it_is_about_this_channel_and_the_usual_one(
    room: Room,
) -> None:
    use = await room.carol.elsewhere(room.channel).use("settings why", member=room.member("bob"))

    assert use.message is not None
    assert f"in <#{room.channel.id}> with **{USUAL}**" in use.message.text


async def test_a_member_learns_nothing_by_it(room: Room) -> None:
    bob = Person.of(room.stage.discord, "bob", room.channel)

    use = await bob.force("settings why", member=room.member("carol"))

    assert use.message is not None
    assert "It takes *Manage Server*." in use.message.text


async def test_asking_why_is_no_refusal_in_the_log(room: Room) -> None:
    await room.why("bob", "no/such-model")
    await room.refusal("bob", model="another/model")

    # Whatever was kept before the later refusal would be in the log by now.
    assert "such-model" not in await log_with(room.carol, "was refused: a model")
