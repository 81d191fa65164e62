"""Reading what the page asked: who is asking, about which channel, which message.

Whatever doesn't exist, or isn't that person's to see, ends as `web.HTTPNotFound`; a body that isn't
what the contract says as `web.HTTPBadRequest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import orjson
from aiohttp import web

from sandbox.discord.json_types import as_object, int_of
from sandbox.page.wire import may_see, people

if TYPE_CHECKING:
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.server import DiscordSandbox
    from sandbox.discord.world import Channel, User, World

FoundT = TypeVar("FoundT")


async def body_of(request: web.Request) -> JsonObject:
    """Return the JSON object that was sent; other content types are refused.

    A page of another origin can't send this type without asking first, and nobody answers it.
    """
    if request.content_type != "application/json":
        raise web.HTTPBadRequest(text="the body has to be application/json")
    try:
        return as_object(cast("Json", orjson.loads(await request.read())))
    except orjson.JSONDecodeError as error:
        raise web.HTTPBadRequest(text="the body isn't JSON") from error


def viewer_of(request: web.Request, world: World) -> User:
    """Return whose eyes a GET looks through: `?as=ID`, else the first person there is."""
    wanted = request.query.get("as", "")
    if not wanted.isdecimal():
        return people(world)[0]
    return person(world, int(wanted))


def actor_of(body: JsonObject, world: World) -> User:
    """Return who acts: `as` in the body."""
    return person(world, int_of(body, "as"))


def person(world: World, user_id: int) -> User:
    """Return an account that the page may act for."""
    return found(next((user for user in people(world) if user.id == user_id), None), "person")


def channel_of(world: World, channel_id: int, viewer: User) -> Channel:
    """Return a channel that `viewer` can see."""
    channel = found(world.find_channel(channel_id), "channel")
    return found(channel if may_see(world, channel, viewer) else None, "channel")


def message_of(discord: DiscordSandbox, body: JsonObject, viewer: User) -> SandboxMessage:
    """Return the message that `message` in the body names, if `viewer` sees it."""
    channel = channel_of(discord.world, int_of(body, "channel"), viewer)
    wanted = int_of(body, "message")
    messages = discord.messages_in(channel, viewer)
    return found(next((item for item in messages if item.id == wanted), None), "message")


def found(value: FoundT | None, noun: str) -> FoundT:
    """Return `value`, or end the request when there is none."""
    if value is None:
        raise web.HTTPNotFound(text=f"there is no such {noun}")
    return value
