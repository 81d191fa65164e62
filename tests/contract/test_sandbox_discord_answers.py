"""The local Discord answers as Discord's own description says that Discord does."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from sandbox.discord.accounts import Team
from sandbox.discord.settings import Rate, SandboxSettings
from tests.discord_openapi import description, location
from tests.discord_wire import IMAGINE, Body, Reply, Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.skipif(
    not location().is_file(), reason=f"no description of Discord's API at {location()}"
)

TEXT = {"type": 10, "content": "A cat"}
GO = {"type": 2, "style": 2, "label": "Go", "custom_id": "go"}
MORE = {"type": 2, "style": 2, "label": "More", "custom_id": "more"}
MENU = {"type": 3, "custom_id": "pick", "options": [{"label": "a", "value": "a"}]}
GALLERY = {
    "type": 12,
    "items": [
        {"media": {"url": "attachment://cat.png"}, "description": "A cat"},
        {"media": {"url": "https://example.org/cat.png"}},
    ],
}
LAYOUT = {
    "flags": 1 << 15,
    "components": [
        {
            "type": 17,
            "accent_color": 1,
            "components": [
                TEXT,
                GALLERY,
                {"type": 14},
                {"type": 9, "components": [TEXT], "accessory": GO},
                {"type": 1, "components": [MORE]},
                {"type": 1, "components": [MENU]},
            ],
        },
        {"type": 13, "file": {"url": "attachment://cat.png"}},
    ],
}
CLASSIC = {
    "content": "For <@{alice}>",
    "embeds": [{"title": "A cat", "image": {"url": "attachment://cat.png"}}],
}


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene(settings=SandboxSettings(webhook_rate=Rate(1000, 1.0))) as opened:
        yield opened


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(stream, "PNG")
    return stream.getvalue()


FILES = {"cat.png": png()}


def problems(method: str, path: str, reply: Reply) -> list[str]:
    api = description(location())
    return list(api.answer_problems(method, path, reply.status, reply.body))


async def asked(
    stage: Scene,
    method: str,
    path: str,
    body: Body = None,
    files: dict[str, bytes] | None = None,
) -> Reply:
    """Send a request, and have its answer looked at."""
    reply = await stage.bot.call(method, path, body, files)
    assert problems(method, path, reply) == []
    return reply


@pytest.mark.parametrize(
    "path",
    [
        "/users/@me",
        "/users/{mod}",
        "/oauth2/applications/@me",
        "/applications/@me",
        "/gateway",
        "/gateway/bot",
        "/applications/{app}/commands",
        "/applications/{app}/commands?with_localizations=1",
        "/applications/{app}/guilds/{guild}/commands",
        "/channels/{channel}",
        "/channels/{channel}/messages",
        "/guilds/{guild}",
        "/guilds/{guild}/roles",
        "/guilds/{guild}/channels",
        "/guilds/{guild}/members/{mod}",
        "/channels/{thread}",
    ],
)
async def test_what_a_bot_asks_for_is_answered_as_described(stage: Scene, path: str) -> None:
    application = stage.discord.world.application
    application.team = Team(7, "Painters", application.owner, [application.owner])
    guild = stage.discord.world.guild("Lantern Bay")
    await stage.answered(**LAYOUT | {"components": [TEXT]})
    names = {
        "app": stage.bot.application_id,
        "guild": stage.general.guild_id,
        "channel": stage.general.id,
        "thread": guild.channel("cat-sketches").id,
        "mod": stage.mod.id,
    }

    assert (await asked(stage, "GET", path.format(**names))).status == 200


@pytest.mark.parametrize("scope", ["", "/guilds/{guild}"])
async def test_a_registration_is_answered_as_described(stage: Scene, scope: str) -> None:
    path = f"/applications/{stage.bot.application_id}{scope}/commands"
    await asked(stage, "PUT", path.format(guild=stage.general.guild_id), [IMAGINE])


@pytest.mark.parametrize("body", [LAYOUT, CLASSIC], ids=["layout", "classic"])
async def test_an_answer_with_a_message_is_confirmed_as_described(
    stage: Scene, body: dict[str, Any]
) -> None:
    use = await stage.imagine()
    path = f"/interactions/{use.id}/{use.token}/callback?with_response=true"
    await asked(stage, "POST", path, {"type": 4, "data": body}, FILES)


@pytest.mark.parametrize("flag", ["true", "false"])
async def test_a_deferred_answer_is_confirmed_as_described(stage: Scene, flag: str) -> None:
    use = await stage.imagine()
    path = f"/interactions/{use.id}/{use.token}/callback?with_response={flag}"
    await asked(stage, "POST", path, {"type": 5})


@pytest.mark.parametrize("body", [{"type": 6}, {"type": 7, "data": {"content": "x"}}])
async def test_an_answer_to_a_press_is_confirmed_as_described(
    stage: Scene, body: dict[str, Any]
) -> None:
    row = {"type": 1, "components": [GO]}
    use = await stage.answered(content="Here", components=[row])
    assert use.message is not None
    press = await stage.discord.press(stage.alice, use.message, "Go")
    path = f"/interactions/{press.id}/{press.token}/callback?with_response=true"
    await asked(stage, "POST", path, body)


async def test_an_interactions_webhook_answers_as_described(stage: Scene) -> None:
    use = await stage.answered(**LAYOUT | {"components": [TEXT]})
    root = f"/webhooks/{stage.bot.application_id}/{use.token}"
    await asked(stage, "PATCH", f"{root}/messages/@original", LAYOUT, FILES)
    await asked(stage, "GET", f"{root}/messages/@original")
    content = {"content": f"For {stage.alice.mention}"}
    follow_up = await asked(stage, "POST", f"{root}?wait=true", CLASSIC | content, FILES)
    await asked(stage, "PATCH", f"{root}/messages/{follow_up.body['id']}", {"content": "x"})
    await asked(stage, "DELETE", f"{root}/messages/@original")


async def test_a_channel_answers_as_described(stage: Scene) -> None:
    root = f"/channels/{stage.general.id}/messages"
    first = (await asked(stage, "POST", root, CLASSIC, FILES)).body["id"]
    reply = {"content": "Yes", "message_reference": {"message_id": first}}
    await asked(stage, "POST", root, reply)
    await asked(stage, "PATCH", f"{root}/{first}", {"content": "Changed"})
    await asked(stage, "GET", f"{root}/{first}")
    await asked(stage, "GET", root)
    await asked(stage, "DELETE", f"{root}/{first}")


async def test_a_direct_conversation_is_opened_as_described(stage: Scene) -> None:
    await asked(stage, "POST", "/users/@me/channels", {"recipient_id": str(stage.alice.id)})


def test_an_answer_that_is_wrong_would_be_found() -> None:
    api = description(location())

    assert list(api.answer_problems("GET", "/gateway", 200, {"uri": "ws://x"}))
    assert list(api.answer_problems("GET", "/gateway", 299, {}))
    assert list(
        api.answer_problems("DELETE", "/channels/1/messages/1", 204, {"message": "no body here"})
    )
