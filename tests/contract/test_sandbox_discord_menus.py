"""The local Discord has commands in the menus of messages, as far as Discord would offer them."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from sandbox.discord.attachments import Upload
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import MessageFlag, SandboxMessage, Snapshot
from sandbox.discord.permissions import Permission
from tests.discord_wire import Scene, scene

MENU = "Use it"
PICTURE = Upload("dog.png", b"a dog", "image/png")


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene() as opened:
        slash = {"name": "paint", "description": "x"}
        await opened.bot.register(slash, {"type": 3, "name": MENU})
        yield opened


async def chosen(stage: Scene, message: SandboxMessage) -> tuple[Interaction, dict[str, Any]]:
    """Choose the command in the menu of a message, and return what the bot hears."""
    use = await stage.discord.choose_in_menu(stage.alice, message, MENU)
    event = await stage.bot.event("INTERACTION_CREATE")
    return use, dict(event)


async def test_the_bot_hears_of_the_message_with_its_words_and_files(stage: Scene) -> None:
    message = stage.discord.say(stage.alice, stage.general, "My dog", [PICTURE])

    _, event = await chosen(stage, message)

    data = event["data"]
    assert (event["type"], data["type"], data["name"]) == (2, 3, MENU)
    target = data["resolved"]["messages"][data["target_id"]]
    assert (target["id"], target["content"]) == (str(message.id), "My dog")
    assert target["author"]["id"] == str(stage.alice.id)
    assert [file["filename"] for file in target["attachments"]] == ["dog.png"]


async def test_a_file_that_a_person_sent_can_be_fetched(stage: Scene) -> None:
    message = stage.discord.say(stage.alice, stage.general, "", [PICTURE])

    assert message.attachments[0].url.startswith(stage.discord.base_url)
    assert message.attachments[0].data == PICTURE.data


async def test_slash_commands_and_menus_are_offered_apart(stage: Scene) -> None:
    slash = stage.discord.commands_for(stage.alice, stage.general)
    menus = stage.discord.menus_for(stage.alice, stage.general)

    assert [command["name"] for command in slash] == ["paint"]
    assert [command["name"] for command in menus] == [MENU]


async def test_a_private_or_deleted_message_has_no_menu(stage: Scene) -> None:
    message = stage.discord.say(stage.alice, stage.general, "Gone")
    stage.discord.delete_message(message)
    first = Snapshot(stage.discord.clock.now(), MessageFlag.EPHEMERAL, "Private")
    private = SandboxMessage(1, stage.general, stage.alice, [first], audience=stage.alice)

    for one in (message, stage.discord.post(private)):
        with pytest.raises(LookupError):
            await stage.discord.choose_in_menu(stage.alice, one, MENU)


async def test_whoever_may_use_no_commands_is_offered_no_menu(stage: Scene) -> None:
    message = stage.discord.say(stage.alice, stage.general, "Hello")
    guild = stage.discord.world.guild("Lantern Bay")
    using = Permission.USE_APPLICATION_COMMANDS
    stage.discord.admin.deny(stage.general, guild.everyone, using)

    with pytest.raises(PermissionError):
        await stage.discord.choose_in_menu(stage.alice, message, MENU)


async def test_what_the_bot_has_not_registered_is_in_no_menu(stage: Scene) -> None:
    message = stage.discord.say(stage.alice, stage.general, "Hello")

    with pytest.raises(LookupError):
        await stage.discord.choose_in_menu(stage.alice, message, "paint")
