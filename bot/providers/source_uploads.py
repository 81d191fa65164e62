"""Bringing the picture that a request begins with to where the API finds it.

Models take a picture by its address. Discord's would tell the API in which channel it lies, and be
gone after a day. So the bytes go to the API's own store, under a name that says nothing. An upload
costs nothing, so it may be tried again; a request whose picture didn't get there isn't submitted.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.errors import ServiceUnreachableError, SourceTrouble, SourceUnusableError
from bot.domain.pictures import Picture
from bot.domain.ports import Clock, SourcePictures
from bot.domain.requests import Source
from bot.providers.http import ApiHttp, FilePart, NeverSentError, Reply, TransportError
from bot.providers.json_values import read_object, text_at
from bot.providers.refusals import ACCOUNT_STATUSES, TOO_MANY_REQUESTS
from bot.providers.submission import account_refusal

_PATH = "files/upload"
_ADDRESSES = ("url", "download_url", "file_url")
_ADDRESS_MAX_CHARACTERS = 8192
_WITHIN_S = 120.0
_PAUSES_S = (1.0, 3.0)
# Each holds its picture in memory.
_AT_ONCE = 4
_SUCCESSES = range(200, 300)
_SERVER_ERRORS_FROM = 500
_TROUBLES: Mapping[int, SourceTrouble] = {
    400: SourceTrouble.NOT_A_PICTURE,
    413: SourceTrouble.TOO_LARGE,
    415: SourceTrouble.NOT_A_PICTURE,
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceUploads:
    """Puts pictures into the API's store, each time anew: it forgets them after some days."""

    api: ApiHttp
    sources: SourcePictures
    clock: Clock
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def address_of(self, source: Source) -> str:
        """Give a picture's address at the API.

        Raises
        ------
        SourceUnusableError
            Where the picture can't be used, or the API doesn't take it.
        AccountRefusedError, ServiceUnreachableError
        """
        async with self._turns, self.sources.open(source) as picture:
            answer = await self._uploaded(await _part(picture))
        return _address_in(answer)

    async def _uploaded(self, part: FilePart) -> Reply | TransportError:
        answer = await self._tried(part)
        for pause_s in _PAUSES_S:
            if isinstance(answer, Reply) and not _passes(answer.status):
                break
            await self.clock.sleep(pause_s)
            answer = await self._tried(part)
        return answer

    async def _tried(self, part: FilePart) -> Reply | TransportError:
        try:
            return await self.api.upload(_PATH, part, timeout_s=_WITHIN_S)
        except TransportError as error:
            return error


async def _part(picture: Picture) -> FilePart:
    data = picture.data
    if data is None and picture.path is not None:
        data = await asyncio.to_thread(picture.path.read_bytes)
    return FilePart(f"image.{picture.format.extension}", picture.format.value, data or b"")


def _passes(status: int) -> bool:
    return status == TOO_MANY_REQUESTS or status >= _SERVER_ERRORS_FROM


def _address_in(answer: Reply | TransportError) -> str:
    if isinstance(answer, NeverSentError):
        raise ServiceUnreachableError
    if isinstance(answer, TransportError):
        raise SourceUnusableError(SourceTrouble.NOT_TAKEN)
    if answer.status in ACCOUNT_STATUSES:
        raise account_refusal(answer.status)
    address = _told_in(answer)
    if address is None:
        _log.warning("The image API doesn't take an upload; its answer was %d.", answer.status)
        raise SourceUnusableError(_TROUBLES.get(answer.status, SourceTrouble.NOT_TAKEN))
    return address


def _told_in(reply: Reply) -> str | None:
    document = read_object(reply.body) if reply.status in _SUCCESSES else None
    if document is None:
        return None
    data = document.get("data")
    told = data if isinstance(data, dict) else document
    address = text_at(told, *_ADDRESSES)
    safe = address.startswith(("https://", "http://")) and address.isprintable()
    return address if safe and len(address) <= _ADDRESS_MAX_CHARACTERS else None
