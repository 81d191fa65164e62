from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.page.stand_in_bot import MESSAGE, MODAL, UPDATE, button, layout, row, text
from tests.page.tiny_picture import tiny_png

if TYPE_CHECKING:
    from playwright.async_api import Page

    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODELS = [
    {"label": "Flux dev", "value": "dev", "description": "Good"},
    {"label": "Flux schnell", "value": "schnell", "description": "Quick"},
    {"label": "Flux pro", "value": "pro"},
]
FORM = {
    "custom_id": "form",
    "title": "Edit the picture",
    "components": [
        {"type": 10, "content": "Change what you like."},
        {
            "type": 18,
            "label": "Prompt",
            "component": {"type": 4, "custom_id": "prompt", "style": 2, "value": "A cat"},
        },
        {
            "type": 18,
            "label": "Model",
            "component": {"type": 3, "custom_id": "model", "options": MODELS},
        },
        {
            "type": 18,
            "label": "Shape",
            "component": {
                "type": 21,
                "custom_id": "shape",
                "options": [
                    {"label": "Square", "value": "square"},
                    {"label": "Wide", "value": "wide"},
                ],
            },
        },
        {"type": 18, "label": "Private", "component": {"type": 23, "custom_id": "private"}},
    ],
}

EXTRAS = {
    "custom_id": "extras",
    "title": "More",
    "components": [
        {
            "type": 18,
            "label": "Extras",
            "component": {
                "type": 22,
                "custom_id": "extras",
                "options": [{"label": "Spoiler", "value": "a"}, {"label": "Raw", "value": "b"}],
            },
        },
        {"type": 18, "label": "Who", "component": {"type": 5, "custom_id": "who"}},
        {"type": 18, "label": "Picture", "component": {"type": 19, "custom_id": "file"}},
    ],
}


async def show(discord: DiscordSandbox, bot: StandInBot, *components: JsonObject) -> None:
    """Put a message with these components into the channel."""
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "A cat"})
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(*components))


async def open_form(
    discord: DiscordSandbox, bot: StandInBot, page: Page, form: JsonObject = FORM
) -> None:
    await show(discord, bot, row(button("Edit", "edit")))
    await page.get_by_role("button", name="Edit").click()
    await bot.answer(await bot.next_interaction(), MODAL, form)
    await expect(page.get_by_role("dialog", name=form["title"])).to_be_visible()


