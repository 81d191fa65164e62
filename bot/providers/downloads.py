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
from collections.abc import AsyncIterator
from dataclasses import dataclass

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
from bot.providers.picture_header import (
    SIGNATURE_BYTES,
    UnreadablePictureError,
    measured,
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
_OK = 200
# A picture may be announced before the CDN has it everywhere, hence 404.
_PASSING = (404, 408, 425, 429)
_SERVER_ERRORS_FROM = 500

_log = logging.getLogger(__name__)


class DownloadRefusedError(Exception):
    """The address, or what it answered, isn't safe or isn't a picture."""


class DownloadFaultError(Exception):
    """Something broke that may be whole the next time."""


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

    def __init__(self, doors: Doors, store: PictureStore) -> None:
        self._doors = doors
        self._store = store
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, output: Output) -> Picture:
        """Fetch or decode an output, check it and keep its bytes until they are discarded.

        Raises
        ------
        PictureUnfetchableError
            Where the address, the size or the content isn't safe, or never arrived.
        """
        async with self._slots:
            try:
                async with asyncio.timeout(_TOTAL_S):
                    return await self._fetched_again(output)
            except (DownloadRefusedError, DownloadFaultError, UnreadablePictureError) as error:
                _log.info("A picture couldn't be fetched: %s.", type(error).__name__)
            except TimeoutError:
                _log.info("A picture couldn't be fetched within %d s.", _TOTAL_S)
            except (OSError, SpoolError) as error:
                _log.warning("A picture couldn't be kept: %s.", type(error).__name__)
            raise PictureUnfetchableError

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
        if len(data) > PICTURE_MAX_BYTES:
            raise DownloadRefusedError
        picture_format = recognised_format(data[:SIGNATURE_BYTES])
        return await self._described(await self._store.keep_whole(data), picture_format, None)

    async def _described(
        self, kept: Kept, picture_format: PictureFormat, link: str | None
    ) -> Picture:
        try:
            width, height = await asyncio.to_thread(measured, kept.source, picture_format)
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
            session = self._doors.session_for(url)
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await self._take(response)
                url = url.join(_parsed(response.headers.get("Location", "")))
        raise DownloadRefusedError

    async def _take(self, response: ClientResponse) -> tuple[Kept, PictureFormat]:
        _check_head(response)
        body = PictureBody(response)
        kept = await self._store.keep(body.chunks(), response.content_length)
        try:
            # A body shorter than a signature is known for what it is only now.
            return kept, body.format
        except UnreadablePictureError:
            await self._store.discard(kept)
            raise


class PictureBody:
    """The body of an answer, checked while it is read."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        self._head = b""

    @property
    def format(self) -> PictureFormat:
        """What the body's first bytes say that it is."""
        return recognised_format(self._head)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the bytes as they arrive.

        Raises
        ------
        DownloadRefusedError
            When there are too many.
        UnreadablePictureError
            When they don't begin like a picture; that is known at once.
        DownloadFaultError
            When there are none.
        """
        size_bytes = 0
        async for chunk in self._response.content.iter_any():
            size_bytes += len(chunk)
            if size_bytes > PICTURE_MAX_BYTES:
                raise DownloadRefusedError
            self._look_at(chunk)
            yield chunk
        if not size_bytes:
            raise DownloadFaultError

    def _look_at(self, chunk: bytes) -> None:
        if len(self._head) < SIGNATURE_BYTES:
            self._head += chunk[:SIGNATURE_BYTES]
            if len(self._head) >= SIGNATURE_BYTES:
                recognised_format(self._head)


def _parsed(text: str) -> URL:
    if not text or len(text) > _URL_MAX_CHARACTERS:
        raise DownloadRefusedError
    try:
        return URL(text)
    except ValueError:
        raise DownloadRefusedError from None


def _check_head(response: ClientResponse) -> None:
    if response.status in _PASSING or response.status >= _SERVER_ERRORS_FROM:
        raise DownloadFaultError
    # A compressed body was not asked for, and could be a bomb.
    if response.status != _OK or response.headers.get("Content-Encoding", "identity") != "identity":
        raise DownloadRefusedError
    if (response.content_length or 0) > PICTURE_MAX_BYTES:
        raise DownloadRefusedError


def download_timeout() -> ClientTimeout:
    """Give the clocks that the sessions need; the time for a whole picture is kept here."""
    return ClientTimeout(connect=_CONNECT_S, sock_read=_IDLE_S)
