from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.page.conftest import open_page
from tests.page.stand_in_bot import EPHEMERAL, LOADING, MESSAGE, button, layout, row, text
from tests.page.tiny_picture import tiny_png

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

    from sandbox.discord.interactions import Interaction
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

DEFERRED = 5


async def imagine(
    discord: DiscordSandbox, bot: StandInBot, data: JsonObject, kind: int = MESSAGE
) -> tuple[Interaction, JsonObject]:
    """Let alice use the command and the bot answer it."""
    world = discord.world
    general = world.guild("Lantern Bay").channel("general")
    use = await discord.invoke(world.user("alice"), general, "imagine", {"prompt": "A cat"})
    interaction = await bot.next_interaction()
    await bot.answer(interaction, kind, data)
    return use, interaction


def gallery(name: str, description: str, *, spoiler: bool = False) -> JsonObject:
    item = {"media": {"url": f"attachment://{name}"}, "description": description}
    return {"type": 12, "items": [{**item, "spoiler": spoiler}]}


async def show_picture(
    discord: DiscordSandbox, bot: StandInBot, *, spoiler: bool = False
) -> Interaction:
    use, interaction = await imagine(discord, bot, layout(text("10 %")))
    done = layout(gallery("cat.png", "AI-generated: A cat", spoiler=spoiler))
    done["attachments"] = [{"id": 0, "filename": "cat.png"}]
    await bot.edit(interaction, done, [("cat.png", tiny_png())])
    return use