async def test_a_pressed_button_reaches_the_bot_and_its_answer_shows(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show(discord, bot, text("Waiting"), row(button("Cancel", "cancel:7")))
    await alice.get_by_role("button", name="Cancel").click()
    press = await bot.next_interaction()
    assert press["data"]["custom_id"] == "cancel:7"
    assert press["member"]["user"]["username"] == "alice"
    await bot.answer(press, UPDATE, layout(text("Cancelled")))
    await expect(alice.locator("#messages").get_by_text("Cancelled")).to_be_visible()
    await expect(alice.get_by_role("button", name="Cancel")).to_have_count(0)


async def test_a_button_is_busy_until_the_bot_has_answered(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show(discord, bot, row(button("Re-roll", "again")))
    await alice.get_by_role("button", name="Re-roll").click()
    busy = alice.locator("[data-custom-id=again]")
    await expect(busy).to_have_attribute("aria-busy", "true")
    await bot.answer(await bot.next_interaction(), UPDATE, layout(row(button("Re-roll", "again"))))
    await expect(busy).not_to_have_attribute("aria-busy", "true")


async def test_a_press_without_an_answer_says_so(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show(discord, bot, row(button("Cancel", "cancel")))
    discord.settings.answer_within_s = 0.05
    await alice.get_by_role("button", name="Cancel").click()
    await expect(alice.locator("#messages").get_by_text("This interaction failed")).to_be_visible()


async def test_what_a_press_brings_about_replies_to_its_message_without_its_markup(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show(discord, bot, text("## Limits"), row(button("Change", "change")))
    await alice.get_by_role("button", name="Change").click()
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(text("That can't be.")))
    reply = alice.locator("#messages .message").filter(has_text="That can't be.")
    await expect(reply.locator(".origin")).to_contain_text("Click to see the message")


async def test_a_disabled_button_and_a_link_button_send_nothing(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    link = {"type": 2, "style": 5, "label": "Docs", "url": "https://docs.example/"}
    await show(discord, bot, row({**button("Off", "off"), "disabled": True}, link))
    await expect(alice.get_by_role("button", name="Off", exact=True)).to_be_disabled()
    await expect(alice.get_by_role("link", name="Docs")).to_have_attribute("target", "_blank")


async def test_a_choice_is_made_by_keyboard(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show(discord, bot, row({"type": 3, "custom_id": "model", "options": MODELS}))
    await alice.get_by_role("button", name="Make a selection").focus()
    await alice.keyboard.press("Enter")
    await expect(alice.get_by_role("option")).to_have_count(3)
    await alice.keyboard.press("ArrowDown")
    await alice.keyboard.press("Enter")
    assert (await bot.next_interaction())["data"]["values"] == ["schnell"]


async def test_several_choices_are_sent_when_the_menu_closes(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    select = {"type": 3, "custom_id": "models", "options": MODELS, "max_values": 3}
    await show(discord, bot, row(select))
    await alice.get_by_role("button", name="Make a selection").click()
    await alice.get_by_role("option", name="Flux dev").click()
    await alice.get_by_role("option", name="Flux pro").click()
    await alice.keyboard.press("Tab")
    assert (await bot.next_interaction())["data"]["values"] == ["dev", "pro"]


@pytest.mark.parametrize(
    ("kind", "option", "resolved"),
    [(5, "Mod", "users"), (6, "@Moderator", "roles"), (8, "pictures", "channels")],
)
async def test_a_person_a_role_or_a_channel_can_be_chosen(
    discord: DiscordSandbox, bot: StandInBot, alice: Page, kind: int, option: str, resolved: str
) -> None:
    await show(discord, bot, row({"type": kind, "custom_id": "which"}))
    await alice.get_by_role("button", name="Select a").click()
    await (
        alice.get_by_role("option", name=option, exact=True)
        .or_(alice.get_by_role("option", name=f"{option} @mod"))
        .click()
    )
    data = (await bot.next_interaction())["data"]
    assert list(data["resolved"][resolved]) == data["values"]


@pytest.mark.parametrize("written", [str, int])
async def test_what_is_set_is_shown_in_a_menu_and_can_be_taken_back(
    discord: DiscordSandbox, bot: StandInBot, alice: Page, written: type[str | int]
) -> None:
    place = discord.world.guild("Lantern Bay").channel("notices")
    preset = [{"type": "channel", "id": written(place.id)}]
    select = {"type": 8, "custom_id": "log", "min_values": 0, "default_values": preset}
    await show(discord, bot, row(select))
    await alice.get_by_role("button", name="Select a channel: notices").click()
    chosen = alice.get_by_role("option", name="notices")
    await expect(chosen).to_have_attribute("aria-selected", "true")
    await chosen.click()
    assert (await bot.next_interaction())["data"]["values"] == []


async def test_escape_closes_a_menu_without_a_choice(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await show(discord, bot, row({"type": 3, "custom_id": "model", "options": MODELS}))
    await alice.get_by_role("button", name="Make a selection").click()
    await alice.keyboard.press("Escape")
    await expect(alice.get_by_role("option")).to_have_count(0)
    await expect(alice.get_by_role("button", name="Make a selection")).to_be_focused()


async def test_what_is_filled_into_a_form_reaches_the_bot(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await open_form(discord, bot, alice)
    await alice.get_by_label("Prompt").fill("A dog in space")
    await alice.get_by_role("button", name="Select").click()
    await alice.get_by_role("option", name="Flux pro").click()
    await alice.get_by_label("Wide").check()
    await alice.get_by_label("Private").check()
    await alice.get_by_role("button", name="Submit").click()
    sent = await bot.next_interaction()
    inner = [part["component"] for part in sent["data"]["components"] if "component" in part]
    given = {field["custom_id"]: field.get("values", field.get("value")) for field in inner}
    assert given == {
        "prompt": "A dog in space",
        "model": ["pro"],
        "shape": "wide",
        "private": True,
    }
    await bot.answer(sent, UPDATE, layout(text("Changed")))
    await expect(alice.get_by_role("dialog")).to_have_count(0)
    await expect(alice.locator("#messages").get_by_text("Changed")).to_be_visible()


async def test_a_form_carries_ticks_people_and_files(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await open_form(discord, bot, alice, EXTRAS)
    await alice.get_by_label("Raw").check()
    await alice.get_by_role("button", name="Select").click()
    await alice.get_by_role("option", name="Mod").click()
    picture = {"name": "cat.png", "mimeType": "image/png", "buffer": tiny_png()}
    await alice.get_by_label("Picture").set_input_files(picture)
    await alice.get_by_role("button", name="Submit").click()
    data = (await bot.next_interaction())["data"]
    ticks, people, files = (part["component"]["values"] for part in data["components"])
    assert ticks == ["b"]
    assert data["resolved"]["users"][people[0]]["username"] == "mod"
    assert data["resolved"]["attachments"][files[0]]["width"] == 8


async def test_the_count_of_a_field_stands_inside_it_and_covers_no_description(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    field = {"type": 4, "custom_id": "model", "style": 1}
    label = {"type": 18, "label": "Model", "description": "A name, " * 12, "component": field}
    await open_form(discord, bot, alice, {**EXTRAS, "components": [label]})
    inside = await alice.get_by_label("Model").bounding_box()
    count = await alice.locator(".field-count").bounding_box()
    assert inside is not None
    assert count is not None
    assert inside["y"] < count["y"]
    assert count["y"] + count["height"] < inside["y"] + inside["height"]


async def test_a_form_with_an_empty_required_field_stays_open(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await open_form(discord, bot, alice)
    await alice.get_by_label("Prompt").fill("")
    await alice.get_by_role("button", name="Submit").click()
    await expect(alice.get_by_text("This field is required.")).to_be_visible()
    await expect(alice.get_by_label("Prompt")).to_be_focused()


async def test_escape_closes_a_form_and_sends_nothing(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await open_form(discord, bot, alice)
    await alice.keyboard.press("Escape")
    await expect(alice.get_by_role("dialog")).to_have_count(0)
    await expect(alice.get_by_role("button", name="Edit")).to_be_focused()


async def test_a_form_that_the_bot_does_not_answer_keeps_what_was_written(
    discord: DiscordSandbox, bot: StandInBot, alice: Page
) -> None:
    await open_form(discord, bot, alice)
    await alice.get_by_role("button", name="Select").click()
    await alice.get_by_role("option", name="Flux pro").click()
    await alice.get_by_label("Wide").check()
    discord.settings.answer_within_s = 0.05
    await alice.get_by_role("button", name="Submit").click()
    await expect(alice.get_by_role("dialog")).to_contain_text("The application did not respond")
    await expect(alice.get_by_label("Wide")).to_be_checked()
