"""The guarded door: the one way in for pictures that a third party's address points to.

The API names addresses, and whoever controls what it says could have the bot fetch from inside its
operator's network and show the result in a channel. So an address is one of two kinds. It has the
API's own origin, which the operator has chosen. Or it is foreign: then only https, and only a
connection to the public internet, checked where the socket is made. Redirects are followed here and
not by the library, each as a new address. The key never goes along, nor do cookies, nor a proxy's
settings from the environment.

What comes is bounded in size and time, and is a picture by its own bytes or is refused. Faults that
pass are tried again; a refusal never is.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import stamina
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    InvalidURL,
)
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from bot.domain.errors import PictureUnfetchableError
from bot.domain.pictures import Output, OutputData, Picture, PictureFormat
from bot.providers.addresses import AddressRefusedError
from bot.providers.picture_body import (
    DownloadFaultError,
    DownloadRefusedError,
    DownloadTooLargeError,
    PictureBody,
    check_head,
)
from bot.providers.picture_header import (
    SIGNATURE_BYTES,
    UnreadablePictureError,
    recognised_format,
)
from bot.providers.picture_store import Kept, PictureStore, SpoolError

PICTURE_MAX_BYTES = 32 << 20
REDIRECTS_MAX = 3
_AT_ONCE = 6
_URL_MAX_CHARACTERS = 8192

_TOTAL_S = 60.0
_CONNECT_S = 10.0
_IDLE_S = 15.0
_TRIES = 4
_TRIES_WITHIN_S = 20.0

_REDIRECTS = (301, 302, 303, 307, 308)

_log = logging.getLogger(__name__)


class Ways(Protocol):
    """The ways out that there are."""

    def session_for(self, url: URL) -> ClientSession:
        """Choose the way for an address.

        Raises
        ------
        DownloadRefusedError
            When there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Doors:
    """The two ways out.

    Attributes
    ----------
    foreign
        A session whose connector makes public sockets only.
    own
        A session without that guard, for the API's own origin.
    own_origin
        Scheme, host and port of the API.
    """

    foreign: ClientSession
    own: ClientSession
    own_origin: URL

    def session_for(self, url: URL) -> ClientSession:
        """Choose the way for an address.

        Raises
        ------
        DownloadRefusedError
            When there is none.
        """
        if not url.host or url.user is not None or url.password is not None:
            raise DownloadRefusedError
        if url.scheme in {"http", "https"} and url.origin() == self.own_origin:
            return self.own
        if url.scheme != "https":
            raise DownloadRefusedError
        return self.foreign


