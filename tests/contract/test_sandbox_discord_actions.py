"""What people send as commands in the local Discord, as its client would let them."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from sandbox.discord.attachments import Upload
from sandbox.discord.permissions import Permission
from tests.contract.painting import PAINT, data, painting
from tests.discord_wire import Body, Scene


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with painting() as opened:
        yield opened


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
