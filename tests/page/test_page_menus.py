from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.discord.attachments import Upload
from sandbox.discord.person import Person
from tests.page.conftest import COMMANDS, open_page
from tests.page.stand_in_bot import EPHEMERAL, MESSAGE, MODAL, button, layout, row, text
from tests.page.tiny_picture import tiny_png

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

MENU = "Use as image"
LABEL = f"Apps: {MENU}"


@pytest_asyncio.fixture(loop_scope="session")
async def alice(browser: BrowserContext, bot: StandInBot, page_url: str) -> Page:
    """The page with alice's eyes, where messages have a menu."""
    await bot.register([*COMMANDS, {"type": 3, "name": MENU}])
    return await open_page(browser, page_url)


async def shared(discord: DiscordSandbox, alice: Page) -> None:
    """Let alice share a picture."""
    Person.of(discord, "alice").say("My dog", Upload("dog.png", tiny_png(), "image/png"))
    await expect(alice.locator(".message").last).to_contain_text("My dog")


async def test_what_a_person_writes_is_shown_with_its_picture(
    discord: DiscordSandbox, alice: Page
) -> None:
    await shared(discord, alice)

    message = alice.locator(".message").last
    await expect(message.locator(".message-heading")).to_contain_text("Alice")
    await expect(message.locator("img[src*='dog.png']")).to_be_visible()


async def test_a_command_of_the_menu_opens_a_form_about_its_message(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await shared(discord, alice)
    message = alice.locator(".message").last
    await message.hover()

    await message.get_by_role("button", name=LABEL).click()
    interaction = await bot.next_interaction()
    target = interaction["data"]["resolved"]["messages"][interaction["data"]["target_id"]]
    assert target["content"] == "My dog"
    assert target["attachments"][0]["filename"] == "dog.png"
    field: JsonObject = {"type": 4, "custom_id": "prompt", "style": 1}
    label = {"type": 18, "label": "What it becomes", "component": field}
    form: JsonObject = {"custom_id": "image", "title": "Begin with it", "components": [label]}
    await bot.answer(interaction, MODAL, form)

    await expect(alice.get_by_role("dialog")).to_contain_text("Begin with it")


async def test_a_menu_that_nobody_answers_says_so(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await shared(discord, alice)
    message = alice.locator(".message").last
    await message.hover()

    await message.get_by_role("button", name=LABEL).click()
    await bot.next_interaction()

    await expect(message).to_contain_text("This interaction failed", timeout=8_000)


async def test_menus_are_no_slash_commands_and_private_messages_have_none(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await shared(discord, alice)
    await alice.locator("#message-box").fill("/")
    await expect(alice.get_by_role("option").first).to_contain_text("imagine")
    await expect(alice.get_by_role("option", name=MENU)).to_have_count(0)

    person = Person.of(discord, "alice")
    use = await discord.invoke(person.user, person.channel, "imagine", {"prompt": "A cat"})
    private = layout(text("Private"), row(button("Open", "open")), flags=EPHEMERAL)
    await bot.answer(await bot.next_interaction(), MESSAGE, private)

    assert use.message is not None
    message = alice.locator(".message").last
    await expect(message).to_contain_text("Private")
    await expect(message.get_by_role("button", name=LABEL)).to_have_count(0)


async def test_a_menu_comes_and_goes_with_its_command(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await shared(discord, alice)
    entry = alice.locator(".message").last.get_by_role("button", name=LABEL)
    await expect(entry).to_have_count(1)

    await bot.register(COMMANDS)
    await expect(entry).to_have_count(0)
