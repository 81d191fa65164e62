"""Messages by the bot's own token, and what a bot asks about itself and its surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.discord.accounts import Team
from sandbox.discord.events import EventKind
from sandbox.discord.messages import MessageFlag, MessageKind, SandboxMessage, Snapshot
from sandbox.discord.permissions import Permission
from sandbox.discord.settings import Rate, SandboxSettings
from tests.discord_wire import IMAGINE, Body, Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

EPHEMERAL = int(MessageFlag.EPHEMERAL)
PLENTY = Rate(1000, 1.0)


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene(settings=SandboxSettings(channel_rate=PLENTY)) as opened:
        yield opened


def messages(stage: Scene, message: object = "") -> str:
    path = f"/channels/{stage.general.id}/messages"
    return f"{path}/{message}" if message else path


async def posted(stage: Scene, content: str = "Hello", **fields: Body) -> SandboxMessage:
    reply = await stage.bot.call("POST", messages(stage), {"content": content, **fields})
    assert reply.status == 200, reply.body
    return stage.discord.messages_in(stage.general)[-1]


def deny(stage: Scene, permission: Permission) -> None:
    bot = stage.discord.world.application.bot
    stage.discord.admin.deny(stage.general, bot, permission)


async def test_the_bot_can_post(stage: Scene) -> None:
    message = await posted(stage)

    assert message.content == "Hello"
    assert message.kind is MessageKind.DEFAULT
    assert message.cause is None
    assert message.author is stage.discord.world.application.bot


async def test_a_post_may_bring_files(stage: Scene) -> None:
    await stage.bot.call("POST", messages(stage), {}, {"a.png": b"x"})

    (message,) = stage.discord.messages_in(stage.general)
    assert message.attachments[0].filename == "a.png"


async def test_a_post_may_reply(stage: Scene) -> None:
    first = await posted(stage)
    second = await posted(stage, message_reference={"message_id": str(first.id)})

    assert (second.kind, second.reply_to) == (MessageKind.REPLY, first)


async def test_what_isn_t_there_takes_no_reply_unless_the_reply_may_stand_alone(
    stage: Scene,
) -> None:
    gone = {"message_id": str(stage.general.id)}

    refused = await stage.bot.call(
        "POST", messages(stage), {"content": "Hi", "message_reference": gone}
    )
    alone = await posted(stage, message_reference={**gone, "fail_if_not_exists": False})

    assert (refused.status, refused.code) == (400, 50035)
    assert alone.reply_to is None


async def test_the_bot_edits_its_own_message(stage: Scene) -> None:
    message = await posted(stage)
    reply = await stage.bot.call("PATCH", messages(stage, message.id), {"content": "Changed"})

    assert (reply.status, message.content) == (200, "Changed")


async def test_an_answer_is_edited_by_the_channel_too(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.expire(use)
    assert use.message is not None
    reply = await stage.bot.call(
        "PATCH", messages(stage, use.message.id), {"content": "Done"}, {"a.png": b"x"}
    )

    assert reply.status == 200
    assert use.message.attachments[0].filename == "a.png"


async def test_a_private_answer_is_unknown_to_the_channel(stage: Scene) -> None:
    use = await stage.answered(content="For you", flags=EPHEMERAL)
    assert use.message is not None
    replies = [
        await stage.bot.call(method, messages(stage, use.message.id), {})
        for method in ("GET", "PATCH", "DELETE")
    ]

    assert [(reply.status, reply.code) for reply in replies] == [(404, 10008)] * 3


async def test_anothers_message_can_not_be_edited(stage: Scene) -> None:
    message = said_by_alice(stage)
    reply = await stage.bot.call("PATCH", messages(stage, message.id), {"content": "x"})

    assert (reply.status, reply.code) == (403, 50005)


@pytest.mark.parametrize(("granted", "status"), [(False, 403), (True, 204)])
async def test_anothers_message_is_deleted_only_with_manage_messages(
    stage: Scene, *, granted: bool, status: int
) -> None:
    message = said_by_alice(stage)
    if granted:
        bot = stage.discord.world.application.bot
        stage.discord.admin.allow(stage.general, bot, Permission.MANAGE_MESSAGES)
    reply = await stage.bot.call("DELETE", messages(stage, message.id))

    assert reply.status == status


def said_by_alice(stage: Scene) -> SandboxMessage:
    message = SandboxMessage(1, stage.general, stage.alice, [Snapshot(0.0, content="Hi")])
    return stage.discord.post(message)


async def test_the_bot_deletes_its_own_message(stage: Scene) -> None:
    message = await posted(stage)
    with stage.discord.events.subscribe() as events:
        await stage.bot.call("DELETE", messages(stage, message.id))
        event = await anext(events)

    assert message.deleted
    assert (event.kind, event.message) == (EventKind.MESSAGE_DELETED, message)


async def test_a_deleted_message_is_unknown(stage: Scene) -> None:
    message = await posted(stage)
    stage.discord.delete_message(message)
    reply = await stage.bot.call("PATCH", messages(stage, message.id), {"content": "x"})

    assert (reply.status, reply.code) == (404, 10008)


async def test_a_message_is_unknown_in_another_channel(stage: Scene) -> None:
    message = await posted(stage)
    other = stage.discord.world.guild("Lantern Bay").channel("pictures")
    reply = await stage.bot.call("GET", f"/channels/{other.id}/messages/{message.id}")

    assert reply.code == 10008


@pytest.mark.parametrize(
    ("permission", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
    ],
)
async def test_posting_needs_its_permissions(
    stage: Scene, permission: Permission, code: int
) -> None:
    deny(stage, permission)
    reply = await stage.bot.call("POST", messages(stage), {"content": "x"})

    assert (reply.status, reply.code) == (403, code)


async def test_editing_needs_to_see_the_channel(stage: Scene) -> None:
    message = await posted(stage)
    deny(stage, Permission.VIEW_CHANNEL)
    reply = await stage.bot.call("PATCH", messages(stage, message.id), {"content": "x"})

    assert (reply.status, reply.code) == (403, 50001)


async def test_attaching_needs_its_permission(stage: Scene) -> None:
    deny(stage, Permission.ATTACH_FILES)
    reply = await stage.bot.call("POST", messages(stage), {}, {"a.png": b"x"})

    assert (reply.status, reply.code) == (403, 50013)


async def test_a_thread_has_a_permission_of_its_own(stage: Scene) -> None:
    thread = stage.discord.admin.add_channel(
        stage.discord.world.guild("Lantern Bay"), "cats", parent=stage.general
    )
    deny(stage, Permission.SEND_MESSAGES_IN_THREADS)
    reply = await stage.bot.call("POST", f"/channels/{thread.id}/messages", {"content": "x"})

    assert (reply.status, reply.code) == (403, 50013)
    assert (await stage.bot.call("POST", messages(stage), {"content": "x"})).status == 200


async def test_messages_come_newest_first_and_in_pages(stage: Scene) -> None:
    for name in "abcd":
        await posted(stage, name)
    second = stage.discord.messages_in(stage.general)[1]
    pages = [
        await stage.bot.call("GET", f"{messages(stage)}?{query}")
        for query in ("limit=2", f"before={second.id}", f"after={second.id}&limit=1", "")
    ]

    shown = ["".join(item["content"] for item in page.body) for page in pages]
    assert shown == ["dc", "a", "c", "dcba"]


@pytest.mark.parametrize("query", ["limit=x", "before=-1", "after=cats"])
async def test_a_page_is_asked_for_in_numbers(stage: Scene, query: str) -> None:
    await posted(stage)
    reply = await stage.bot.call("GET", f"{messages(stage)}?{query}")

    assert (reply.status, reply.code) == (400, 50035)


async def test_one_message_can_be_fetched(stage: Scene) -> None:
    message = await posted(stage)
    reply = await stage.bot.call("GET", messages(stage, message.id))

    assert (reply.body["content"], reply.body["author"]["username"]) == ("Hello", "imagine")


async def test_private_answers_are_not_among_the_messages(stage: Scene) -> None:
    await stage.answered(content="For you", flags=EPHEMERAL)

    assert (await stage.bot.call("GET", messages(stage))).body == []


async def test_reading_needs_the_history(stage: Scene) -> None:
    message = await posted(stage)
    deny(stage, Permission.READ_MESSAGE_HISTORY)
    paths = (messages(stage), messages(stage, message.id))
    replies = [await stage.bot.call("GET", path) for path in paths]

    assert [reply.code for reply in replies] == [50013] * 2


async def test_a_direct_conversation_is_opened_and_written_to(stage: Scene) -> None:
    opened = await stage.bot.call(
        "POST", "/users/@me/channels", {"recipient_id": str(stage.alice.id)}
    )
    reply = await stage.bot.call(
        "POST", f"/channels/{opened.body['id']}/messages", {"content": "Hello"}
    )

    assert (opened.body["type"], reply.status) == (1, 200)
    assert opened.body["recipients"][0]["id"] == str(stage.alice.id)
    conversation = stage.discord.world.direct_channel(stage.alice)
    assert stage.discord.messages_in(conversation)[0].content == "Hello"


async def test_no_conversation_is_opened_with_nobody(stage: Scene) -> None:
    reply = await stage.bot.call("POST", "/users/@me/channels", {"recipient_id": "1"})

    assert reply.code == 10013


async def test_the_bot_learns_who_it_is(stage: Scene) -> None:
    me = (await stage.bot.call("GET", "/users/@me")).body

    assert (me["id"], me["username"], me["bot"]) == (str(stage.bot.application_id), "imagine", True)


@pytest.mark.parametrize("path", ["/oauth2/applications/@me", "/applications/@me"])
async def test_the_bot_learns_of_its_application(stage: Scene, path: str) -> None:
    application = (await stage.bot.call("GET", path)).body

    assert application["id"] == str(stage.bot.application_id)
    assert application["owner"]["username"] == "host"
    assert application["approximate_guild_count"] == 2


async def test_servers_roles_and_channels_can_be_asked_for(stage: Scene) -> None:
    guild = stage.discord.world.guild("Lantern Bay")
    server = (await stage.bot.call("GET", f"/guilds/{guild.id}")).body
    roles = (await stage.bot.call("GET", f"/guilds/{guild.id}/roles")).body
    channels = (await stage.bot.call("GET", f"/guilds/{guild.id}/channels")).body

    assert server["name"] == "Lantern Bay"
    assert [role["name"] for role in roles] == ["@everyone", "Imagine", "Artist", "Moderator"]
    names = [channel["name"] for channel in channels]
    assert names[:3] == ["general", "pictures", "off-topic"]
    assert "cat-sketches" not in names


async def test_a_thread_repeats_nothing_of_its_parent(stage: Scene) -> None:
    thread = stage.discord.world.guild("Lantern Bay").channel("cat-sketches")
    shown = (await stage.bot.call("GET", f"/channels/{thread.id}")).body

    assert shown["parent_id"] == str(thread.parent_id)
    assert not {"nsfw", "permission_overwrites", "topic", "position"} & shown.keys()


async def test_an_application_may_belong_to_a_team(stage: Scene) -> None:
    application = stage.discord.world.application
    application.team = Team(7, "Painters", application.owner, [application.owner, stage.alice])
    shown = (await stage.bot.call("GET", "/oauth2/applications/@me")).body["team"]

    assert (shown["name"], shown["owner_user_id"]) == ("Painters", str(application.owner.id))
    assert [item["user"]["username"] for item in shown["members"]] == ["host", "alice"]


async def test_a_channel_shows_its_overwrites(stage: Scene) -> None:
    deny(stage, Permission.ATTACH_FILES)
    channel = (await stage.bot.call("GET", f"/channels/{stage.general.id}")).body

    assert channel["permission_overwrites"] == [
        {"id": str(stage.bot.application_id), "type": 1, "allow": "0", "deny": str(1 << 15)}
    ]


async def test_people_can_be_asked_for(stage: Scene) -> None:
    guild = stage.discord.world.guild("Lantern Bay")
    user = (await stage.bot.call("GET", f"/users/{stage.mod.id}")).body
    member = (await stage.bot.call("GET", f"/guilds/{guild.id}/members/{stage.mod.id}")).body

    assert user["username"] == member["user"]["username"] == "mod"
    assert member["roles"] == [str(guild.role("Moderator").id)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/users/1", 10013),
        ("/guilds/1", 10004),
        ("/guilds/{guild}/members/1", 10007),
        ("/channels/1", 10003),
        ("/channels/1/messages", 10003),
        ("/applications/1/commands", 10002),
        ("/channels/cats", 50035),
    ],
)
async def test_what_is_not_there_is_unknown(stage: Scene, path: str, code: int) -> None:
    guild = stage.discord.world.guild("Lantern Bay")
    reply = await stage.bot.call("GET", path.format(guild=guild.id))

    assert reply.code == code


async def test_a_channel_that_the_bot_can_not_see_is_refused(stage: Scene) -> None:
    deny(stage, Permission.VIEW_CHANNEL)

    assert (await stage.bot.call("GET", f"/channels/{stage.general.id}")).code == 50001


async def test_a_registration_is_answered_with_ids_versions_and_defaults(stage: Scene) -> None:
    reply = await stage.bot.register({"name": "help", "description": "What it can do"})

    (command,) = reply.body
    assert command.pop("id").isdecimal()
    assert command.pop("version").isdecimal()
    assert command == {
        "application_id": str(stage.bot.application_id),
        "type": 1,
        "name": "help",
        "name_localizations": None,
        "description": "What it can do",
        "description_localizations": None,
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "nsfw": False,
    }


async def test_options_come_back_without_what_is_not_set(stage: Scene) -> None:
    reply = await stage.bot.register(
        {
            "name": "help",
            "description": "x",
            "default_member_permissions": 32,
            "options": [
                {"type": 3, "name": "a", "description": "x", "required": True, "max_length": 9},
                {
                    "type": 3,
                    "name": "b",
                    "description": "x",
                    "required": False,
                    "choices": [{"name": "c", "value": "c"}],
                },
            ],
        }
    )

    (command,) = reply.body
    first, second = command["options"]
    assert command["default_member_permissions"] == "32"
    assert (first["required"], first["max_length"]) == (True, 9)
    assert "required" not in second
    assert second["choices"] == [{"name_localizations": None, "name": "c", "value": "c"}]


async def test_a_list_has_localisations_only_when_asked(stage: Scene) -> None:
    path = f"/applications/{stage.bot.application_id}/commands"
    plain = (await stage.bot.call("GET", path)).body[0]
    full = (await stage.bot.call("GET", f"{path}?with_localizations=1")).body[0]

    assert "name_localizations" not in plain
    assert "name_localizations" not in plain["options"][0]
    assert full["name_localizations"] is None
    assert plain["id"] == full["id"]


async def test_an_unchanged_command_keeps_id_and_version(stage: Scene) -> None:
    (before,) = stage.discord.commands
    (after,) = (await stage.bot.register(IMAGINE)).body

    assert (after["id"], after["version"]) == (before["id"], before["version"])
    assert stage.discord.command_writes == 2


async def test_a_changed_command_keeps_its_id_and_gets_a_new_version(stage: Scene) -> None:
    (before,) = stage.discord.commands
    (after,) = (await stage.bot.register(IMAGINE | {"description": "Changed"})).body

    assert after["id"] == before["id"]
    assert after["version"] != before["version"]


async def test_a_registration_replaces_all_others(stage: Scene) -> None:
    with stage.discord.events.subscribe() as events:
        await stage.bot.register({"name": "help", "description": "x"})
        event = await anext(events)

    assert [command["name"] for command in stage.discord.commands] == ["help"]
    assert event.kind is EventKind.COMMANDS_CHANGED


async def test_a_servers_own_commands_live_beside_the_global_ones(stage: Scene) -> None:
    guild = stage.discord.world.guild("Lantern Bay")
    path = f"/applications/{stage.bot.application_id}/guilds/{guild.id}/commands"
    reply = await stage.bot.call("PUT", path, [{"name": "local", "description": "x"}])

    assert reply.body[0]["guild_id"] == str(guild.id)
    assert "contexts" not in reply.body[0]
    here = stage.discord.commands_for(stage.alice, stage.general)
    elsewhere = stage.discord.world.guild("Quiet Harbour").channel("general")
    there = stage.discord.commands_for(stage.alice, elsewhere)
    assert [command["name"] for command in here] == ["local", "imagine"]
    assert [command["name"] for command in there] == ["imagine"]


LONG = [{"name": "x" * 100, "value": str(number)} for number in range(25)]
OPTION = {"type": 3, "name": "a", "description": "x"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Imagine"},
        {"name": "x" * 33},
        {"name": "two words"},
        {"description": ""},
        {"description": "x" * 101},
        {"options": [OPTION | {"name": f"o{n}"} for n in range(26)]},
        {"options": [OPTION, OPTION]},
        {"options": [OPTION, OPTION | {"name": "b", "required": True}]},
        {"options": [OPTION | {"type": 12}]},
        {"options": [OPTION | {"choices": [{"name": "x", "value": "x"}] * 26}]},
        {"options": [OPTION | {"choices": [{"name": "x", "value": "x"}], "autocomplete": True}]},
        {"options": [OPTION | {"name": f"o{n}", "choices": LONG} for n in range(4)]},
    ],
)
async def test_a_command_that_discord_would_refuse_is_refused(
    stage: Scene, change: dict[str, Any]
) -> None:
    reply = await stage.bot.register(IMAGINE | change)

    assert (reply.status, reply.code) == (400, 50035)
    assert [command["name"] for command in stage.discord.commands] == ["imagine"]


async def test_two_commands_of_one_name_are_refused(stage: Scene) -> None:
    assert (await stage.bot.register(IMAGINE, IMAGINE)).code == 50035


async def test_a_message_command_may_have_capitals_and_no_description(stage: Scene) -> None:
    reply = await stage.bot.register({"type": 3, "name": "Use as image"})

    assert reply.status == 200
