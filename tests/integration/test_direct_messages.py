"""DIRECT_MESSAGES, on and off: what a member finds when they talk to the bot itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with whole_stage(tmp_path_factory.mktemp("bot"), DIRECT_MESSAGES="on") as stage:
        yield stage


def directly(stage: Stage, name: str = "alice") -> Person:
    user = stage.discord.world.user(name)
    return Person.of(stage.discord, name, stage.discord.world.direct_channel(user))


def text_of(message: SandboxMessage | None) -> str:
    assert message is not None
    assert "this server" not in message.text.casefold()
    return message.text


async def test_a_picture_is_made_in_a_direct_conversation(stage: Stage) -> None:
    use = await directly(stage).use("imagine", prompt="A cat in space")

    message = await stage.end_of(use)

    assert message.attachments
    assert "A cat in space" in text_of(message)


async def test_it_is_counted_and_bounded_as_everywhere(stage: Stage) -> None:
    bob = directly(stage, "bob")
    await stage.end_of(await bob.use("imagine", prompt="Counted"))

    usage = text_of((await bob.use("usage")).message)

    assert "1 picture** today" in usage
    assert "1 of 20 today in all servers" in usage


async def test_a_model_that_isnt_allowed_is_refused_there_too(stage: Stage) -> None:
    refused = await directly(stage).use("imagine", prompt="A cat", model="get3w/flux-schnell")

    assert "isn't available in this channel.** You can use flux-dev" in text_of(refused.message)


@pytest.mark.parametrize("command", ["help", "models", "usage", "privacy"])
async def test_the_pages_for_members_are_about_the_conversation(stage: Stage, command: str) -> None:
    answer = await directly(stage).use(command)

    assert text_of(answer.message)


async def test_a_member_takes_along_and_deletes_what_is_kept_of_the_conversation(
    stage: Stage,
) -> None:
    carol = directly(stage, "carol")
    await stage.end_of(await carol.use("imagine", prompt="Kept for now"))
    notice = await carol.use("privacy")

    file = await carol.press(notice.message, "Export my data")
    asked = await carol.press(notice.message, "Delete my data")
    question = text_of(asked.message)
    done = await carol.press(asked.message, "Delete")

    assert file.message is not None
    assert file.message.attachments
    assert "in this conversation" in question
    assert "Your data in this conversation are deleted." in text_of(done.message)


async def test_nobody_reads_a_servers_usage_there(stage: Stage) -> None:
    refused = await directly(stage).use("usage", of="server")

    assert "It takes *Manage Server*." in text_of(refused.message)


async def test_without_the_switch_no_command_is_there_and_none_is_answered(
    tmp_path: Path,
) -> None:
    async with whole_stage(tmp_path) as stage:
        alice = directly(stage)

        with pytest.raises(PermissionError):
            await alice.use("imagine", prompt="A cat")
        refused = await alice.force("imagine", prompt="A cat")

        assert "I make pictures in servers only." in text_of(refused.message)
        assert stage.api.submissions == []
