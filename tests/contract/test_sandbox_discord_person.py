"""Somebody in a channel of the demo's servers: who they are there, and what they do."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from sandbox.discord.access import permissions_in
from sandbox.discord.attachments import Upload
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.world import World
from tests.discord_wire import Body, Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.discord.interactions import Interaction

MANAGE = Permission.MANAGE_GUILD
VIEW, SEND = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES
RESTRICTED = str(int(MANAGE))


def option(kind: int, name: str, **changes: Body) -> dict[str, Body]:
    return {"type": kind, "name": name, "description": "x", **changes}


ALLOW = option(
    1,
    "allow",
    options=[
        option(3, "model", required=True, autocomplete=True),
        option(8, "role"),
        option(7, "channel"),
        option(11, "file"),
    ],
)
SETTINGS = {
    "name": "settings",
    "description": "x",
    "default_member_permissions": RESTRICTED,
    "options": [option(2, "models", options=[ALLOW]), option(1, "panel")],
}


@pytest.fixture
def world() -> World:
    return World.demo()


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene() as opened:
        await opened.bot.register(SETTINGS)
        yield opened


@asynccontextmanager
async def answering(stage: Scene, *answers: Body) -> AsyncGenerator[None]:
    """Let the bot give these answers, in order, while a person acts."""

    async def answer() -> None:
        for body in answers:
            event = await stage.bot.event("INTERACTION_CREATE")
            path = f"/interactions/{event['id']}/{event['token']}/callback"
            reply = await stage.bot.call("POST", path, body, Authorization="")
            assert reply.status == 204, reply.body

    async with asyncio.timeout(5):
        task = asyncio.create_task(answer())
        yield
        await task


@pytest.mark.parametrize(
    ("server", "name", "roles"),
    [
        ("Lantern Bay", "alice", []),
        ("Lantern Bay", "bob", []),
        ("Lantern Bay", "dora", ["Artist"]),
        ("Lantern Bay", "carol", ["Moderator"]),
        ("Quiet Harbour", "carol", []),
        ("Quiet Harbour", "mod", ["Moderator"]),
    ],
)
def test_everybody_has_a_standing_in_the_demo(
    world: World, server: str, name: str, roles: list[str]
) -> None:
    guild = world.guild(server)

    assert guild.member(name).role_ids == [guild.role(role).id for role in roles]


@pytest.mark.parametrize(
    ("channel", "who", "sees", "writes"),
    [
        ("general", "bob", True, True),
        ("notices", "bob", True, False),
        ("notices", "carol", True, True),
        ("notices", "imagine", True, False),
        ("mod-log", "bob", False, False),
        ("mod-log", "carol", True, True),
        ("mod-log", "imagine", True, True),
        ("staff-room", "carol", True, True),
        ("staff-room", "imagine", False, False),
        ("cat-sketches", "bob", True, True),
    ],
)
def test_each_channel_of_the_demo_is_open_to_whom_it_is_for(
    world: World, channel: str, who: str, *, sees: bool, writes: bool
) -> None:
    held = permissions_in(world, world.guild("Lantern Bay").channel(channel), world.user(who))

    assert (VIEW in held, SEND in held) == (sees, writes)


def test_one_channel_of_the_demo_is_age_restricted_with_what_is_below_it(world: World) -> None:
    guild = world.guild("Lantern Bay")
    thread = world.add_channel(guild, "late", guild.channel("after-dark"))

    assert guild.is_age_restricted(thread)
    assert [item.name for item in guild.channels.values() if item.nsfw] == ["after-dark"]


async def test_a_nested_command_is_used_by_its_words(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol", "general")
    file = Upload("rules.json", b"{}")
    async with answering(stage, {"type": 4, "data": {"content": "Allowed", "flags": 64}}):
        use = await carol.use(
            "settings models allow",
            model="flux",
            role=carol.role("Artist"),
            channel=carol.guild.channel("pictures"),
            file=file,
        )

    assert use.message in carol.messages
    assert use.payload["data"]["options"][0]["options"][0]["name"] == "allow"


async def test_the_member_in_the_event_is_that_of_the_server(stage: Scene) -> None:
    there = Person.of(stage.discord, "mod", "gallery", server="Quiet Harbour")
    async with answering(stage, {"type": 5}):
        use = await there.use("settings panel")

    member = use.payload["member"]
    assert member["roles"] == [str(there.role("Moderator").id)]
    assert int(member["permissions"]) & MANAGE


async def test_a_moderator_of_one_server_is_nobody_in_another(stage: Scene) -> None:
    there = Person.of(stage.discord, "carol", server="Quiet Harbour")

    with pytest.raises(PermissionError):
        await there.use("settings panel")


async def test_a_modified_client_sends_what_is_not_offered(stage: Scene) -> None:
    bob = Person.of(stage.discord, "bob")
    async with answering(stage, {"type": 5}):
        use = await bob.force("settings panel")

    assert not int(use.payload["member"]["permissions"]) & MANAGE


async def test_choices_are_offered_for_a_nested_option(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol")
    answer = {"type": 8, "data": {"choices": [{"name": "Flux", "value": "flux"}]}}
    async with answering(stage, answer):
        choices = await carol.offered(
            "settings models allow", "model", model="fl", role=carol.role("Artist")
        )

    assert [choice.value for choice in choices] == ["flux"]


async def test_a_thread_is_told_with_its_parent(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol", "cat-sketches")
    async with answering(stage, {"type": 5}):
        use = await carol.use("settings panel")

    shown = use.payload["channel"]
    assert (shown["type"], shown["parent_id"]) == (11, str(carol.channel.parent_id))


async def test_a_person_can_act_in_a_direct_conversation(stage: Scene) -> None:
    await stage.bot.register({"name": "help", "description": "x"})
    user = stage.discord.world.user("bob")
    bob = Person.of(stage.discord, "bob", stage.discord.world.direct_channel(user))
    async with answering(stage, {"type": 5}):
        use = await bob.use("help")

    assert "member" not in use.payload
    with pytest.raises(LookupError):
        _ = bob.guild


def panel(*rows: Body) -> Body:
    return {"type": 4, "data": {"flags": 1 << 15 | 64, "components": list(rows)}}


BUTTONS = {
    "type": 1,
    "components": [{"type": 2, "style": 1, "label": "Limits", "custom_id": "limits"}],
}
ROLES = {"type": 1, "components": [{"type": 6, "custom_id": "role"}]}
FORM = {
    "type": 9,
    "data": {
        "title": "Pictures a day",
        "custom_id": "form",
        "components": [
            {
                "type": 18,
                "label": "How many",
                "component": {"type": 4, "style": 1, "custom_id": "value"},
            }
        ],
    },
}


async def opened(stage: Scene, person: Person) -> Interaction:
    async with answering(stage, panel(BUTTONS, ROLES)):
        return await person.use("settings panel")


async def test_a_private_panel_is_led_through_its_pages(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol")
    first = await opened(stage, carol)
    changed = {"type": 7, "data": {"components": [ROLES]}}
    async with answering(stage, changed, FORM, changed, {"type": 6}):
        pressed = await carol.press(first.message, "Limits")
        asked = await carol.select(pressed.message, [carol.role("Artist")])
        filled = await carol.submit(asked.modal, {"value": "5"})
        await carol.press(filled.message, custom_id="limits")

    assert filled.message is first.message
    assert first.message.ephemeral
    assert len(first.message.history) == 3


async def test_a_private_panel_is_nobody_elses(stage: Scene) -> None:
    message = (await opened(stage, Person.of(stage.discord, "carol"))).message

    with pytest.raises(LookupError):
        await Person.of(stage.discord, "mod").press(message, "Limits")


async def test_who_may_not_see_the_channel_can_not_press(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol")
    async with answering(stage, {"type": 4, "data": {"content": "x", "components": [BUTTONS]}}):
        use = await carol.elsewhere("mod-log").use("settings panel")

    with pytest.raises(LookupError):
        await Person.of(stage.discord, "bob").press(use.message, "Limits")


async def test_where_the_bot_has_left_nothing_is_offered(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol")
    stage.discord.admin.remove_bot(carol.guild)

    with pytest.raises(PermissionError):
        await carol.use("settings panel")


async def test_in_a_deleted_channel_nothing_is_offered(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol", "pictures")
    stage.discord.admin.delete_channel(carol.guild, carol.channel)

    with pytest.raises(PermissionError):
        await carol.use("settings panel")


async def test_a_form_that_was_not_opened_can_not_be_submitted(stage: Scene) -> None:
    carol = Person.of(stage.discord, "carol")
    async with answering(stage, {"type": 5}):
        use = await carol.use("settings panel")

    with pytest.raises(LookupError, match="no modal"):
        await carol.submit(use.modal, {})
