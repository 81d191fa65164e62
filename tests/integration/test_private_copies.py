"""Moderators either see a copy of a private picture, or learn that there is none."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.world import Channel
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

WARNING = "Copies of private pictures can't be put into"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with whole_stage(tmp_path_factory.mktemp("bot")) as stage:
        yield stage


def channel_without_files(stage: Stage) -> Channel:
    channel = stage.new_channel()
    stage.discord.admin.deny(channel, stage.guild.role("Imagine"), Permission.ATTACH_FILES)
    return channel


async def told(carol: Person, name: str, value: str) -> str:
    use = await carol.use("settings set", name=name, value=value)
    assert use.message is not None
    return use.message.text


async def test_private_pictures_without_a_log_channel_are_warned_of(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    await carol.use("settings set", name="log_channel", value="off")

    assert "there is no log channel" in await told(carol, "private_pictures", "on")


async def test_a_log_channel_that_takes_no_files_is_warned_of_on_both_sides(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    mention = f"<#{channel_without_files(stage).id}>"
    await carol.use("settings set", name="private_pictures", value="on")

    log = await told(carol, "log_channel", mention)
    await carol.use("settings set", name="private_pictures", value="off")
    pictures = await told(carol, "private_pictures", "on")

    assert f"{WARNING} {mention}" in log
    assert f"{WARNING} {mention}" in pictures


async def test_the_panel_says_so_too(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    mention = f"<#{channel_without_files(stage).id}>"
    await carol.use("settings set", name="private_pictures", value="on")
    await carol.use("settings set", name="log_channel", value=mention)

    panel = (await carol.use("settings panel")).message
    assert panel is not None
    await carol.press(panel, "Safety")
    safety = panel.text
    await carol.press(panel, "Log")

    assert f"{WARNING} {mention}" in safety
    assert f"{WARNING} {mention}" in panel.text


async def test_a_copy_that_fails_is_told_in_the_log_channel_and_kept(stage: Stage) -> None:
    carol, channel = Person.of(stage.discord, "carol"), channel_without_files(stage)
    await carol.use("settings set", name="private_pictures", value="on")
    await carol.use("settings set", name="log_channel", value=f"<#{channel.id}>")

    await stage.picture("A secret garden", private=True)

    lost = f"A private picture of <@{stage.alice.id}> couldn't be copied"
    seen = carol.elsewhere(channel)
    await stage.discord.until(lambda: any(lost in one.text for one in seen.messages), 15.0)
    shown = await carol.use("settings log show")
    assert shown.message is not None
    assert lost in shown.message.text
