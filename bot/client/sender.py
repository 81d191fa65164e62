"""Sends edits of messages and deletes them, one request each, and reads what Discord says.

discord.py's own way to edit the answer to an interaction serves another purpose: it queues edits
behind a lock, sleeps out empty buckets and 429s inside it, repeats server errors for half a
minute, and leaves the lock locked when it is cancelled meanwhile. A picture would wait behind all
of that. Here a request is sent once and its fate is told; when to send again is decided by
:mod:`bot.presentation.progress` and :mod:`bot.presentation.delivery`.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson

from bot import __version__
from bot.client.discord_errors import button_ids, json_object, raise_send_error
from bot.domain.pictures import Picture
from bot.presentation.sending import (
    Bucket,
    ChannelRoad,
    DirectMessageRoad,
    Edit,
    FoundAnswer,
    InteractionRoad,
    NewMessageRoad,
    Road,
    SendBrokenError,
    Sent,
    Upload,
)

# https://discord.com/developers/docs/reference#user-agent
USER_AGENT = f"DiscordBot (imagine-bot, {__version__})"
# https://discord.com/developers/docs/resources/message#message-object-message-flags
_IS_COMPONENTS_V2 = 1 << 15
_PIECE_BYTES = 256 * 1024

_Body = bytes | AsyncGenerator[bytes | memoryview] | None


@dataclass(frozen=True, slots=True)
class DiscordSender:
    """Sends over a session that it borrows.

    Fulfils ``Sender``, ``FirstAnswers`` and ``ServerMessages``.

    Attributes
    ----------
    api_url
        Where Discord's REST is, with its version and without a slash at the end.
    bot_token
        Used on the roads that need it, never for an interaction.
    timeout_s, upload_timeout_s
        How long a request without or with pictures may take, from its start to its answer.
    """

    session: aiohttp.ClientSession
    api_url: str
    bot_token: str
    timeout_s: float = 15.0
    upload_timeout_s: float = 90.0

    async def send(self, road: Road, edit: Edit) -> Sent:
        """Send once; give what Discord told of it, or raise a ``SendError``."""
        if isinstance(road, DirectMessageRoad):
            road = NewMessageRoad(await self._direct_channel(road.user_id), road.nonce)
        method, path = _target(road)
        headers = {} if isinstance(road, InteractionRoad) else self._as_bot()
        body, body_headers = _body(_payload(road, edit), edit.uploads)
        timeout_s = self.upload_timeout_s if edit.uploads else self.timeout_s
        answer = await self._request(method, path, headers | body_headers, body, timeout_s)
        message = json_object(answer.content)
        place = _snowflake(message.get("id")), _snowflake(message.get("channel_id"))
        return Sent(_bucket(answer.headers), *place)

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message once; raises a ``SendError``, such as ``MessageGoneError``."""
        path = f"/channels/{channel_id}/messages/{message_id}"
        await self._request("DELETE", path, self._as_bot(), None, self.timeout_s)

    async def find(self, road: InteractionRoad) -> FoundAnswer:
        """Ask once for the message that answered an interaction; raises a ``SendError``."""
        _, path = _target(road)
        answer = await self._request("GET", path, {}, None, self.timeout_s)
        message = json_object(answer.content)
        message_id = _snowflake(message.get("id"))
        if message_id is None:
            raise SendBrokenError
        return FoundAnswer(message_id, button_ids(message))

    async def server_of(self, channel_id: int) -> int | None:
        """Ask once to which server a channel belongs; raises a ``SendError``."""
        path = f"/channels/{channel_id}"
        answer = await self._request("GET", path, self._as_bot(), None, self.timeout_s)
        return _snowflake(json_object(answer.content).get("guild_id"))

    async def _direct_channel(self, user_id: int) -> int:
        body, body_headers = _body(orjson.dumps({"recipient_id": str(user_id)}), ())
        headers = self._as_bot() | body_headers
        answer = await self._request("POST", "/users/@me/channels", headers, body, self.timeout_s)
        channel_id = _snowflake(json_object(answer.content).get("id"))
        if channel_id is None:
            raise SendBrokenError
        return channel_id

    def _as_bot(self) -> dict[str, str]:
        return {"Authorization": f"Bot {self.bot_token}"}

    async def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: _Body | None,
        timeout_s: float,
    ) -> "_Answer":
        request = self.session.request(
            method, f"{self.api_url}{path}", data=body, headers=headers, allow_redirects=False
        )
        try:
            async with asyncio.timeout(timeout_s), request as response:
                content = await response.read()
        except (aiohttp.ClientError, OSError) as error:
            raise SendBrokenError from error
        raise_send_error(response.status, content, response.headers)
        return _Answer(content, response.headers)


