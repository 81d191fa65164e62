"""What can be done next with a picture: each button, over the wire to the next picture."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from sandbox.get3w import PictureSize, draw
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAWN = draw("A cat", PictureSize(width_px=64, height_px=64))
EDITOR, UPSCALER = "get3w/flux-kontext-dev", "get3w/image-upscaler"
SETTINGS = {"MEMBER_PICTURES_PER_DAY": "0", "BUDGET_USD_PER_DAY": "0", "GET3W_CONCURRENCY": "20"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give one bot to all tests of this file, whose server allows every model."""
    async with whole_stage(tmp_path_factory.mktemp("bot"), **SETTINGS) as stage:
        await Person.of(stage.discord, "carol").use("settings models allow", model="*")
        await catalogue_is_here(stage)
        yield stage


async def catalogue_is_here(stage: Stage) -> None:
    alice = Person.of(stage.discord, "alice")
    async with asyncio.timeout(20):
        while len(await alice.offered("imagine", "model", prompt="x", model="")) < 5:
            pass


def labels(message: SandboxMessage | None) -> list[str]:
    assert message is not None
    return [button.label for button in message.buttons]


async def pressed(stage: Stage, message: SandboxMessage, label: str) -> SandboxMessage:
    """Press as the owner, and wait for the picture that comes of it."""
    return await stage.end_of(await stage.press(stage.alice, message, label))


async def test_a_picture_has_what_its_model_and_server_allow(stage: Stage) -> None:
    message = await stage.picture("A cat with buttons")

    assert labels(message) == ["Re-roll", "Edit", "Change", "Upscale", "More"]


async def test_a_re_roll_asks_for_the_same_with_another_seed(stage: Stage) -> None:
    first = await stage.picture("A cat again", shape="wide", seed=42)
    again = await pressed(stage, first, "Re-roll")

    one, other = stage.api.submissions_of("A cat again")
    assert again.id != first.id
    assert one.body["size"] == other.body["size"]
    assert other.body["seed"] != 42
    assert f"seed {other.body['seed']}" in again.text
