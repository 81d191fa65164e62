from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio

from tests.page.stand_in_bot import EPHEMERAL, MESSAGE, layout, text
from tests.page.tiny_picture import tiny_png

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.server import DiscordSandbox
    from tests.page.stand_in_bot import StandInBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def client(page_url: str) -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(page_url) as session:
        yield session


async def say(
    discord: DiscordSandbox, bot: StandInBot, words: str, flags: int = 0
) -> SandboxMessage:
    """Let alice's command be answered by these words."""
    general = discord.world.guild("Lantern Bay").channel("general")
    use = await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "x"})
    await bot.answer(await bot.next_interaction(), MESSAGE, layout(text(words), flags=flags))
    assert use.message is not None
    return use.message


def act(discord: DiscordSandbox, who: str, message: SandboxMessage) -> JsonObject:
    return {
        "as": str(discord.world.user(who).id),
        "channel": str(message.channel.id),
        "message": str(message.id),
    }


async def next_event(stream: aiohttp.StreamReader) -> tuple[str, JsonObject]:
    """Read the next event of a stream; comments and empty lines are passed over."""
    async with asyncio.timeout(5):
        while not (line := (await stream.readline()).decode()).startswith("event: "):
            pass
        data = (await stream.readline()).decode().removeprefix("data: ")
    return line.removeprefix("event: ").strip(), json.loads(data)


async def test_every_answer_forbids_scripts_and_pictures_from_elsewhere(
    client: aiohttp.ClientSession,
) -> None:
    for path in ("/", "/static/main.js", "/page/world", "/nowhere"):
        async with client.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'")
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_page_of_another_origin_cannot_act_by_a_plain_form(
    client: aiohttp.ClientSession,
) -> None:
    async with client.post("/page/commands", data={"command": "imagine"}) as response:
        assert response.status == 400
        assert await response.json() == {"error": "the body has to be application/json"}


async def test_the_world_is_told_as_one_person_sees_it(
    discord: DiscordSandbox, client: aiohttp.ClientSession
) -> None:
    mod = discord.world.user("mod")
    async with client.get("/page/world", params={"as": str(mod.id)}) as response:
        world = await response.json()
    assert [guild["name"] for guild in world["guilds"]] == [
        "Lantern Bay",
        "Quiet Harbour",
        "Direct messages",
    ]
    assert world["guilds"][0]["channels"][0]["may_delete"] is True
    playable = [user["username"] for user in world["users"] if user["playable"]]
    assert playable == ["alice", "mod", "bob", "carol", "dora", "host"]


async def test_nobody_can_be_somebody_who_is_not_there(client: aiohttp.ClientSession) -> None:
    async with client.get("/page/world", params={"as": "5"}) as response:
        assert response.status == 404
        assert await response.json() == {"error": "there is no such person"}


async def test_another_persons_private_message_cannot_be_acted_on(
    discord: DiscordSandbox, bot: StandInBot, client: aiohttp.ClientSession
) -> None:
    message = await say(discord, bot, "Only for alice", EPHEMERAL)
    press = act(discord, "mod", message) | {"custom_id": "cancel"}
    async with client.post("/page/components", json=press) as response:
        assert response.status == 404
        assert await response.json() == {"error": "there is no such message"}


async def test_only_a_moderator_may_delete_a_public_message(
    discord: DiscordSandbox, bot: StandInBot, client: aiohttp.ClientSession
) -> None:
    message = await say(discord, bot, "For all")
    async with client.post("/page/deletions", json=act(discord, "alice", message)) as response:
        assert response.status == 400
    async with client.post("/page/deletions", json=act(discord, "mod", message)) as response:
        assert response.status == 200
    assert message.deleted


async def test_what_discord_would_not_send_is_refused_with_a_sentence(
    discord: DiscordSandbox, client: aiohttp.ClientSession
) -> None:
    general = discord.world.guild("Lantern Bay").channel("general")
    alice = str(discord.world.user("alice").id)
    command = {"as": alice, "channel": str(general.id), "command": "paint", "options": {}}
    async with client.post("/page/commands", json=command) as response:
        assert response.status == 400
        assert "paint" in (await response.json())["error"]


async def test_the_stream_tells_of_new_edited_and_deleted_messages(
    discord: DiscordSandbox, bot: StandInBot, client: aiohttp.ClientSession
) -> None:
    alice = str(discord.world.user("alice").id)
    async with client.get("/page/events", params={"as": alice}) as response:
        await response.content.readline()
        message = await say(discord, bot, "For all")
        name, data = await next_event(response.content)
        assert (name, data["id"], data["version"]) == ("message", str(message.id), 0)
        discord.delete_message(message)
        assert await next_event(response.content) == (
            "gone",
            {"channel_id": str(message.channel.id), "id": str(message.id)},
        )


async def test_a_private_message_is_not_in_anybody_elses_stream(
    discord: DiscordSandbox, bot: StandInBot, client: aiohttp.ClientSession
) -> None:
    mod = str(discord.world.user("mod").id)
    async with client.get("/page/events", params={"as": mod}) as response:
        await response.content.readline()
        await say(discord, bot, "Only for alice", EPHEMERAL)
        public = await say(discord, bot, "For all")
        _, data = await next_event(response.content)
    assert data["id"] == str(public.id)


async def test_a_file_is_served_so_that_no_script_in_it_can_run(
    discord: DiscordSandbox, bot: StandInBot, client: aiohttp.ClientSession
) -> None:
    general = discord.world.guild("Lantern Bay").channel("general")
    await discord.invoke(discord.world.user("alice"), general, "imagine", {"prompt": "x"})
    interaction = await bot.next_interaction()
    await bot.answer(interaction, MESSAGE, layout(text("10 %")))
    done = layout({"type": 12, "items": [{"media": {"url": "attachment://cat.png"}}]})
    done["attachments"] = [{"id": 0, "filename": "cat.png"}]
    await bot.edit(interaction, done, [("cat.png", tiny_png())])
    [message] = discord.messages_in(general)
    async with client.get(f"/page/files/{message.attachments[0].id}/cat.png") as response:
        assert await response.read() == tiny_png()
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.content_type == "image/png"
