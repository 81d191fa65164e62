"""What people fill in and submit in the local Discord, as its client would let them."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from sandbox.discord.attachments import Upload
from sandbox.discord.interactions import Modal
from tests.contract.painting import BUTTONS, data, painting, shown
from tests.discord_wire import Body, Scene


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with painting() as opened:
        yield opened


def label(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 18, "label": "Field", "component": component}


def choices(*values: str, chosen: str = "") -> list[dict[str, Any]]:
    return [{"label": value, "value": value, "default": value == chosen} for value in values]


async def opened(stage: Scene, *components: dict[str, Any]) -> Modal:
    use = await stage.discord.invoke(stage.alice, stage.general, "paint")
    modal = {"custom_id": "edit", "title": "Edit", "components": components}
    reply = await stage.bot.answer(use, {"type": 9, "data": modal})
    assert reply.status == 200, reply.body
    await stage.bot.event("INTERACTION_CREATE")
    assert use.modal is not None
    return use.modal


TEXT = {"type": 4, "custom_id": "prompt", "style": 2, "value": "A cat", "max_length": 20}


async def submitted(stage: Scene, modal: Modal, values: dict[str, Body]) -> Body:
    """Submit a modal, and return its fields as the bot hears of them, by custom_id."""
    await stage.discord.submit_modal(modal, values)
    sent = await data(stage)
    assert sent["custom_id"] == "edit"
    fields = [item["component"] for item in sent["components"] if "component" in item]
    return {field["custom_id"]: field.get("value", field.get("values")) for field in fields}


async def test_a_modal_is_submitted_with_what_was_typed(stage: Scene) -> None:
    modal = await opened(stage, label(TEXT))

    assert await submitted(stage, modal, {"prompt": "A dog"}) == {"prompt": "A dog"}
    assert stage.bot.seen[-1]["d"]["type"] == 5
    assert stage.bot.seen[-1]["d"]["member"]["user"]["username"] == "alice"


async def test_a_field_that_was_left_alone_keeps_its_preset(stage: Scene) -> None:
    modal = await opened(
        stage,
        label(TEXT),
        label({"type": 3, "custom_id": "model", "options": choices("flux", "seed", chosen="seed")}),
        label({"type": 21, "custom_id": "shape", "options": choices("a", "b", chosen="b")}),
        label({"type": 22, "custom_id": "extras", "options": choices("x", "y", chosen="x")}),
        label({"type": 23, "custom_id": "private", "default": True}),
    )

    assert await submitted(stage, modal, {}) == {
        "prompt": "A cat",
        "model": ["seed"],
        "shape": "b",
        "extras": ["x"],
        "private": True,
    }


async def test_people_roles_and_channels_may_be_preset(stage: Scene) -> None:
    role = stage.discord.world.guild("Lantern Bay").role("Artist")
    presets = [
        {"type": "user", "id": str(stage.mod.id)},
        {"type": "role", "id": str(role.id)},
        {"type": "role", "id": "1"},
    ]
    places = [{"type": "channel", "id": str(stage.general.id)}]
    who = {"type": 7, "custom_id": "who", "max_values": 3, "default_values": presets}
    modal = await opened(
        stage, label(who), label({"type": 8, "custom_id": "where", "default_values": places})
    )

    assert await submitted(stage, modal, {}) == {
        "who": [str(stage.mod.id), str(role.id)],
        "where": [str(stage.general.id)],
    }
    resolved = stage.bot.seen[-1]["d"]["data"]["resolved"]
    assert resolved.keys() == {"users", "members", "roles", "channels"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ({"type": 5, "custom_id": "it"}, []),
        ({"type": 3, "custom_id": "it", "options": choices("a", "b")}, ["a", "b"]),
        ({"type": 3, "custom_id": "it", "options": choices("a", "b")}, ["c"]),
        ({"type": 19, "custom_id": "it"}, []),
        ({"type": 22, "custom_id": "it", "options": choices("a"), "min_values": 2}, ["a"]),
    ],
)
async def test_a_choice_that_the_field_does_not_take_is_not_submitted(
    stage: Scene, field: dict[str, Any], values: list[str]
) -> None:
    modal = await opened(stage, label(field))

    with pytest.raises(ValueError, match="it "):
        await stage.discord.submit_modal(modal, {"it": values})


async def test_a_field_that_is_not_required_may_stay_empty(stage: Scene) -> None:
    modal = await opened(stage, label({"type": 8, "custom_id": "where", "required": False}))

    assert await submitted(stage, modal, {}) == {"where": []}


async def test_every_kind_of_field_can_be_filled(stage: Scene) -> None:
    modal = await opened(
        stage,
        label({"type": 3, "custom_id": "model", "options": choices("flux", "seed")}),
        label({"type": 5, "custom_id": "who"}),
        label({"type": 21, "custom_id": "shape", "options": choices("a", "b")}),
        label({"type": 23, "custom_id": "private"}),
        label({"type": 19, "custom_id": "image"}),
    )
    values = {
        "model": "flux",
        "who": [stage.mod],
        "shape": "a",
        "private": True,
        "image": [Upload("cat.png", b"x")],
    }
    fields = await submitted(stage, modal, values)

    assert fields["model"] == ["flux"]
    assert fields["who"] == [str(stage.mod.id)]
    assert (fields["shape"], fields["private"]) == ("a", True)
    resolved = stage.bot.seen[-1]["d"]["data"]["resolved"]
    assert resolved["attachments"][fields["image"][0]]["filename"] == "cat.png"
    assert resolved["users"][fields["who"][0]]["username"] == "mod"


async def test_texts_and_old_style_rows_are_submitted_too(stage: Scene) -> None:
    modal = await opened(
        stage,
        {"type": 10, "content": "Read this"},
        {"type": 1, "components": [TEXT | {"label": "Prompt"}]},
    )
    await stage.discord.submit_modal(modal, {"prompt": "A dog"})

    assert (await data(stage))["components"] == [
        {"type": 10, "id": 1},
        {
            "type": 1,
            "id": 2,
            "components": [{"type": 4, "id": 3, "custom_id": "prompt", "value": "A dog"}],
        },
    ]


@pytest.mark.parametrize("value", ["", "x" * 21, ["x"]])
async def test_a_text_that_the_field_does_not_take_is_not_submitted(
    stage: Scene, value: object
) -> None:
    modal = await opened(stage, label(TEXT))

    with pytest.raises(ValueError, match="prompt takes 1 to 20 characters"):
        await stage.discord.submit_modal(modal, {"prompt": value})


async def test_a_field_that_is_not_there_can_not_be_filled(stage: Scene) -> None:
    modal = await opened(stage, label(TEXT))

    with pytest.raises(LookupError, match="no field cat"):
        await stage.discord.submit_modal(modal, {"cat": "x"})


async def test_a_modal_of_a_button_brings_the_message_along(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.press(stage.alice, message, "Go")
    modal = {"custom_id": "edit", "title": "Edit", "components": [label(TEXT)]}
    await stage.bot.answer(use, {"type": 9, "data": modal})
    assert use.modal is not None
    again = await stage.discord.submit_modal(use.modal, {})
    await stage.bot.event("INTERACTION_CREATE")
    event = await stage.bot.event("INTERACTION_CREATE")
    await stage.bot.answer(again, {"type": 7, "data": {"content": "Changed"}})

    assert event["message"]["id"] == str(message.id)
    assert message.content == "Changed"
