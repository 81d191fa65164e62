"""What the page reads: the world, messages, commands, files and the live stream."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.page import asked, wire
from sandbox.page.feed import stream_events
from sandbox.page.replies import json_response

if TYPE_CHECKING:
    from sandbox.discord.attachments import Attachment
    from sandbox.discord.json_types import Json
    from sandbox.discord.server import DiscordSandbox
    from sandbox.discord.world import Channel, User
    from sandbox.page.backstage import BackstageHandlers


class ViewHandlers:
    """The GET half of the contract."""

    def __init__(self, discord: DiscordSandbox, backstage: BackstageHandlers | None) -> None:
        self._discord = discord
        self._backstage = backstage

    def routes(self) -> list[web.RouteDef]:
        """Return its addresses."""
        return [
            web.get("/page/world", self.world),
            web.get(r"/page/channels/{channel:\d+}/messages", self.messages),
            web.get(r"/page/channels/{channel:\d+}/commands", self.commands),
            web.get("/page/events", self.events),
            web.get(r"/page/files/{file:\d+}/{name}", self.file),
        ]

    async def world(self, request: web.Request) -> web.Response:
        """Answer with servers, channels and people."""
        viewer = asked.viewer_of(request, self._discord.world)
        now_s = self._discord.clock.now()
        return json_response(wire.world_json(self._discord.world, viewer, now_s))

    async def messages(self, request: web.Request) -> web.Response:
        """Answer with what a channel shows."""
        channel, viewer = self._place(request)
        shown = self._discord.messages_in(channel, viewer)
        return json_response({"messages": [wire.message_json(item, item.now) for item in shown]})

    async def commands(self, request: web.Request) -> web.Response:
        """Answer with the commands that may be used in a channel, and in its messages' menus."""
        channel, viewer = self._place(request)
        commands: list[Json] = list(self._discord.commands_for(viewer, channel))
        menus: list[Json] = [menu["name"] for menu in self._discord.menus_for(viewer, channel)]
        return json_response({"commands": commands, "menus": menus})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what happens from now on."""
        world = self._discord.world
        viewer = asked.viewer_of(request, world)
        seen = self._backstage.seen_by(viewer) if self._backstage else None
        with self._discord.events.subscribe() as events:
            return await stream_events(request, events, world, viewer, seen)

    async def file(self, request: web.Request) -> web.Response:
        """Answer with the bytes of an attachment."""
        attachment = asked.found(self._attachment(int(request.match_info["file"])), "file")
        data = asked.found(attachment.data, "file any more")
        # A picture that brings script along (SVG) must not run it in the page's own name.
        headers = {"Content-Security-Policy": "sandbox", "Content-Type": attachment.content_type}
        return web.Response(body=data, headers=headers)

    def _place(self, request: web.Request) -> tuple[Channel, User]:
        world = self._discord.world
        viewer = asked.viewer_of(request, world)
        return asked.channel_of(world, int(request.match_info["channel"]), viewer), viewer

    def _attachment(self, file_id: int) -> Attachment | None:
        world = self._discord.world
        in_guilds = (guild.channels.values() for guild in world.guilds.values())
        channels = chain(*in_guilds, world.direct_channels.values())
        messages = (message for item in channels for message in self._discord.messages_in(item))
        files = (file for message in messages for file in message.attachments)
        return next((file for file in files if file.id == file_id), None)
