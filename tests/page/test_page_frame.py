from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from sandbox.page.server import serve_page
from tests.page.conftest import open_page
from tests.page.stand_in_bot import MESSAGE, button, layout, row, text

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request

    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW = {"width": 400, "height": 760}
NAMELESS = """() => [...document.querySelectorAll("button, input, textarea, a[href], img")]
    .filter((el) => !el.closest("[aria-hidden=true]"))
    .filter((el) => !(el.ariaLabel || el.textContent.trim() || el.labels?.length || el.alt))
    .map((el) => el.outerHTML)"""


async def test_nothing_is_loaded_from_elsewhere(browser: BrowserContext, page_url: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    browser.on("request", note)
    await open_page(browser, page_url)
    assert asked
    assert [url for url in asked if not url.startswith(page_url)] == []


async def test_servers_and_their_channels_can_be_opened(alice: Page) -> None:
    servers = alice.get_by_role("navigation", name="Servers").get_by_role("button")
    await expect(servers).to_have_count(3)
    await alice.get_by_role("button", name="Quiet Harbour").click()
    await alice.get_by_role("button", name="gallery").click()
    await expect(alice.get_by_role("heading", name="Welcome to #gallery")).to_be_visible()
    await alice.go_back()
    await expect(alice.get_by_role("heading", name="Welcome to #general")).to_be_visible()


async def test_a_message_elsewhere_marks_its_channel_as_unread(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    channel = discord.world.guild("Lantern Bay").channel("pictures")
    await discord.invoke(discord.world.user("mod"), channel, "imagine", {"prompt": "A cat"})
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(text("Waiting")))
    await expect(alice.get_by_role("button", name="pictures, unread messages")).to_be_visible()
    await alice.get_by_role("button", name="pictures").click()
    await expect(alice.locator(".message")).to_have_count(1)
    await expect(alice.get_by_role("button", name="pictures", exact=True)).to_be_visible()


async def test_the_member_list_tells_who_is_what(alice: Page) -> None:
    members = alice.get_by_role("complementary", name="Members")
    await expect(members.get_by_role("heading")).to_contain_text(
        ["owner", "Moderator", "Artist", "member", "apps"]
    )
    await expect(members.get_by_role("listitem")).to_contain_text(
        ["Host", "Mod", "Carol", "Dora", "Alice", "Bob", "Imagine"]
    )


async def test_a_person_stays_chosen_over_a_reload(browser: BrowserContext, page_url: str) -> None:
    page = await open_page(browser, page_url, "mod")
    await page.reload()
    await expect(page.get_by_role("radio", name="Mod,")).to_be_checked()


async def test_at_narrow_width_the_channels_open_over_the_chat_and_escape_closes_them(
    alice: Page,
) -> None:
    await alice.set_viewport_size(NARROW)
    channel = alice.get_by_role("button", name="pictures")
    await expect(channel).to_be_hidden()
    await alice.get_by_role("button", name="Servers and channels").click()
    await expect(channel).to_be_visible()
    await alice.keyboard.press("Escape")
    await expect(channel).to_be_hidden()


@pytest.mark.parametrize("way", ["Escape", "a click beside it"])
async def test_at_narrow_width_the_member_list_lies_over_the_chat_until_it_is_closed(
    alice: Page, way: str
) -> None:
    await alice.set_viewport_size(NARROW)
    members = alice.get_by_role("complementary", name="Members")
    await expect(members).to_be_hidden()
    await alice.get_by_role("button", name="Member list").click()
    await expect(members).to_be_visible()
    if way == "Escape":
        await alice.keyboard.press("Escape")
    else:
        await alice.locator("#scroller").click(position={"x": 20, "y": 20})
    await expect(members).to_be_hidden()


async def test_at_narrow_width_nothing_is_wider_than_the_window(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await alice.set_viewport_size(NARROW)
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "A cat"})
    words = layout(text("x" * 300), row(*(button(f"Button {n}", f"b{n}") for n in range(5))))
    await bot.answer(await bot.next_interaction(), MESSAGE, words)
    await expect(alice.locator(".message")).to_have_count(1)
    assert await alice.evaluate("document.getElementById('scroller').scrollWidth") <= 400


async def test_whatever_can_be_used_has_a_name(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "A cat"})
    emoji_only = {"type": 2, "style": 2, "custom_id": "e", "emoji": {"name": "🎲"}}
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(row(emoji_only)))
    await expect(alice.get_by_role("button", name="🎲")).to_be_visible()
    assert await alice.evaluate(NAMELESS) == []


async def test_a_cut_stream_comes_back_by_itself_with_what_was_missed(
    discord: DiscordSandbox, bot: StandInBot, browser: BrowserContext
) -> None:
    async with serve_page(discord) as url:
        page = await open_page(browser, url)
    await expect(page.get_by_role("status")).to_have_text("Connecting to the sandbox…")
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "A cat"})
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(text("Missed")))
    async with serve_page(discord, port=int(url.rpartition(":")[2])):
        await expect(page.locator("#messages").get_by_text("Missed")).to_be_visible()
        await expect(page.locator("#connection")).to_be_hidden()
