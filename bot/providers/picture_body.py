"""The body of a picture's answer, and what is wrong with one that is refused."""

from collections.abc import AsyncIterator

from aiohttp import ClientResponse

from bot.domain.pictures import PictureFormat
from bot.providers.picture_header import SIGNATURE_BYTES, recognised_format

_OK = 200
# A picture may be announced before the CDN has it everywhere, hence 404.
_PASSING = (404, 408, 425, 429)
_SERVER_ERRORS_FROM = 500


class DownloadRefusedError(Exception):
    """The address, or what it answered, isn't safe or isn't a picture."""


class DownloadTooLargeError(DownloadRefusedError):
    """There is more of it than is taken."""


class DownloadFaultError(Exception):
    """Something broke that may be whole the next time."""


class PictureBody:
    """The body of an answer, checked while it is read."""

    def __init__(self, response: ClientResponse, max_bytes: int) -> None:
        self._response = response
        self._max_bytes = max_bytes
        self._head = b""

    @property
    def format(self) -> PictureFormat:
        """What the body's first bytes say that it is."""
        return recognised_format(self._head)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the bytes as they arrive.

        Raises
        ------
        DownloadTooLargeError
            When there are too many.
        UnreadablePictureError
            When they don't begin like a picture; that is known at once.
        DownloadFaultError
            When there are none.
        """
        size_bytes = 0
        async for chunk in self._response.content.iter_any():
            size_bytes += len(chunk)
            if size_bytes > self._max_bytes:
                raise DownloadTooLargeError
            self._look_at(chunk)
            yield chunk
        if not size_bytes:
            raise DownloadFaultError

    def _look_at(self, chunk: bytes) -> None:
        if len(self._head) < SIGNATURE_BYTES:
            self._head += chunk[:SIGNATURE_BYTES]
            if len(self._head) >= SIGNATURE_BYTES:
                recognised_format(self._head)


def check_head(response: ClientResponse, max_bytes: int) -> None:
    """See from an answer's head whether its body is worth reading.

    Raises
    ------
    DownloadFaultError
        Where it may be, the next time.
    DownloadRefusedError
        Where it never is.
    """
    if response.status in _PASSING or response.status >= _SERVER_ERRORS_FROM:
        raise DownloadFaultError
    # A compressed body was not asked for, and could be a bomb.
    if response.status != _OK or response.headers.get("Content-Encoding", "identity") != "identity":
        raise DownloadRefusedError
    if (response.content_length or 0) > max_bytes:
        raise DownloadTooLargeError