async def test_a_message_appears_and_changes_without_a_reload(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    _, interaction = await imagine(discord, bot, layout(text("🎨 10 %")))
    message = alice.locator(".message").last
    await expect(message).to_contain_text("🎨 10 %")
    await bot.edit(interaction, layout(text("🎨 50 %")))
    await expect(message).to_contain_text("🎨 50 %")
    await expect(alice.locator(".message")).to_have_count(1)


async def test_a_message_tells_who_used_which_command(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await imagine(discord, bot, layout(text("Waiting")))
    message = alice.locator(".message").last
    await expect(message.locator(".origin")).to_contain_text("Alice used /imagine")
    await expect(message.locator(".message-heading")).to_contain_text("ImagineAPP")


async def test_an_edit_leaves_the_focus_on_the_button_that_has_it(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    cancel = row(button("Cancel", "cancel"))
    _, interaction = await imagine(discord, bot, layout(text("10 %"), cancel))
    await alice.get_by_role("button", name="Cancel").focus()
    await bot.edit(interaction, layout(text("20 %"), cancel))
    await expect(alice.locator(".message").last).to_contain_text("20 %")
    await expect(alice.get_by_role("button", name="Cancel")).to_be_focused()


async def test_a_message_takes_the_focus_of_a_button_that_an_edit_takes_away(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    cancel = row(button("Cancel", "cancel"))
    _, interaction = await imagine(discord, bot, layout(text("10 %"), cancel))
    await alice.get_by_role("button", name="Cancel").focus()
    await bot.edit(interaction, layout(text("Cancelled")))
    await expect(alice.locator(".message").last).to_be_focused()


async def test_the_message_box_takes_the_focus_of_a_message_that_is_dismissed(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await imagine(discord, bot, layout(text("Only for you"), flags=EPHEMERAL))
    await alice.get_by_role("button", name="Dismiss message").press("Enter")
    await expect(alice.locator("#message-box")).to_be_focused()


async def test_a_deleted_message_leaves_the_page(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    use, _ = await imagine(discord, bot, layout(text("Waiting")))
    await expect(alice.locator(".message")).to_have_count(1)
    assert use.message is not None
    discord.delete_message(use.message)
    await expect(alice.locator(".message")).to_have_count(0)


async def test_a_private_message_is_seen_by_its_owner_only(
    discord: DiscordSandbox, bot: StandInBot, browser: BrowserContext, page_url: str
) -> None:
    alice = await open_page(browser, page_url)
    mod = await open_page(browser, page_url, "mod")
    await imagine(discord, bot, layout(text("Only for you"), flags=EPHEMERAL))
    await imagine(discord, bot, layout(text("For everybody")))
    await expect(alice.locator("#messages").get_by_text("Only for you")).to_be_visible()
    await expect(alice.locator("#messages").get_by_text("Only you can see this")).to_be_visible()
    await expect(mod.locator("#messages").get_by_text("For everybody")).to_be_visible()
    await expect(mod.locator("#messages").get_by_text("Only for you")).to_have_count(0)


async def test_a_private_message_goes_when_its_owner_dismisses_it(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await imagine(discord, bot, layout(text("Only for you"), flags=EPHEMERAL))
    await alice.get_by_role("button", name="Dismiss message").click()
    await expect(alice.locator("#messages").get_by_text("Only for you")).to_have_count(0)


async def test_a_deferred_answer_reads_as_thinking(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    use, _ = await imagine(discord, bot, {}, DEFERRED)
    await expect(alice.locator("#messages").get_by_text("Imagine is thinking")).to_be_visible()
    assert use.message is not None
    assert use.message.flags & LOADING


async def test_a_picture_has_its_alternative_text_and_opens_large(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show_picture(discord, bot)
    picture = alice.get_by_alt_text("AI-generated: A cat")
    await expect(picture).to_have_js_property("naturalWidth", 8)
    await picture.click()
    await expect(alice.get_by_role("dialog").get_by_alt_text("AI-generated: A cat")).to_be_visible()
    await alice.keyboard.press("Escape")
    await expect(alice.get_by_role("dialog")).to_have_count(0)


async def test_a_spoiler_stays_hidden_until_it_is_pressed(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show_picture(discord, bot, spoiler=True)
    await expect(alice.get_by_alt_text("AI-generated: A cat")).to_have_count(0)
    await alice.get_by_role("button", name="Spoiler").click()
    await expect(alice.get_by_alt_text("AI-generated: A cat")).to_be_visible()


def file(name: str, *, spoiler: bool = False) -> JsonObject:
    return {"type": 13, "file": {"url": f"attachment://{name}"}, "spoiler": spoiler}


async def test_a_file_of_a_private_message_can_be_saved(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    _, interaction = await imagine(discord, bot, layout(text("Here"), flags=EPHEMERAL))
    await bot.edit(interaction, layout(file("rules.json")), [("rules.json", b'{"version": 1}')])
    async with alice.expect_download() as saving:
        await alice.get_by_role("link", name="Download rules.json").click()
    saved = await saving.value
    assert saved.suggested_filename == "rules.json"
    assert (await saved.path()).read_bytes() == b'{"version": 1}'


async def test_a_file_may_be_a_spoiler_too(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    _, interaction = await imagine(discord, bot, layout(text("Here")))
    await bot.edit(interaction, layout(file("log.txt", spoiler=True)), [("log.txt", b"x")])
    await expect(alice.get_by_role("link", name="log.txt")).to_have_count(0)
    await alice.get_by_role("button", name="Spoiler").press("Enter")
    await expect(alice.get_by_role("link", name="Download log.txt")).to_be_visible()


async def test_the_address_of_a_message_leads_to_it(
    discord: DiscordSandbox, bot: StandInBot, browser: BrowserContext, page_url: str
) -> None:
    first, _ = await imagine(discord, bot, layout(text("The first")))
    for number in range(12):
        await imagine(discord, bot, layout(text(f"Filler {number}\n\n\n\n")))
    message = first.message
    assert message is not None
    guild = discord.world.guild("Lantern Bay")
    place = f"{guild.id}/{message.channel.id}/{message.id}"
    page = await open_page(browser, f"{page_url}/channels/{place}")
    await expect(page.locator("#messages").get_by_text("The first")).to_be_in_viewport()


async def test_a_moderator_may_delete_what_a_member_may_not(
    discord: DiscordSandbox, bot: StandInBot, browser: BrowserContext, page_url: str
) -> None:
    alice = await open_page(browser, page_url)
    mod = await open_page(browser, page_url, "mod")
    await imagine(discord, bot, layout(text("Waiting")))
    await alice.locator("#messages").get_by_text("Waiting").hover()
    await expect(alice.get_by_role("button", name="Copy message link")).to_be_visible()
    await expect(alice.get_by_role("button", name="Delete message")).to_have_count(0)
    await mod.locator("#messages").get_by_text("Waiting").hover()
    await mod.get_by_role("button", name="Delete message").click()
    await expect(alice.locator("#messages").get_by_text("Waiting")).to_have_count(0)


async def test_a_screen_reader_hears_of_news_but_not_of_every_percent(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    _, interaction = await imagine(discord, bot, layout(text("🎨 ▰▱ 10 % · painting")))
    spoken = alice.locator("#announcer p")
    await expect(spoken).to_have_text(["Imagine: 🎨 10 % · painting"])
    await bot.edit(interaction, layout(text("🎨 ▰▰ 60 % · painting")))
    await bot.edit(interaction, layout(text("⏹️ Cancelled")))
    await expect(spoken).to_have_text(["Imagine: 🎨 10 % · painting", "Imagine: ⏹️ Cancelled"])


async def test_a_screen_reader_hears_moments_as_words_but_not_each_time_they_move(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    soon_s = int(discord.clock.now()) + 3_700
    _, interaction = await imagine(discord, bot, layout(text(f"10 % · ready <t:{soon_s}:R>")))
    spoken = alice.locator("#announcer p")
    await expect(spoken).to_have_text(["Imagine: 10 % · ready in 1 hour"])
    await bot.edit(interaction, layout(text(f"20 % · ready <t:{soon_s + 7_200}:R>")))
    await bot.edit(interaction, layout(text("Cancelled")))
    await expect(spoken).to_have_text(["Imagine: 10 % · ready in 1 hour", "Imagine: Cancelled"])


async def test_a_screen_reader_hears_no_marks_but_those_that_were_escaped(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await imagine(discord, bot, layout(text("**Sorry.** Ask for *Manage Messages*, 2 \\* 3")))
    await expect(alice.locator("#announcer p")).to_have_text(
        ["Imagine: Sorry. Ask for Manage Messages, 2 * 3"]
    )
