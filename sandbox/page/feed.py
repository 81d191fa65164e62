"""The live stream to one browser: the events that its person may see, as Server-Sent Events."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from sandbox.discord.events import EventKind
from sandbox.page.wire import may_see, message_json
from sandbox.race import first_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.discord.events import Event, Subscription
    from sandbox.discord.json_types import Json
    from sandbox.discord.world import User, World

# A browser that has gone is noticed when something is written to it.
SIGN_OF_LIFE_S: Final = 15.0
SIGN_OF_LIFE: Final = b": still here\n\n"
# How soon a browser that has lost the stream asks for it again.
GREETING: Final = b"retry: 500\n\n"

MESSAGE_SHOWN: Final = frozenset({EventKind.MESSAGE_CREATED, EventKind.MESSAGE_EDITED})
PLAIN_NEWS: Final = MappingProxyType(
    {EventKind.COMMANDS_CHANGED: "commands", EventKind.WORLD_CHANGED: "world"}
)


# Time alone completes a task and makes a message stale, so what happens behind the stage is looked
# at again and again; it is sent where it has changed.
LOOK_EVERY_S: Final = 0.2


async def stream_events(
    request: web.Request,
    events: Subscription,
    world: World,
    viewer: User,
    backstage: Callable[[], Json] | None = None,
) -> web.StreamResponse:
    """Write events, and what `backstage` says, until the browser goes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(GREETING)
    tellers = [_tell_news(response, events, world, viewer)]
    if backstage is not None:
        tellers.append(_tell_backstage(response, backstage))
    return await first_of(*tellers)


async def _tell_news(
    response: web.StreamResponse, events: Subscription, world: World, viewer: User
) -> web.StreamResponse:
    while True:
        await response.write(await _next_frame(events, world, viewer))


async def _tell_backstage(
    response: web.StreamResponse, backstage: Callable[[], Json]
) -> web.StreamResponse:
    told = b""
    while True:
        frame = _frame("backstage", backstage())
        if frame != told:
            await response.write(frame)
        told = frame
        await asyncio.sleep(LOOK_EVERY_S)


async def _next_frame(events: Subscription, world: World, viewer: User) -> bytes:
    try:
        async with asyncio.timeout(SIGN_OF_LIFE_S):
            return await _next_news(events, world, viewer)
    except TimeoutError:
        return SIGN_OF_LIFE


async def _next_news(events: Subscription, world: World, viewer: User) -> bytes:
    async for event in events:
        if frame := frame_of(event, world, viewer):
            return frame
    raise asyncio.CancelledError  # an endless iteration ends only with its task


def frame_of(event: Event, world: World, viewer: User) -> bytes:
    """Return an event as the stream carries it; empty when it isn't for `viewer`."""
    if event.kind in PLAIN_NEWS:
        return _frame(PLAIN_NEWS[event.kind], {})
    message = event.message
    if message is None or not event.visible_to(viewer):
        return b""
    if not may_see(world, message.channel, viewer):
        return b""
    if event.kind in MESSAGE_SHOWN:
        return _frame("message", message_json(message, event.state or message.now))
    return _frame("gone", {"channel_id": str(message.channel.id), "id": str(message.id)})


def _frame(name: str, data: Json) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data))
