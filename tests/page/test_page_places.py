"""Where one is on the page, and as whom: servers, channels, threads, the bot's conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.page.conftest import open_page
from tests.page.stand_in_bot import EPHEMERAL, MESSAGE, layout, text

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_at(browser: BrowserContext, address: str) -> Page:
    page = await browser.new_page()
    await page.goto(address)
    await page.wait_for_selector("#app[data-live-as]")
    return page


async def test_an_address_of_names_opens_a_channel_as_somebody(
    browser: BrowserContext, page_url: str, discord: DiscordSandbox
) -> None:
    page = await open_at(browser, f"{page_url}/#/lantern-bay/mod-log?as=carol")
    await expect(page.get_by_role("radio", name="Carol,")).to_be_checked()
    await expect(page.get_by_role("heading", name="Welcome to #mod-log")).to_be_visible()
    guild = discord.world.guild("Lantern Bay")
    ids = f"{guild.id}/{guild.channel('mod-log').id}"
    assert page.url == f"{page_url}/channels/{ids}"


async def test_an_address_that_names_nothing_opens_the_first_channel(
    browser: BrowserContext, page_url: str
) -> None:
    page = await open_at(browser, f"{page_url}/#/atlantis/deep?as=nobody")
    await expect(page.get_by_role("radio", name="Alice,")).to_be_checked()
    await expect(page.get_by_role("heading", name="Welcome to #general")).to_be_visible()


async def test_one_becomes_somebody_else_by_a_press(alice: Page) -> None:
    await alice.get_by_role("radio", name="Carol,").check(force=True)
    await alice.wait_for_selector("#app[data-live-as=carol]")
    await expect(alice.get_by_role("radio", name="Carol, Moderator")).to_be_checked()


async def test_a_private_channel_is_marked_and_seen_by_moderators_only(
    browser: BrowserContext, page_url: str, alice: Page
) -> None:
    carol = await open_page(browser, page_url, "carol")
    name = "mod-log, private"
    await expect(carol.get_by_role("button", name=name)).to_be_visible()
    await expect(alice.get_by_role("button", name=name)).to_have_count(0)


async def test_an_age_restricted_channel_and_what_is_below_it_are_marked(
    discord: DiscordSandbox, alice: Page
) -> None:
    guild = discord.world.guild("Lantern Bay")
    discord.admin.add_channel(guild, "late", guild.channel("after-dark"))
    channels = alice.get_by_role("navigation", name="Channels")
    await expect(channels.get_by_role("button", name="age-restricted")).to_have_count(2)
    await channels.get_by_role("button", name="after-dark, age-restricted").click()
    await expect(alice.locator("#channel-header").get_by_text("Age-restricted")).to_be_visible()


async def test_a_thread_stands_below_its_channel(alice: Page) -> None:
    channels = alice.get_by_role("navigation", name="Channels").get_by_role("button")
    await expect(channels.nth(1)).to_have_text("pictures")
    await expect(channels.nth(2)).to_have_accessible_name("cat-sketches, thread")


async def test_a_channel_that_is_deleted_leaves_the_page(
    discord: DiscordSandbox, alice: Page
) -> None:
    guild = discord.world.guild("Lantern Bay")
    discord.admin.delete_channel(guild, guild.channel("pictures"))
    await expect(alice.get_by_role("button", name="pictures")).to_have_count(0)
    await expect(alice.get_by_role("button", name="cat-sketches")).to_have_count(0)


async def test_a_server_is_shown_to_its_members_only(
    browser: BrowserContext, page_url: str
) -> None:
    bob = await open_page(browser, page_url, "bob")
    servers = bob.get_by_role("navigation", name="Servers")
    await expect(servers.get_by_role("button", name="Lantern Bay")).to_be_visible()
    await expect(servers.get_by_role("button", name="Quiet Harbour")).to_have_count(0)


async def test_the_bot_can_be_talked_to_directly(
    bot: StandInBot, browser: BrowserContext, page_url: str
) -> None:
    bob = await open_at(browser, f"{page_url}/#/direct-messages/imagine?as=bob")
    await expect(bob.get_by_role("heading", name="Welcome to Imagine")).to_be_visible()
    await bob.locator("#message-box").focus()
    await bob.keyboard.type("/imagine A cat")
    await bob.keyboard.press("Enter")
    sent = await bot.next_interaction()
    assert (sent["context"], sent["user"]["username"]) == (1, "bob")
    await bot.answer(sent, MESSAGE, layout(text("In servers only"), flags=EPHEMERAL))
    await expect(bob.locator("#messages").get_by_text("In servers only")).to_be_visible()
    await expect(bob.get_by_text("Only you can see this")).to_be_visible()


async def test_a_conversation_of_another_person_is_not_to_be_seen(
    discord: DiscordSandbox, browser: BrowserContext, page_url: str
) -> None:
    channel = discord.world.direct_channel(discord.world.user("alice"))
    bob = await open_at(browser, f"{page_url}/channels/@me/{channel.id}?as=bob")
    assert not bob.url.endswith(str(channel.id))
