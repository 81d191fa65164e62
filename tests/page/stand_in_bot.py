"""A bot of a few lines over the real gateway and REST, for tests of the page."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from sandbox.discord.json_types import JsonObject

IDENTIFY = 2
MESSAGE, UPDATE, CHOICES, MODAL = 4, 7, 8, 9
EPHEMERAL = 1 << 6
LOADING = 1 << 7
V2 = 1 << 15


class StandInBot:
    """Interactions come in through `next_interaction`, answers go out through the methods."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        self._session = session
        self._api = api_url
        self._token = token
        self._id = ""
        self._ready = asyncio.Event()
        self._interactions: asyncio.Queue[JsonObject] = asyncio.Queue()

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, api_url: str, token: str, commands: Sequence[JsonObject]
    ) -> AsyncGenerator[StandInBot]:
        async with aiohttp.ClientSession() as session:
            bot = cls(session, api_url, token)
            bot._id = (await bot._get("/oauth2/applications/@me"))["id"]
            await bot.register(commands)
            gateway_url = (await bot._get("/gateway/bot"))["url"]
            async with session.ws_connect(f"{gateway_url}?v=10&encoding=json") as gateway:
                reading = asyncio.create_task(bot._read(gateway))
                try:
                    await bot._ready.wait()
                    yield bot
                finally:
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)

    @property
    def _auth(self) -> dict[str, str]:
        return {"Authorization": f"Bot {self._token}"}

    async def _get(self, path: str) -> JsonObject:
        async with self._session.get(f"{self._api}{path}", headers=self._auth) as response:
            return await response.json()

    async def register(self, commands: Sequence[JsonObject]) -> None:
        url = f"{self._api}/applications/{self._id}/commands"
        async with self._session.put(url, json=list(commands), headers=self._auth) as response:
            response.raise_for_status()

    async def _read(self, gateway: aiohttp.ClientWebSocketResponse) -> None:
        identify = {
            "token": self._token,
            "intents": 1,
            "properties": {"os": "linux", "browser": "test", "device": "test"},
        }
        await gateway.send_json({"op": IDENTIFY, "d": identify})
        async for frame in gateway:
            event = json.loads(frame.data)
            if event.get("t") == "READY":
                self._ready.set()
            if event.get("t") == "INTERACTION_CREATE":
                self._interactions.put_nowait(event["d"])

    async def next_interaction(self) -> JsonObject:
        async with asyncio.timeout(5):
            return await self._interactions.get()

    async def answer(self, interaction: JsonObject, kind: int, data: JsonObject) -> None:
        url = f"{self._api}/interactions/{interaction['id']}/{interaction['token']}/callback"
        async with self._session.post(url, json={"type": kind, "data": data}) as response:
            response.raise_for_status()

    async def edit(
        self, interaction: JsonObject, data: JsonObject, files: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        url = f"{self._api}/webhooks/{self._id}/{interaction['token']}"
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(data), content_type="application/json")
        for index, (name, content) in enumerate(files):
            form.add_field(f"files[{index}]", content, filename=name)
        async with self._session.patch(f"{url}/messages/@original", data=form) as response:
            response.raise_for_status()


def text(content: str) -> JsonObject:
    return {"type": 10, "content": content}


def button(label: str, custom_id: str, style: int = 2) -> JsonObject:
    return {"type": 2, "label": label, "custom_id": custom_id, "style": style}


def row(*components: JsonObject) -> JsonObject:
    return {"type": 1, "components": list(components)}


def layout(*components: JsonObject, flags: int = 0) -> JsonObject:
    container = {"type": 17, "accent_color": 0x5865F2, "components": list(components)}
    return {"flags": V2 | flags, "components": [container]}
