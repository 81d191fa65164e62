"""A moderator decides on the page, with the real bot behind it, and members feel it.

An action is one command sent, or one press or choice.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.page.server import serve_page
from sandbox.screenshots.hands import Hands
from tests.page.conftest import open_page
from tests.stage import whole_stage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

    from playwright.async_api import BrowserContext

    from sandbox.discord.messages import SandboxMessage
    from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACTIONS_MAX = 5
SCHNELL = "get3w/flux-schnell"


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path) -> AsyncGenerator[Stage]:
    async with whole_stage(tmp_path) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def carol(browser: BrowserContext, stage: Stage) -> AsyncGenerator[Hands]:
    """A moderator at the page, who never leaves it."""
    async with serve_page(stage.discord) as url:
        yield Hands(await open_page(browser, url, "carol"))


@contextmanager
def actions(hands: Hands, count: int) -> Iterator[None]:
    """Count what is done inside, which takes so many actions and never more than five."""
    before = hands.actions
    yield
    assert hands.actions - before == count <= ACTIONS_MAX


async def answer(stage: Stage, who: str, prompt: str = "A cat", **options: str) -> str:
    """Ask for a picture, and give the first words of the answer."""
    channel = stage.guild.channel(options.pop("channel", "general"))
    user = stage.discord.world.user(who)
    use = await stage.imagine(prompt, user=user, channel=channel, **options)
    message: SandboxMessage | None = use.message
    assert message is not None
    if not message.ephemeral:
        await stage.end_of(use)
    return "a picture" if message.attachments else message.text


async def test_a_model_for_one_role_in_one_channel_is_one_command(
    stage: Stage, carol: Hands
) -> None:
    with actions(carol, 1):
        told = await carol.send(
            "settings models allow", model="flux-schnell", role="@Artist", channel="pictures"
        )

    await expect(told).to_contain_text("no rule → allowed")
    asked = {"model": SCHNELL, "channel": "pictures"}
    assert await answer(stage, "dora", **asked) == "a picture"
    assert "isn't available in this channel" in await answer(stage, "alice", **asked)
    assert "isn't available in this channel" in await answer(stage, "dora", model=SCHNELL)


async def test_a_model_for_one_role_in_one_channel_takes_five_actions_in_the_panel(
    stage: Stage, carol: Hands
) -> None:
    with actions(carol, 5):
        panel = await carol.send("settings panel")
        await carol.press("Allow a model")
        await carol.fill("Model", "flux-schnell")
        await carol.choose("Role", "@Artist")
        await carol.choose("Channel", "pictures")
        await carol.submit()

    await expect(panel).to_contain_text("no rule → allowed")
    asked = {"model": SCHNELL, "channel": "pictures"}
    assert await answer(stage, "dora", **asked) == "a picture"
    assert "isn't available in this channel" in await answer(stage, "alice", **asked)


async def test_five_pictures_a_day_are_one_command(stage: Stage, carol: Hands) -> None:
    with actions(carol, 1):
        told = await carol.send("settings limits set", limit="member_pictures_per_day", value="5")

    await expect(told).to_contain_text("off → 5")
    made = [await answer(stage, "bob") for _ in range(6)]
    assert made[:5] == ["a picture"] * 5
    assert "That was your 5th picture today." in made[5]
    assert await answer(stage, "alice") == "a picture"


async def test_five_pictures_a_day_take_four_actions_in_the_panel(
    stage: Stage, carol: Hands
) -> None:
    with actions(carol, 4):
        panel = await carol.send("settings panel")
        await carol.press("Limits")
        await carol.press("Change", beside="Member pictures per day")
        await carol.fill("New value", "5")
        await carol.submit()

    await expect(panel).to_contain_text("Member pictures per day: off → 5")
    await expect(panel).to_contain_text("Member pictures per day · 5")
    assert await answer(stage, "bob") == "a picture"


@pytest.mark.parametrize("way", ["command", "panel"])
async def test_a_blocked_term_refuses_the_prompts_that_have_it(
    stage: Stage, carol: Hands, way: str
) -> None:
    if way == "command":
        with actions(carol, 1):
            await carol.send("settings terms add", terms="spider*")
    else:
        with actions(carol, 4):
            panel = await carol.send("settings panel")
            await carol.press("Safety")
            await carol.press("Change", beside="Blocked terms")
            await carol.fill("Terms to block", "spider*")
            await carol.submit()
            await expect(panel).to_contain_text("0 → 1")

    assert "doesn't allow that prompt" in await answer(stage, "bob", "Sp1dérs everywhere, spiders")
    assert await answer(stage, "bob", "A cat") == "a picture"


@pytest.mark.parametrize("way", ["command", "panel"])
async def test_a_blocked_member_is_refused_and_the_others_are_not(
    stage: Stage, carol: Hands, way: str
) -> None:
    if way == "command":
        with actions(carol, 1):
            told = await carol.send("settings block", member="Bob", for_="7d", reason="Spam")
    else:
        with actions(carol, 5):
            told = await carol.send("settings panel")
            await carol.press("Access")
            await carol.press("Add", beside="Blocked members")
            await carol.choose("Member", "Bob")
            await carol.fill("For how long", "7d")
            await carol.submit()

    await expect(told).to_contain_text("@Bob can't make pictures in this server until")
    assert "You can't make pictures in this server" in await answer(stage, "bob")
    assert await answer(stage, "alice") == "a picture"


async def test_all_that_happened_is_in_the_log(stage: Stage, carol: Hands) -> None:
    await decide(carol)
    await answer(stage, "bob")

    with actions(carol, 1):
        log = await carol.send("settings log show")

    for line in (
        "@Bob was refused: a blocked member · get3w/flux-dev · #general",
        "@Carol blocked @Bob for good",
        "@Carol blocked terms: spider*",
        "@Carol changed Member pictures per day: off → 5",
        "@Carol allowed get3w/flux-schnell: no rule → allow",
        "get3w/flux-schnell for @Artist in #pictures",
    ):
        await expect(log).to_contain_text(line)


async def test_settings_are_exported_reset_and_imported_again(
    stage: Stage, carol: Hands, tmp_path: Path
) -> None:
    await decide(carol)
    saved = tmp_path / "saved.json"

    with actions(carol, 2):
        await carol.send("settings export")
        async with carol.page.expect_download() as download:
            await carol.follow("imagine-settings.json")
        await (await download.value).save_as(saved)
    with actions(carol, 2):
        reset = await carol.send("settings reset")
        await carol.press("Reset everything")
    await expect(reset).to_contain_text("Member pictures per day: 5 → off")
    assert await answer(stage, "alice", "A spider") == "a picture"
    with actions(carol, 2):
        brought = await carol.send("settings import", file=saved)
        await carol.press("Apply")

    await expect(brought).to_contain_text("Member pictures per day: off → 5")
    assert "doesn't allow that prompt" in await answer(stage, "alice", "A spider")


async def decide(carol: Hands) -> None:
    """Decide four things, with a command for each."""
    await carol.send(
        "settings models allow", model="flux-schnell", role="@Artist", channel="pictures"
    )
    await carol.send("settings limits set", limit="member_pictures_per_day", value="5")
    await carol.send("settings terms add", terms="spider*")
    await carol.send("settings block", member="Bob")