class GuardedDownloads:
    """Fulfils :class:`bot.domain.ports.OutputFetcher`."""

    def __init__(self, ways: Ways, store: PictureStore, max_bytes: int = PICTURE_MAX_BYTES) -> None:
        self._ways = ways
        self._store = store
        self._max_bytes = max_bytes
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, output: Output) -> Picture:
        """Fetch or decode an output, check it and keep its bytes until they are discarded.

        Raises
        ------
        PictureUnfetchableError
            Where the address, the size or the content isn't safe, or never arrived.
        """
        try:
            return await self.taken(output)
        except (DownloadRefusedError, DownloadFaultError, UnreadablePictureError) as error:
            _log.info("A picture couldn't be fetched: %s.", type(error).__name__)
        except TimeoutError:
            _log.info("A picture couldn't be fetched within %d s.", _TOTAL_S)
        except (OSError, SpoolError) as error:
            _log.warning("A picture couldn't be kept: %s.", type(error).__name__)
        raise PictureUnfetchableError

    async def taken(self, output: Output) -> Picture:
        """Do the same as :meth:`fetch`, and tell what was wrong.

        Raises
        ------
        DownloadRefusedError, DownloadFaultError, UnreadablePictureError
            Where the address, the size or the content isn't safe, or never arrived.
        OSError, SpoolError
            Where there was no room for it; a ``TimeoutError`` where it took too long.
        """
        async with self._slots, asyncio.timeout(_TOTAL_S):
            return await self._fetched_again(output)

    async def discard(self, picture: Picture) -> None:
        """Let go of the bytes; a second call does nothing."""
        await self._store.discard(picture)

    async def _fetched_again(self, output: Output) -> Picture:
        """Fetch, once more where the disk didn't take it: the store goes round the disk then."""
        try:
            return await self._fetched(output)
        except SpoolError as error:
            _log.warning("Pictures can't be written to disk (%s); memory takes them.", error)
            return await self._fetched(output)

    async def _fetched(self, output: Output) -> Picture:
        if isinstance(output, OutputData):
            return await self._received(output.data)
        url = _parsed(output.url)
        kept, picture_format = await self._downloaded(url)
        link = str(url) if url.scheme == "https" else None
        return await self._described(kept, picture_format, link)

    async def _received(self, data: bytes) -> Picture:
        if len(data) > self._max_bytes:
            raise DownloadTooLargeError
        picture_format = recognised_format(data[:SIGNATURE_BYTES])
        return await self._described(await self._store.keep_whole(data), picture_format, None)

    async def _described(
        self, kept: Kept, picture_format: PictureFormat, link: str | None
    ) -> Picture:
        try:
            width, height = await asyncio.to_thread(_measured, kept.source, picture_format)
        except BaseException:
            await self._store.discard(kept)
            raise
        return Picture(
            format=picture_format,
            width=width,
            height=height,
            size_bytes=kept.size_bytes,
            data=kept.data,
            path=kept.path,
            source_url=link,
        )

    async def _downloaded(self, url: URL) -> tuple[Kept, PictureFormat]:
        # Nothing is passed to the attempt: the library logs an attempt's arguments.
        async def attempt() -> tuple[Kept, PictureFormat]:
            return await self._try(url)

        caller = stamina.AsyncRetryingCaller(
            attempts=_TRIES,
            timeout=_TRIES_WITHIN_S,
            wait_initial=0.3,
            wait_jitter=0.3,
            wait_max=4.0,
        )
        return await caller.on(DownloadFaultError)(attempt)

    async def _try(self, url: URL) -> tuple[Kept, PictureFormat]:
        try:
            return await self._follow(url)
        except (InvalidURL, UnicodeError):
            # A name that can't be written for a resolver, such as one with an empty label.
            raise DownloadRefusedError from None
        except ClientConnectorError as error:
            if isinstance(error.os_error, AddressRefusedError):
                raise DownloadRefusedError from None
            raise DownloadFaultError from None
        except (ClientError, HttpProcessingError, ConnectionError):
            raise DownloadFaultError from None

    async def _follow(self, url: URL) -> tuple[Kept, PictureFormat]:
        for _ in range(REDIRECTS_MAX + 1):
            session = self._ways.session_for(url)
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await self._take(response)
                url = url.join(_parsed(response.headers.get("Location", "")))
        raise DownloadRefusedError

    async def _take(self, response: ClientResponse) -> tuple[Kept, PictureFormat]:
        check_head(response, self._max_bytes)
        body = PictureBody(response, self._max_bytes)
        kept = await self._store.keep(body.chunks(), response.content_length)
        try:
            # A body shorter than a signature is known for what it is only now.
            return kept, body.format
        except UnreadablePictureError:
            await self._store.discard(kept)
            raise


def _measured(source: Path | bytes, picture_format: PictureFormat) -> tuple[int, int]:
    # What decodes pictures takes 4 MB, which a bot that only waits can do without.
    from bot.providers.picture_size import measured  # noqa: PLC0415  see above

    return measured(source, picture_format)


def _parsed(text: str) -> URL:
    if not text or len(text) > _URL_MAX_CHARACTERS:
        raise DownloadRefusedError
    try:
        return URL(text)
    except ValueError:
        raise DownloadRefusedError from None


def download_timeout() -> ClientTimeout:
    """Give the clocks that the sessions need; the time for a whole picture is kept here."""
    return ClientTimeout(connect=_CONNECT_S, sock_read=_IDLE_S)
