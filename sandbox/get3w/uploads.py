"""The API's store for pictures that others begin with."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from aiohttp import BodyPartReader, web

from sandbox.get3w.ledger import UploadVisit
from sandbox.get3w.payloads import Json, JsonObject, envelope
from sandbox.get3w.replies import Reply

UPLOADS_PATH = "/uploads"
IMAGE_MAX_BYTES = 20 << 20
"""As documented; the store takes videos and sounds too, which nobody here needs."""

ENDINGS: Final[Mapping[bytes, str]] = MappingProxyType(
    {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}
)
IMAGE_KEYS = ("image", "images")
"""Under which names the models take a picture's address, alone or in a list."""


@dataclass(frozen=True, slots=True)
class Store:
    """Pictures by their addresses."""

    origin: str
    pictures: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def take(self, visit: UploadVisit) -> Reply:
        """Keep a picture, and return the answer."""
        ending = next((e for head, e in ENDINGS.items() if visit.data.startswith(head)), None)
        if ending is None:
            return Reply.refusal(HTTPStatus.BAD_REQUEST, "unsupported file format")
        if len(visit.data) > IMAGE_MAX_BYTES:
            return Reply.refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file is too large")
        visit.url = f"{self.origin}{UPLOADS_PATH}/{secrets.token_hex(8)}.{ending}"
        self.pictures[visit.url] = visit.data
        return Reply.json(envelope({"url": visit.url}))

    def named_in(self, body: JsonObject) -> list[bytes]:
        """Return the pictures that a request names.

        Raises
        ------
        LookupError
            One of them isn't here.
        """
        return [self.pictures[address] for address in addresses_in(body)]


def addresses_in(body: JsonObject) -> list[str]:
    """Return the addresses of the pictures that a request begins with."""
    found: list[Json] = []
    for key in IMAGE_KEYS:
        value = body.get(key)
        found += value if isinstance(value, list) else [value]
    return [address for address in found if isinstance(address, str)]


async def upload_in(request: web.Request) -> UploadVisit:
    """Read the form's first file; an empty one where there is none."""
    part = None
    if request.content_type == "multipart/form-data":
        part = await (await request.multipart()).next()
    file = part if isinstance(part, BodyPartReader) else None
    return UploadVisit(
        method=request.method,
        path=request.path,
        headers=request.headers,
        filename=(file.filename if file else None) or "",
        content_type=file.headers.get("Content-Type", "") if file else "",
        data=bytes(await file.read()) if file else b"",
    )
