"""A client without opinions, for the tests of the local Get3W: it says what came over the wire."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDictProxy

from sandbox.get3w import Get3WSandbox

AUTH = {"Authorization": "Bearer sk_sandbox"}
MODEL = "get3w/flux-dev"
CAT = "A cat in space"


@dataclass(frozen=True)
class Told:
    """An answer as far as it came, and the error that ended it."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    error: aiohttp.ClientError | None

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        lines = self.body.decode().splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


@dataclass(frozen=True)
class Caller:
    api: Get3WSandbox
    http: aiohttp.ClientSession

    async def submit(self, prompt: str = CAT, model: str = MODEL, **body: object) -> Told:
        sent = {"prompt": prompt, "stream": True, **body}
        async with self.http.post(f"{self.api.url}/{model}", json=sent) as answer:
            return await _read(answer)

    async def get(self, url: str) -> Told:
        url = url if url.startswith("http") else self.api.url + url
        async with self.http.get(url, allow_redirects=False) as answer:
            return await _read(answer)

    async def delete(self, path: str) -> Told:
        async with self.http.delete(self.api.url + path) as answer:
            return await _read(answer)

    async def picture_url(self, prompt: str = CAT) -> str:
        url = (await self.submit(prompt)).events[-1]["outputs"][0]
        assert isinstance(url, str)
        return url

    async def task_path(self, prompt: str = CAT) -> str:
        await self.submit(prompt)
        return f"/predictions/{self.api.submissions[-1].task_id}"

    async def raw_submit(self, prompt: str = CAT) -> bytes:
        """Submit on a bare socket and return every byte until the connection ends."""
        place = urlsplit(self.api.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        body = json.dumps({"prompt": prompt, "stream": True})
        head = f"POST {place.path}/{MODEL} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n"
        writer.write(f"{head}Authorization: {AUTH['Authorization']}\r\n".encode())
        writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        try:
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def calling(*, second_origin: bool = False) -> AsyncIterator[Caller]:
    async with (
        Get3WSandbox.open(pace_s=0, side_px=64, second_origin=second_origin) as api,
        aiohttp.ClientSession(headers=AUTH) as http,
    ):
        yield Caller(api, http)


async def _read(answer: aiohttp.ClientResponse) -> Told:
    body, error = bytearray(), None
    try:
        async for chunk in answer.content.iter_any():
            body += chunk
    except aiohttp.ClientError as broken:
        error = broken
    return Told(answer.status, answer.headers, bytes(body), error)
