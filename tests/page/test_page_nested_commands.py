"""A moderator's commands on the page: subcommands, and options that are picked from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.page.conftest import open_page
from tests.page.stand_in_bot import CHOICES

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


def option(kind: int, name: str, **changes: object) -> JsonObject:
    return {"type": kind, "name": name, "description": f"The {name}", **changes}


SETTINGS: JsonObject = {
    "name": "settings",
    "description": "What holds here",
    "default_member_permissions": str(1 << 5),
    "options": [
        option(
            2,
            "models",
            options=[
                option(
                    1,
                    "allow",
                    options=[
                        option(3, "model", required=True, autocomplete=True),
                        option(8, "role"),
                        option(7, "channel"),
                    ],
                ),
                option(1, "list"),
            ],
        ),
        option(
            1,
            "limit",
            options=[
                option(6, "member", required=True),
                option(4, "pictures", required=True, min_value=0, max_value=50),
                option(3, "span", required=True, choices=[{"name": "a day", "value": "day"}]),
                option(5, "quiet", required=True),
            ],
        ),
        option(1, "import", options=[option(11, "file", required=True)]),
    ],
}


@pytest_asyncio.fixture(loop_scope="session")
async def carol(bot: StandInBot, browser: BrowserContext, page_url: str) -> Page:
    """A moderator's page, with the settings' commands registered."""
    await bot.register([SETTINGS])
    return await open_page(browser, page_url, "carol")


async def keys(page: Page, typed: str, *more: str) -> None:
    await page.keyboard.type(typed)
    for key in more:
        await page.keyboard.press(key)


def leaf(interaction: JsonObject) -> tuple[str, dict[str, object]]:
    """Return the words of a command and its values."""
    words, level = [interaction["data"]["name"]], interaction["data"].get("options", [])
    while level and level[0]["type"] <= 2:
        words.append(level[0]["name"])
        level = level[0].get("options", [])
    return " ".join(words), {item["name"]: item["value"] for item in level}


async def test_every_subcommand_is_a_line_of_the_list(carol: Page) -> None:
    await carol.locator("#message-box").focus()
    await keys(carol, "/settings")
    await expect(carol.get_by_role("option")).to_contain_text(
        ["/settings models allow", "/settings models list", "/settings limit", "/settings import"]
    )


async def test_a_nested_command_takes_a_role_and_a_channel_by_keyboard(
    bot: StandInBot, discord: DiscordSandbox, carol: Page
) -> None:
    await carol.locator("#message-box").focus()
    await keys(carol, "/settings models allow ")
    question = await bot.next_interaction()
    await bot.answer(question, CHOICES, {"choices": [{"name": "Flux dev", "value": "dev"}]})
    await expect(carol.get_by_role("option", name="Flux dev")).to_be_visible()
    await keys(carol, "", "Enter", "Tab")
    await keys(carol, "arti", "Enter")
    await keys(carol, "chan", "Tab")
    await keys(carol, "after", "Enter", "Enter")

    guild = discord.world.guild("Lantern Bay")
    values = {
        "model": "dev",
        "role": str(guild.role("Artist").id),
        "channel": str(guild.channel("after-dark").id),
    }
    assert leaf(await bot.next_interaction()) == ("settings models allow", values)


async def test_everyone_is_among_the_roles_of_an_option(
    bot: StandInBot, discord: DiscordSandbox, carol: Page
) -> None:
    await bot.register([SETTINGS | {"options": [option(1, "all", options=[option(8, "role")])]}])
    await expect(carol.locator("#app")).to_be_visible()
    await carol.locator("#message-box").focus()
    await keys(carol, "/settings all")
    await expect(carol.get_by_role("option", name="/settings all")).to_be_visible()
    await keys(carol, " ", "Tab")
    await keys(carol, "every", "Enter", "Enter")

    guild = discord.world.guild("Lantern Bay")
    sent = await bot.next_interaction()
    assert leaf(sent)[1] == {"role": str(guild.id)}
    assert sent["data"]["resolved"]["roles"][str(guild.id)]["name"] == "@everyone"


async def test_members_numbers_choices_and_yes_or_no_are_given_by_keyboard(
    bot: StandInBot, discord: DiscordSandbox, carol: Page
) -> None:
    await carol.locator("#message-box").focus()
    await keys(carol, "/settings limit ")
    await keys(carol, "bob", "Enter")
    await keys(carol, "5", "Tab")
    await keys(carol, "", "Enter", "ArrowDown", "Enter", "Enter")

    bob = str(discord.world.user("bob").id)
    values = {"member": bob, "pictures": 5, "span": "day", "quiet": False}
    assert leaf(await bot.next_interaction()) == ("settings limit", values)


async def test_a_file_is_chosen_for_an_option(bot: StandInBot, carol: Page) -> None:
    await carol.locator("#message-box").focus()
    await keys(carol, "/settings import ")
    rules = {"name": "rules.json", "mimeType": "application/json", "buffer": b"{}"}
    await carol.get_by_label("file: The file").set_input_files(rules)
    await carol.get_by_role("combobox", name="End of /settings import").focus()
    await carol.keyboard.press("Enter")
    sent = await bot.next_interaction()
    words, values = leaf(sent)
    assert words == "settings import"
    assert sent["data"]["resolved"]["attachments"][values["file"]]["filename"] == "rules.json"