@dataclass(frozen=True, slots=True)
class _Answer:
    content: bytes
    headers: Mapping[str, str]


def _target(road: InteractionRoad | ChannelRoad | NewMessageRoad) -> tuple[str, str]:
    match road:
        case InteractionRoad():
            return "PATCH", f"/webhooks/{road.application_id}/{road.token}/messages/@original"
        case ChannelRoad():
            return "PATCH", f"/channels/{road.channel_id}/messages/{road.message_id}"
        case NewMessageRoad():
            return "POST", f"/channels/{road.channel_id}/messages"


def _payload(road: Road, edit: Edit) -> bytes:
    payload: dict[str, object] = {
        "flags": _IS_COMPONENTS_V2,
        "components": [item.to_component_dict() for item in edit.view.children],
        "allowed_mentions": _mentions(edit.mentioned_ids),
    }
    if edit.uploads or edit.replaces_files:
        payload["attachments"] = [
            {"id": str(number), "filename": upload.file_name, "description": upload.alt_text}
            for number, upload in enumerate(edit.uploads)
        ]
    if isinstance(road, NewMessageRoad):
        # The same message sent again, because its answer got lost, doesn't show twice.
        payload |= {"nonce": road.nonce, "enforce_nonce": True}
        if road.reply_to is not None:
            payload["message_reference"] = {"message_id": str(road.reply_to)}
    return orjson.dumps(payload)


def _mentions(user_ids: Sequence[int]) -> dict[str, object]:
    users = [str(user_id) for user_id in user_ids]
    return {"parse": [], "users": users} if users else {"parse": []}


def _body(payload: bytes, uploads: Sequence[Upload]) -> tuple[_Body, dict[str, str]]:
    if not uploads:
        return payload, {"Content-Type": "application/json"}
    form = _Form(payload, uploads, secrets.token_hex(16))
    headers = {
        "Content-Type": f"multipart/form-data; boundary={form.boundary}",
        "Content-Length": str(form.size_bytes()),
    }
    return form.pieces(), headers


@dataclass(frozen=True, slots=True)
class _Form:
    """A multipart body (RFC 7578) that goes out piece by piece, from memory or from disk.

    A whole picture in one write would be copied into the transport's buffer, and the loop would
    stand still meanwhile.
    """

    payload: bytes
    uploads: Sequence[Upload]
    boundary: str

    def size_bytes(self) -> int:
        parts = sum(len(self._head(n, u)) + 2 for n, u in enumerate(self.uploads))
        pictures = sum(upload.picture.size_bytes for upload in self.uploads)
        return len(self._json()) + parts + pictures + len(self._tail())

    async def pieces(self) -> AsyncGenerator[bytes | memoryview]:
        yield self._json()
        for number, upload in enumerate(self.uploads):
            yield self._head(number, upload)
            async for piece in _picture_pieces(upload.picture):
                yield piece
            yield b"\r\n"
        yield self._tail()

    def _json(self) -> bytes:
        disposition = 'Content-Disposition: form-data; name="payload_json"'
        head = f"--{self.boundary}\r\n{disposition}\r\nContent-Type: application/json\r\n\r\n"
        return head.encode() + self.payload + b"\r\n"

    def _head(self, number: int, upload: Upload) -> bytes:
        name = f'name="files[{number}]"; filename="{upload.file_name}"'
        kind = upload.picture.format.value
        head = f"Content-Disposition: form-data; {name}\r\nContent-Type: {kind}\r\n\r\n"
        return f"--{self.boundary}\r\n{head}".encode()

    def _tail(self) -> bytes:
        return f"--{self.boundary}--\r\n".encode()


async def _picture_pieces(picture: Picture) -> AsyncGenerator[bytes | memoryview]:
    if picture.data is not None:
        view = memoryview(picture.data)
        for start in range(0, len(view), _PIECE_BYTES):
            yield view[start : start + _PIECE_BYTES]
    elif picture.path is not None:
        for start in range(0, picture.size_bytes, _PIECE_BYTES):
            yield await asyncio.to_thread(_read_piece, picture.path, start)


def _read_piece(path: Path, start: int) -> bytes:
    # Opened anew for each piece: a request that breaks off would leave an open file behind.
    with path.open("rb") as file:
        file.seek(start)
        return file.read(_PIECE_BYTES)


def _snowflake(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def _bucket(headers: Mapping[str, str]) -> Bucket | None:
    try:
        return Bucket(
            int(headers["X-RateLimit-Remaining"]), float(headers["X-RateLimit-Reset-After"])
        )
    except (KeyError, ValueError):
        return None
