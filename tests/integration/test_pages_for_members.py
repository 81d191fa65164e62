"""/models, /usage, /privacy, /help and the first minute in a server, as members meet them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with whole_stage(tmp_path_factory.mktemp("bot"), GET3W_CONCURRENCY="10") as stage:
        yield stage


@pytest.fixture
def alice(shared_room: Stage) -> Person:
    return Person.of(shared_room.discord, "alice", shared_room.new_channel())


@pytest.fixture
def carol(shared_room: Stage) -> Person:
    return Person.of(shared_room.discord, "carol", shared_room.new_channel())


def greetings(person: Person) -> list[SandboxMessage]:
    return [message for message in person.messages if "I'm new in this server" in message.text]


async def test_models_lists_what_a_member_may_use_in_private(alice: Person) -> None:
    use = await alice.use("models")

    assert use.message.ephemeral
    assert "**flux-dev**" in use.message.text
    assert "the usual one" in use.message.text


async def test_a_picture_is_in_its_member_s_usage(shared_room: Stage, alice: Person) -> None:
    await shared_room.picture("Counted", channel=alice.channel)

    use = await alice.use("usage")

    assert use.message.ephemeral
    assert "· flux-dev" in use.message.text
    assert "of 20 today in all servers" in use.message.text
    assert "$" not in use.message.text


async def test_moderators_read_the_server_s_usage_with_dollars(
    shared_room: Stage, alice: Person, carol: Person
) -> None:
    await shared_room.picture("Paid for", channel=alice.channel)

    use = await carol.use("usage", of="server")

    assert f"<@{shared_room.alice.id}>" in use.message.text
    assert "$" in use.message.text


async def test_members_don_t_read_the_server_s_usage(alice: Person) -> None:
    use = await alice.use("usage", of="server")

    assert "*Manage Server*" in use.message.text
    assert use.message.ephemeral


async def test_a_member_takes_their_data_along(shared_room: Stage, alice: Person) -> None:
    await shared_room.picture("Exported", channel=alice.channel)
    notice = await alice.use("privacy")

    use = await alice.press(notice.message, "Export my data")

    (file,) = use.message.attachments
    facts = json.loads(file.data)
    assert facts["member_id"] == str(shared_room.alice.id)
    assert {picture["model"] for picture in facts["pictures"]} == {"get3w/flux-dev"}


async def test_a_member_deletes_their_data_after_one_question(
    shared_room: Stage, alice: Person
) -> None:
    await shared_room.picture("Deleted", channel=alice.channel)
    notice = await alice.use("privacy")

    asked = await alice.press(notice.message, "Delete my data")
    done = await alice.press(asked.message, "Delete")
    use = await alice.use("usage")

    assert "Your data in this server are deleted." in done.message.text
    assert "0 pictures** this month" in use.message.text


async def test_deleting_data_gives_no_new_pictures(shared_room: Stage, alice: Person) -> None:
    await shared_room.picture("Still counted", channel=alice.channel)
    before = await alice.use("usage")

    notice = await alice.use("privacy")
    asked = await alice.press(notice.message, "Delete my data")
    await alice.press(asked.message, "Delete")
    after = await alice.use("usage")

    assert section(after.message, "What is left") == section(before.message, "What is left")


async def test_a_member_who_keeps_their_data_keeps_them(shared_room: Stage, alice: Person) -> None:
    await shared_room.picture("Kept", channel=alice.channel)
    notice = await alice.use("privacy")
    asked = await alice.press(notice.message, "Delete my data")

    kept = await alice.press(asked.message, "Keep them")
    use = await alice.use("usage")

    assert "Nothing was deleted." in kept.message.text
    assert "0 pictures** this month" not in use.message.text


async def test_help_leads_a_manager_to_the_panel_and_a_member_not(
    alice: Person, carol: Person
) -> None:
    told, led = await alice.use("help"), await carol.use("help")

    assert "/settings panel" not in told.message.text
    assert "/settings panel" in led.message.text


async def test_the_first_moderator_is_greeted_once_in_private(tmp_path: Path) -> None:
    async with whole_stage(tmp_path) as stage:
        alice, carol = (Person.of(stage.discord, name, "general") for name in ("alice", "carol"))
        stage.discord.admin.deny(
            stage.guild.channel("pictures"), stage.guild.role("Imagine"), Permission.ATTACH_FILES
        )

        await alice.use("imagine", prompt="Nobody is greeted")
        await carol.use("imagine", prompt="Carol is greeted")
        await stage.discord.until(lambda: bool(greetings(carol)))
        await carol.use("imagine", prompt="Carol isn't greeted again")
        await carol.use("help")

        (greeting,) = greetings(carol)
        assert greeting.audience is carol.user
        assert not greetings(alice)
        assert f"*Attach Files* in <#{stage.guild.channel('pictures').id}>" in greeting.text
        await carol.press(greeting, "Open the panel")
        assert greeting.text.startswith("## Models")


async def test_whoever_was_refused_for_a_missing_permission_is_greeted_too(
    tmp_path: Path,
) -> None:
    async with whole_stage(tmp_path) as stage:
        carol = Person.of(stage.discord, "carol", "general")
        stage.discord.admin.deny(
            stage.general, stage.guild.role("Imagine"), Permission.ATTACH_FILES
        )

        use = await carol.use("imagine", prompt="No room for a picture")
        await stage.discord.until(lambda: bool(greetings(carol)))

        assert "I can't attach files" in use.message.text


async def test_where_the_host_lets_nobody_in_every_page_says_so(tmp_path: Path) -> None:
    async with whole_stage(tmp_path, SERVERS="123456789012345678") as stage:
        alice, carol = (Person.of(stage.discord, name, "general") for name in ("alice", "carol"))

        for command in ("help", "models"):
            use = await alice.use(command)
            assert "I'm not set up for this server yet.** The host" in use.message.text
        assert await alice.offered("imagine", "model", prompt="A cat", model="") == ()
        use = await carol.use("imagine", prompt="Nobody is greeted")
        assert "I'm not set up for this server yet.**" in use.message.text
        await carol.use("settings panel")
        await stage.discord.until(lambda: "## I'm not set up" in carol.messages[-1].text)

        assert carol.messages[-1].ephemeral
        assert not greetings(carol)
        assert stage.api.submissions == []


async def test_nothing_public_is_said_when_the_bot_joins(tmp_path: Path) -> None:
    async with whole_stage(tmp_path) as stage:
        stage.discord.admin.remove_bot(stage.guild)
        stage.discord.admin.invite_bot(stage.guild)
        carol = Person.of(stage.discord, "carol", "general")
        await carol.use("help")

        assert not [message for message in carol.messages if message.audience is None]


def section(message: SandboxMessage, title: str) -> str:
    return message.text.partition(f"**{title}**")[2].partition("**")[0]
