"""A bot as bare as can be, for looking at the local Discord from the outside."""

from __future__ import annotations

import asyncio
import zlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import orjson

from sandbox.discord.server import DiscordSandbox

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from sandbox.discord.clock import Clock
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.settings import SandboxSettings
    from sandbox.discord.world import Channel, User, World

Body = Any  # JSON as a test writes it down

TIMEOUT_S = 5.0
IMAGINE = {
    "name": "imagine",
    "description": "Paint a picture",
    "options": [
        {"type": 3, "name": "prompt", "description": "What", "required": True, "max_length": 1500},
        {"type": 3, "name": "model", "description": "With what", "autocomplete": True},
        {"type": 5, "name": "private", "description": "For your eyes only"},
    ],
}


class Reply(NamedTuple):
    """What the REST API answered."""

    status: int
    body: Body
    headers: Mapping[str, str]

    @property
    def code(self) -> int:
        return self.body["code"]


@dataclass
class WireBot:
    """One websocket and one HTTP session, with the token of the sandbox's bot."""

    sandbox: DiscordSandbox
    http: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    inflate: Any = None
    seen: list[Body] = field(default_factory=list)

    @property
    def token(self) -> str:
        return self.sandbox.world.application.token

    @property
    def application_id(self) -> int:
        return self.sandbox.world.application.id

    async def receive(self) -> Body:
        """Return the next message of the gateway."""
        data = (await self.socket.receive(TIMEOUT_S)).data
        text = self.inflate.decompress(data) if isinstance(data, bytes) else data
        message = orjson.loads(text)
        self.seen.append(message)
        return message

    async def event(self, name: str) -> Body:
        """Return the data of the next event of this name, passing others by."""
        while (message := await self.receive())["t"] != name:
            pass
        return message["d"]

    async def op(self, opcode: int) -> Body:
        """Return the next message of this opcode, passing others by."""
        while (message := await self.receive())["op"] != opcode:
            pass
        return message

    async def close_code(self) -> int | None:
        """Wait for the end of the connection, and say how it ended."""
        async with asyncio.timeout(TIMEOUT_S):
            async for _ in self.socket:
                pass
        return self.socket.close_code

    async def send(self, opcode: int, data: Body = None) -> None:
        await self.socket.send_str(orjson.dumps({"op": opcode, "d": data}).decode())

    async def identify(self, **changes: Body) -> Body:
        """Identify, and return what READY says."""
        await self.send_identify(**changes)
        return await self.event("READY")

    async def send_identify(self, **changes: Body) -> None:
        await self.send(2, {"token": self.token, "intents": 1, "properties": {}} | changes)

    async def call(
        self,
        method: str,
        path: str,
        body: Body = None,
        files: Mapping[str, bytes] | None = None,
        **headers: str,
    ) -> Reply:
        """Send a request with the bot's token (`Authorization=""`: without)."""
        content: Body = {"json": body} if body is not None else {}
        if files:
            content = {"data": form(body or {}, files)}
        headers = {"Authorization": f"Bot {self.token}"} | headers
        url = f"{self.sandbox.api_url}{path}"
        async with self.http.request(method, url, headers=headers, **content) as response:
            text = await response.read()
            is_json = response.headers.get("Content-Type") == "application/json"
            return Reply(
                response.status, orjson.loads(text) if is_json else text.decode(), response.headers
            )

    async def answer(
        self, use: Interaction, body: Body, files: Mapping[str, bytes] | None = None
    ) -> Reply:
        """Send the first answer to an interaction, and have it confirmed."""
        path = f"/interactions/{use.id}/{use.token}/callback?with_response=1"
        return await self.call("POST", path, body, files, Authorization="")

    async def say(self, use: Interaction, **data: Body) -> Reply:
        """Answer with a message."""
        return await self.answer(use, {"type": 4, "data": data})

    async def hook(
        self,
        method: str,
        use: Interaction,
        body: Body = None,
        files: Mapping[str, bytes] | None = None,
        message: str = "@original",
    ) -> Reply:
        """Use the interaction's webhook; without a `message` its root."""
        path = f"/webhooks/{self.application_id}/{use.token}"
        path += f"/messages/{message}" if message else ""
        return await self.call(method, path, body, files, Authorization="")

    async def edit(
        self, use: Interaction, body: Body, files: Mapping[str, bytes] | None = None
    ) -> Reply:
        return await self.hook("PATCH", use, body, files)

    async def register(self, *commands: Body) -> Reply:
        return await self.call("PUT", f"/applications/{self.application_id}/commands", commands)


def form(body: Body, files: Mapping[str, bytes]) -> aiohttp.FormData:
    """Return a form with `payload_json` and `files[n]`."""
    data = aiohttp.FormData(quote_fields=False)
    data.add_field("payload_json", orjson.dumps(body).decode())
    for index, (name, content) in enumerate(files.items()):
        data.add_field(
            f"files[{index}]", content, filename=name, content_type="application/octet-stream"
        )
    return data


@asynccontextmanager
async def connected(sandbox: DiscordSandbox, query: str = "") -> AsyncGenerator[WireBot]:
    """Open a websocket to the gateway; nothing has been said yet."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{sandbox.gateway.url}?v=10&encoding=json{query}") as socket,
    ):
        inflate = zlib.decompressobj() if "zlib-stream" in query else None
        yield WireBot(sandbox, http, socket, inflate)


@dataclass
class Scene:
    """A sandbox with a bot in it that has registered /imagine and identified."""

    discord: DiscordSandbox
    bot: WireBot

    @property
    def alice(self) -> User:
        return self.discord.world.user("alice")

    @property
    def mod(self) -> User:
        return self.discord.world.user("mod")

    @property
    def general(self) -> Channel:
        return self.discord.world.guild("Lantern Bay").channel("general")

    async def imagine(self, prompt: str = "A cat", **options: Body) -> Interaction:
        """Let alice send the command; nobody has answered yet."""
        return await self.discord.invoke(
            self.alice, self.general, "imagine", {"prompt": prompt, **options}
        )

    async def answered(self, **data: Body) -> Interaction:
        """Let alice send the command, and answer it with a message."""
        use = await self.imagine()
        reply = await self.bot.say(use, **(data or {"content": "Waiting"}))
        assert reply.status == 200, reply.body
        return use


@asynccontextmanager
async def scene(
    *,
    world: World | None = None,
    clock: Clock | None = None,
    settings: SandboxSettings | None = None,
) -> AsyncGenerator[Scene]:
    async with (
        DiscordSandbox.open(world=world, clock=clock, settings=settings) as sandbox,
        connected(sandbox) as bot,
    ):
        await bot.register(IMAGINE)
        await bot.identify()
        yield Scene(sandbox, bot)
