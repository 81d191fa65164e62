"""What people do in the local Discord, as its client would let them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.discord.attachments import Upload
from sandbox.discord.messages import MessageFlag
from sandbox.discord.permissions import Permission
from tests.discord_wire import Body, Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.discord.interactions import Modal

EPHEMERAL = int(MessageFlag.EPHEMERAL)
CHOICES = [{"name": "Square", "value": "square"}, {"name": "Wide", "value": "wide"}]


def option(kind: int, name: str, **changes: Body) -> dict[str, Body]:
    return {"type": kind, "name": name, "description": "x", **changes}


PAINT = {
    "name": "paint",
    "description": "x",
    "options": [
        option(3, "text", min_length=2, max_length=4),
        option(4, "count", min_value=1, max_value=4),
        option(10, "strength", min_value=0.0, max_value=1.0),
        option(5, "private"),
        option(3, "shape", choices=CHOICES),
        option(6, "who"),
        option(7, "where"),
        option(8, "role"),
        option(11, "image"),
    ],
}
SETTINGS = {
    "name": "settings",
    "description": "x",
    "default_member_permissions": str(1 << 5),
    "options": [
        option(
            2, "models", options=[option(1, "allow", options=[option(3, "model", required=True)])]
        ),
        option(1, "panel"),
    ],
}


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene() as opened:
        await opened.bot.register(PAINT, SETTINGS)
        yield opened


async def data(stage: Scene) -> Body:
    return (await stage.bot.event("INTERACTION_CREATE"))["data"]


async def paint(stage: Scene, **options: Body) -> Body:
    """Send /paint, and return what the bot hears of its options."""
    await stage.discord.invoke(stage.alice, stage.general, "paint", options)
    return {item["name"]: item["value"] for item in (await data(stage))["options"]}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"text": "abcd"},
        {"count": 4},
        {"strength": 0.5},
        {"strength": 1},
        {"private": False},
        {"shape": "wide"},
    ],
)
async def test_what_the_command_takes_is_sent(stage: Scene, options: dict[str, Any]) -> None:
    assert await paint(stage, **options) == options


@pytest.mark.parametrize(
    "options",
    [
        {"text": "a"},
        {"text": "abcde"},
        {"text": 3},
        {"count": 0},
        {"count": 5},
        {"count": 1.5},
        {"count": True},
        {"count": "2"},
        {"strength": 1.1},
        {"strength": "much"},
        {"private": "yes"},
        {"shape": "round"},
        {"who": 3},
    ],
)
async def test_what_the_command_does_not_take_is_not_sent(
    stage: Scene, options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="can't be"):
        await stage.discord.invoke(stage.alice, stage.general, "paint", options)


async def test_a_modified_client_sends_it_all_the_same(stage: Scene) -> None:
    await stage.discord.invoke(
        stage.alice, stage.general, "paint", {"text": "far too long"}, unchecked=True
    )

    assert (await data(stage))["options"][0]["value"] == "far too long"


async def test_people_roles_and_channels_come_resolved(stage: Scene) -> None:
    guild = stage.discord.world.guild("Lantern Bay")
    role = guild.role("Moderator")
    await stage.discord.invoke(
        stage.alice,
        stage.general,
        "paint",
        {"who": guild.members[stage.mod.id], "where": stage.general, "role": role},
    )
    sent = await data(stage)

    values = {item["name"]: item["value"] for item in sent["options"]}
    assert values == {
        "who": str(stage.mod.id),
        "where": str(stage.general.id),
        "role": str(role.id),
    }
    resolved = sent["resolved"]
    assert resolved["users"][values["who"]]["username"] == "mod"
    member = resolved["members"][values["who"]]
    assert member["roles"] == [values["role"]]
    assert int(member["permissions"]) & Permission.MANAGE_GUILD
    assert not {"user", "deaf", "mute"} & member.keys()
    assert resolved["channels"][values["where"]]["name"] == "general"
    assert resolved["roles"][values["role"]]["name"] == "Moderator"


async def test_a_resolved_channel_says_what_the_sender_may_do_there(stage: Scene) -> None:
    notices = stage.discord.world.guild("Lantern Bay").channel("notices")
    values = {"where": notices}
    await stage.discord.invoke(stage.alice, stage.general, "paint", values)
    await stage.discord.invoke(stage.mod, stage.general, "paint", values)
    shown = [(await data(stage))["resolved"]["channels"][str(notices.id)] for _ in range(2)]

    may_send = [bool(int(item["permissions"]) & Permission.SEND_MESSAGES) for item in shown]
    assert may_send == [False, True]


async def test_an_uploaded_file_comes_resolved_and_can_be_fetched(stage: Scene) -> None:
    values = await paint(stage, image=Upload("cat.png", b"picture"))
    shown = stage.bot.seen[-1]["d"]["data"]["resolved"]["attachments"][values["image"]]

    assert (shown["filename"], shown["size"]) == ("cat.png", 7)
    async with stage.bot.http.get(shown["url"]) as served:
        assert await served.read() == b"picture"


async def test_a_subcommand_is_named_by_its_words(stage: Scene) -> None:
    options = {"model": "flux"}
    use = await stage.discord.invoke(stage.mod, stage.general, "settings models allow", options)

    (group,) = (await data(stage))["options"]
    (subcommand,) = group["options"]
    assert use.name == "settings models allow"
    assert (group["name"], group["type"]) == ("models", 2)
    assert (subcommand["name"], subcommand["type"]) == ("allow", 1)
    assert subcommand["options"] == [{"name": "model", "type": 3, "value": "flux"}]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("cats", {}),
        ("settings", {}),
        ("settings models", {}),
        ("settings cats", {}),
        ("settings panel", {"cat": "x"}),
    ],
)
async def test_what_is_not_registered_can_not_be_sent(
    stage: Scene, command: str, options: dict[str, Any]
) -> None:
    with pytest.raises(LookupError):
        await stage.discord.invoke(stage.mod, stage.general, command, options)


async def test_a_required_option_must_be_given(stage: Scene) -> None:
    with pytest.raises(ValueError, match="model is required"):
        await stage.discord.invoke(stage.mod, stage.general, "settings models allow")


async def test_a_member_is_not_offered_what_moderators_are(stage: Scene) -> None:
    with pytest.raises(PermissionError):
        await stage.discord.invoke(stage.alice, stage.general, "settings panel")

    names = [item["name"] for item in stage.discord.commands_for(stage.alice, stage.general)]
    assert names == ["paint"]
    assert len(stage.discord.commands_for(stage.mod, stage.general)) == 2


async def test_who_may_not_use_commands_is_offered_none(stage: Scene) -> None:
    stage.discord.admin.deny(stage.general, stage.alice, Permission.USE_APPLICATION_COMMANDS)

    assert stage.discord.commands_for(stage.alice, stage.general) == []


@pytest.mark.parametrize(
    ("change", "in_server", "in_direct", "in_adult"),
    [
        ({}, True, True, True),
        ({"contexts": [0]}, True, False, True),
        ({"contexts": [1]}, False, True, False),
        ({"dm_permission": False}, True, False, True),
        ({"nsfw": True}, False, False, True),
        ({"default_member_permissions": "0"}, False, False, False),
    ],
)
async def test_a_command_is_offered_where_it_belongs(
    stage: Scene, change: dict[str, Any], *, in_server: bool, in_direct: bool, in_adult: bool
) -> None:
    await stage.bot.register(PAINT | change)
    adult = stage.discord.world.guild("Lantern Bay").channel("pictures")
    stage.discord.admin.change_channel(adult, nsfw=True)
    places = (stage.general, stage.discord.world.direct_channel(stage.alice), adult)
    offered = tuple(bool(stage.discord.commands_for(stage.alice, place)) for place in places)

    assert offered == (in_server, in_direct, in_adult)


async def test_an_adults_command_is_offered_in_a_thread_of_an_adults_channel(stage: Scene) -> None:
    await stage.bot.register(PAINT | {"nsfw": True})
    guild = stage.discord.world.guild("Lantern Bay")
    thread = stage.discord.admin.add_channel(guild, "late", guild.channel("after-dark"))

    assert len(stage.discord.commands_for(stage.alice, thread)) == 1


async def test_an_administrator_is_offered_everything(stage: Scene) -> None:
    await stage.bot.register(PAINT | {"default_member_permissions": "0"})
    owner = stage.discord.world.user("host")

    assert len(stage.discord.commands_for(owner, stage.general)) == 1


BUTTONS = {
    "type": 1,
    "components": [
        {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
        {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
        {"type": 2, "style": 5, "label": "Link", "url": "https://example.org"},
    ],
}
MENU = {
    "type": 1,
    "components": [
        {
            "type": 3,
            "custom_id": "model",
            "options": [{"label": name, "value": name} for name in ("flux", "seed")],
        }
    ],
}
WHO = {"type": 1, "components": [{"type": 6, "custom_id": "role"}]}
PLACE = {"type": 1, "components": [{"type": 8, "custom_id": "place", "channel_types": [0]}]}


async def shown(stage: Scene, *rows: dict[str, Body], **fields: Body) -> Body:
    """Have the bot show a message with these rows."""
    use = await stage.discord.invoke(stage.alice, stage.general, "paint")
    await stage.bot.say(use, content="Here", components=rows, **fields)
    await stage.bot.event("INTERACTION_CREATE")
    return use.message


async def test_a_button_is_pressed_by_its_label(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.press(stage.mod, message, "Go")
    event = await stage.bot.event("INTERACTION_CREATE")

    assert (use.name, use.source) == ("go", message)
    assert event["data"] == {"custom_id": "go", "component_type": 2, "id": 2}
    assert event["member"]["user"]["username"] == "mod"


@pytest.mark.parametrize("label", ["Off", "Link", "Stop"])
async def test_only_a_button_that_is_there_can_be_pressed(stage: Scene, label: str) -> None:
    message = await shown(stage, BUTTONS)

    with pytest.raises(LookupError, match="no button"):
        await stage.discord.press(stage.alice, message, label)


async def test_a_button_that_is_gone_by_now_can_be_pressed_by_its_id(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.press(stage.alice, message, custom_id="gone")

    assert use.name == "gone"


async def test_what_one_can_not_see_one_can_not_press(stage: Scene) -> None:
    message = await shown(stage, BUTTONS, flags=EPHEMERAL)

    with pytest.raises(LookupError, match="isn't there"):
        await stage.discord.press(stage.mod, message, "Go")


async def test_a_deleted_message_can_not_be_pressed(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    stage.discord.delete_message(message)

    with pytest.raises(LookupError, match="isn't there"):
        await stage.discord.press(stage.alice, message, "Go")


async def test_a_choice_carries_its_values(stage: Scene) -> None:
    message = await shown(stage, MENU)
    await stage.discord.select(stage.alice, message, ["seed"])

    assert await data(stage) == {
        "custom_id": "model",
        "component_type": 3,
        "id": 2,
        "values": ["seed"],
    }


async def test_a_choice_of_roles_comes_resolved(stage: Scene) -> None:
    message = await shown(stage, MENU, WHO)
    role = stage.discord.world.guild("Lantern Bay").role("Moderator")
    await stage.discord.select(stage.mod, message, [role], custom_id="role")
    sent = await data(stage)

    assert (sent["component_type"], sent["values"]) == (6, [str(role.id)])
    assert sent["resolved"]["roles"][str(role.id)]["name"] == "Moderator"


@pytest.mark.parametrize(
    ("custom_id", "values", "words"),
    [
        ("model", [], "takes 1 to 1"),
        ("model", ["flux", "seed"], "takes 1 to 1"),
        ("model", ["sand"], "doesn't offer sand"),
        ("role", ["flux"], "doesn't offer flux"),
        ("role", ["alice"], "doesn't offer User"),
        ("place", ["cat-sketches"], "doesn't offer Channel"),
    ],
)
async def test_only_what_a_menu_offers_can_be_chosen(
    stage: Scene, custom_id: str, values: list[str], words: str
) -> None:
    message = await shown(stage, MENU, WHO, PLACE)
    guild = stage.discord.world.guild("Lantern Bay")
    things = {"alice": stage.alice, "cat-sketches": guild.channel("cat-sketches")}
    chosen = [things.get(value, value) for value in values]

    with pytest.raises(ValueError, match=words):
        await stage.discord.select(stage.mod, message, chosen, custom_id=custom_id)


async def test_a_modified_client_chooses_in_a_menu_that_is_gone(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.select(
        stage.alice, message, ["anything"], custom_id="gone", unchecked=True
    )

    assert (use.name, use.payload["data"]["values"]) == ("gone", ["anything"])


async def test_only_a_menu_that_is_there_can_be_used(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)

    with pytest.raises(LookupError, match="no menu"):
        await stage.discord.select(stage.alice, message, ["seed"])


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
