from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.page.stand_in_bot import CHOICES, MESSAGE, layout, text

if TYPE_CHECKING:
    from playwright.async_api import Page

    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


def values_of(interaction: JsonObject) -> dict[str, object]:
    return {option["name"]: option["value"] for option in interaction["data"].get("options", [])}


async def type_command(page: Page, keys: str, *more: str) -> None:
    await page.locator("#message-box").focus()
    await page.keyboard.type(keys)
    for key in more:
        await page.keyboard.press(key)


async def test_a_command_is_sent_by_keyboard_alone(bot: StandInBot, alice: Page) -> None:
    await type_command(alice, "/im")
    await expect(alice.get_by_role("option", name="/imagine")).to_be_visible()
    await alice.keyboard.press("Enter")
    await alice.keyboard.type("A cat in space")
    await alice.keyboard.press("Enter")
    interaction = await bot.next_interaction()
    assert interaction["data"]["name"] == "imagine"
    assert values_of(interaction) == {"prompt": "A cat in space"}
    await bot.answer(interaction, MESSAGE, layout(text("Waiting")))
    await expect(alice.locator(".message")).to_have_count(1)
    await expect(alice.locator("#message-box")).to_be_focused()


async def test_a_command_typed_in_full_goes_on_to_its_first_option(
    bot: StandInBot, alice: Page
) -> None:
    await type_command(alice, "/imagine A cat", "Enter")
    assert values_of(await bot.next_interaction()) == {"prompt": "A cat"}


async def test_arrows_move_through_optional_options_and_their_values(
    bot: StandInBot, alice: Page
) -> None:
    await type_command(alice, "/imagine A cat", "Tab", "ArrowDown", "Tab", "ArrowDown", "Enter")
    await expect(alice.get_by_role("combobox", name="private")).to_have_value("False")
    await alice.keyboard.press("Enter")
    assert values_of(await bot.next_interaction()) == {"prompt": "A cat", "private": False}


async def test_the_bot_is_asked_for_choices_while_one_types(bot: StandInBot, alice: Page) -> None:
    await type_command(alice, "/imagine A cat", "Tab", "Tab")
    await bot.answer(await bot.next_interaction(), CHOICES, {"choices": []})
    await alice.keyboard.type("f")
    question = await bot.next_interaction()
    assert values_of(question) == {"prompt": "A cat", "model": "f"}
    choices = [{"name": "Flux dev, quick", "value": "get3w/flux-dev"}]
    await bot.answer(question, CHOICES, {"choices": choices})
    await expect(alice.get_by_role("option", name="Flux dev, quick")).to_be_visible()
    await alice.keyboard.press("Enter")
    await alice.keyboard.press("Enter")
    assert values_of(await bot.next_interaction())["model"] == "get3w/flux-dev"


@pytest.mark.usefixtures("bot")
async def test_a_missing_required_option_is_told_and_nothing_is_sent(
    discord: DiscordSandbox, alice: Page
) -> None:
    await type_command(alice, "/imagine", "Enter", "Enter")
    await expect(alice.get_by_role("alert")).to_have_text(
        "This option is required. Give it a value."
    )
    await expect(alice.get_by_role("combobox", name="prompt")).to_be_focused()
    general = discord.world.guild("Lantern Bay").channel("general")
    assert discord.messages_in(general) == []


@pytest.mark.usefixtures("bot")
async def test_a_value_over_the_limit_is_refused_with_its_length(alice: Page) -> None:
    await type_command(alice, f"/imagine {'x' * 41}", "Enter")
    words = "Write at most 40 characters; these are 41."
    await expect(alice.get_by_role("alert")).to_have_text(words)


@pytest.mark.usefixtures("bot")
async def test_a_field_says_whether_it_has_a_list(alice: Page) -> None:
    box = alice.locator("#message-box")
    await expect(box).to_have_attribute("aria-expanded", "false")
    await type_command(alice, "/")
    await expect(box).to_have_attribute("aria-expanded", "true")
    await alice.keyboard.type("imagine ")
    prompt = alice.get_by_role("combobox", name="prompt")
    await expect(prompt).to_have_attribute("aria-expanded", "false")
    await alice.keyboard.press("Tab")
    end = alice.get_by_role("combobox", name="End of /imagine")
    await expect(end).to_have_attribute("aria-expanded", "true")
    await prompt.focus()
    await expect(end).to_have_attribute("aria-expanded", "false")


@pytest.mark.usefixtures("bot")
async def test_escape_leaves_the_command(alice: Page) -> None:
    await type_command(alice, "/imagine A cat", "Escape")
    await expect(alice.locator("#message-box")).to_be_focused()
    await expect(alice.locator("#message-box")).to_have_value("")


@pytest.mark.usefixtures("bot")
async def test_a_member_is_not_offered_a_moderators_command(alice: Page) -> None:
    await type_command(alice, "/")
    await expect(alice.get_by_role("option")).to_have_count(1)
    await alice.get_by_role("radio", name="Mod,").check(force=True)
    await type_command(alice, "")
    await expect(alice.get_by_role("option", name="/settings panel")).to_be_visible()


@pytest.mark.usefixtures("bot")
async def test_a_command_without_an_answer_says_so(discord: DiscordSandbox, alice: Page) -> None:
    discord.settings.answer_within_s = 0.05
    await type_command(alice, "/imagine A cat", "Enter")
    await expect(
        alice.locator("#messages").get_by_text("The application did not respond")
    ).to_be_visible()
    await alice.get_by_role("button", name="Dismiss message").click()
    await expect(
        alice.locator("#messages").get_by_text("The application did not respond")
    ).to_have_count(0)


async def test_new_commands_are_offered_as_soon_as_they_are_registered(
    bot: StandInBot, alice: Page
) -> None:
    await bot.register([{"name": "help", "description": "What this bot does"}])
    await type_command(alice, "/")
    await expect(alice.get_by_role("option", name="/help")).to_be_visible()


@pytest.mark.usefixtures("bot")
async def test_a_plain_message_gets_a_hint(alice: Page) -> None:
    await type_command(alice, "hello", "Enter")
    await expect(alice.get_by_role("alert")).to_contain_text("Type / to see the commands")
