"""Of a private picture the log channel gets a hidden copy, where the server wants one."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from discord import ui

from bot.presentation.fitting import PictureFitter
from bot.presentation.log_channel import ChannelHomes
from bot.presentation.picture_copies import PostedCopies
from bot.presentation.sending import (
    MessageGoneError,
    NewMessageRoad,
    SendBrokenError,
    SendError,
    SendLimitedError,
)
from tests.unit.discord_side import text_of
from tests.unit.jobs import GUILD_ID, OWNER_ID, a_job, a_picture
from tests.unit.log_side import LOG_CHANNEL_ID, Decided, Heard, Messages
from tests.unit.virtual_time import LoopClock

PROMPT = "A *secret* garden"


@dataclass
class Scene:
    """A server that lets private pictures be made, and has a log channel."""

    messages: Messages = field(default_factory=lambda: Messages({LOG_CHANNEL_ID: GUILD_ID}))
    decided: Decided = field(default_factory=Decided)
    log: Heard = field(default_factory=Heard)

    def decide(self, *, prompts: bool = False, private: bool = True) -> None:
        self.decided.log_to(LOG_CHANNEL_ID, GUILD_ID, private_pictures=private, log_prompts=prompts)

    async def copy(self, count: int = 1, *, private: bool = True) -> None:
        homes, clock = ChannelHomes(self.messages), LoopClock()
        copies = PostedCopies(self.messages, homes, self.decided, PictureFitter(), self.log, clock)
        await copies.copy(a_job(prompt=PROMPT, private=private), [a_picture()] * count)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.decide()
    return scene


async def test_a_copy_is_hidden_and_says_whose_it_is(scene: Scene) -> None:
    await scene.copy(2)

    ((road, edit),) = scene.messages.sent
    assert road == NewMessageRoad(LOG_CHANNEL_ID, "copy9001")
    galleries = [i for i in edit.view.walk_children() if isinstance(i, ui.MediaGallery)]
    assert [item.spoiler for gallery in galleries for item in gallery.items] == [True, True]
    assert [upload.file_name for upload in edit.uploads] == [
        "SPOILER_copy-1.png",
        "SPOILER_copy-2.png",
    ]
    assert f"<@{OWNER_ID}> · get3w/flux-dev" in text_of(edit.view)


async def test_the_prompt_is_nowhere_in_a_copy(scene: Scene) -> None:
    await scene.copy()

    edit = scene.messages.sent[0][1]
    assert "secret" not in str(edit.view.to_components())
    assert "secret" not in edit.uploads[0].alt_text


async def test_the_prompt_is_told_where_the_log_has_prompts(scene: Scene) -> None:
    scene.decide(prompts=True)

    await scene.copy()

    edit = scene.messages.sent[0][1]
    assert r"> A \*secret\* garden" in text_of(edit.view)
    assert PROMPT in edit.uploads[0].alt_text


def no_private_pictures(scene: Scene) -> None:
    scene.decide(private=False)


def no_log_channel(scene: Scene) -> None:
    scene.decided.policies.clear()


def channel_of_another_server(scene: Scene) -> None:
    scene.messages.homes = {LOG_CHANNEL_ID: GUILD_ID + 1}


def database_away(scene: Scene) -> None:
    scene.decided.away = True


@pytest.mark.parametrize(
    "change", [no_private_pictures, no_log_channel, channel_of_another_server, database_away]
)
async def test_nothing_is_copied_where_it_should_not_or_cannot_be(
    scene: Scene, change: Callable[[Scene], None]
) -> None:
    change(scene)

    await scene.copy()

    assert scene.messages.sent == []


async def test_public_pictures_are_not_copied(scene: Scene) -> None:
    await scene.copy(private=False)

    assert scene.messages.sent == []


@pytest.mark.parametrize("error", [SendBrokenError(), SendLimitedError(3)])
async def test_a_copy_is_sent_again_where_it_did_not_get_through(
    scene: Scene, error: SendError
) -> None:
    scene.messages.errors = [error, error]

    await scene.copy()

    assert len(scene.messages.sent) == 1


@pytest.mark.parametrize("errors", [[MessageGoneError()], [SendBrokenError()] * 3])
async def test_a_copy_that_cannot_be_sent_is_told_to_the_host_and_to_the_server(
    scene: Scene, errors: list[SendError], caplog: pytest.LogCaptureFixture
) -> None:
    scene.messages.errors = list(errors)

    await scene.copy()

    assert scene.messages.sent == []
    assert "has no copy in its server's log" in caplog.text
    (entry,) = scene.log.recorded
    assert (entry.server_id, entry.action) == (GUILD_ID, "copy.lost")
    assert entry.after == {"owner": str(OWNER_ID), "model": "get3w/flux-dev"}


@pytest.mark.parametrize("change", [channel_of_another_server, database_away])
async def test_a_server_learns_of_a_copy_that_is_missing(
    scene: Scene, change: Callable[[Scene], None]
) -> None:
    change(scene)

    await scene.copy()

    assert [entry.action for entry in scene.log.recorded] == ["copy.lost"]


async def test_a_copy_that_arrived_is_not_worth_an_entry(scene: Scene) -> None:
    await scene.copy()

    assert scene.log.recorded == []
