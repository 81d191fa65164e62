"""The API over HTTP: the only place that knows the key, and where transport errors end.

What matters about a broken request is money: did it *provably never leave*, or *may it have
arrived*? A request is written after the connection stands and TLS is agreed, so everything before
that is the first kind and everything after it the second. That holds for a new connection only: on
one that was kept alive the other side may have hung up already, which looks like a loss though
nothing was read. So submissions never use a kept connection, while questions do.

No error here carries a text of the library's: those can hold the request with its headers.
"""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import final

import orjson
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
    InvalidURL,
)
from aiohttp.http_exceptions import HttpProcessingError

_SUCCESSES = range(200, 300)
# Of some 16 KiB each; then the sender has to wait.
_CHUNKS_AHEAD = 256
_NEVER_SENT = (ClientConnectorError, ConnectionTimeoutError, InvalidURL)
_MAY_HAVE_ARRIVED = (ClientError, HttpProcessingError, OSError, TimeoutError)


class TransportError(Exception):
    """A request or its answer didn't get through."""


@final
class NeverSentError(TransportError):
    """No connection came about: the request provably never left."""


@final
class TransferBrokenError(TransportError):
    """The request may have arrived, but its answer broke off or never came."""


@final
class BodyTooLargeError(TransportError):
    """The body of an answer is longer than its limit."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file as a part of a form."""

    name: str
    media_type: str
    data: bytes

    def form(self) -> FormData:
        """Write the form; each can be sent once."""
        form = FormData()
        # As a file it leaves in pieces; as bytes the library would write all of it in one go.
        file = BytesIO(self.data)
        form.add_field("file", file, filename=self.name, content_type=self.media_type)
        return form


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer to a question; ``date`` is the server's clock, as it came."""

    status: int
    body: bytes
    date: str | None = None


class Answer:
    """The answer to a submission; its body is still to be read, and it has to be closed.

    The body is read ahead of whoever asks for it. The library throws away what it has received and
    nobody took yet, once the connection breaks: the last event of a stream would be lost while the
    one before it is being written down.
    """

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        self._ahead: asyncio.Queue[bytes | Exception] = asyncio.Queue(_CHUNKS_AHEAD)
        self._reading: asyncio.Task[None] | None = None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status

    @property
    def accepted(self) -> bool:
        """Whether the status is one of success."""
        return self.status in _SUCCESSES

    @property
    def media_type(self) -> str:
        """The content type in lower case, without parameters."""
        return self._response.content_type.lower()

    @property
    def retry_after(self) -> str | None:
        """The header ``Retry-After`` as it came."""
        return self._response.headers.get("Retry-After")

    async def next_chunk(self) -> bytes:
        """Wait for bytes; none mean the end, which proves nothing about completeness.

        Raises
        ------
        TransferBrokenError
            When the transfer broke off, or stayed silent for too long.
        """
        self.read_ahead()
        found = await self._ahead.get()
        if isinstance(found, bytes):
            return found
        with _translated():
            raise found

    async def body(self, max_bytes: int) -> bytes:
        """Read what is left.

        Raises
        ------
        TransferBrokenError
            When the transfer broke off, or stayed silent for too long.
        BodyTooLargeError
            When it is longer than ``max_bytes``.
        """
        chunks: list[bytes] = []
        size_bytes = 0
        while chunk := await self.next_chunk():
            chunks.append(chunk)
            size_bytes += len(chunk)
            if size_bytes > max_bytes:
                raise BodyTooLargeError
        return b"".join(chunks)

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        if self._reading is not None:
            self._reading.cancel()
        self._response.close()

    def read_ahead(self) -> None:
        """Begin to read; a second call does nothing."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())

    async def _read_all(self) -> None:
        chunk = b"more"
        while chunk:
            try:
                # Not by line: the library's limit for a line is far below a picture's length.
                chunk = await self._response.content.readany()
            except Exception as error:  # noqa: BLE001  whoever asks for the next chunk gets it
                await self._ahead.put(error)
                return
            await self._ahead.put(chunk)


class ApiHttp:
    """Requests to the API, with the key.

    Parameters
    ----------
    submissions
        The session for what costs money; its connector must not keep connections alive.
    questions
        The session for everything else.
    api_url
        The API's base address, such as ``https://api.get3w.com/api/v3``.
    """

    def __init__(
        self, submissions: ClientSession, questions: ClientSession, api_url: str, api_key: str
    ) -> None:
        self._submissions = submissions
        self._questions = questions
        self._api_url = api_url.rstrip("/")
        self._authorization = f"Bearer {api_key.strip()}"

    async def submit(
        self, model: str, document: Mapping[str, object], *, connect_s: float, silence_s: float
    ) -> Answer:
        """Post a task once and give the answer as soon as its head is here.

        Redirects are not followed: they would take the key, and maybe the charge, elsewhere.

        Raises
        ------
        NeverSentError
            When no connection came about within ``connect_s``.
        TransferBrokenError
            When the answer's head didn't come, or nothing came for ``silence_s``.
        """
        with _translated():
            response = await self._submissions.post(
                f"{self._api_url}/{model}",
                data=orjson.dumps(document),
                headers=self._headers("text/event-stream, application/json")
                | {"Content-Type": "application/json"},
                timeout=ClientTimeout(connect=connect_s, sock_read=silence_s),
                allow_redirects=False,
            )
        answer = Answer(response)
        answer.read_ahead()
        return answer

    async def ask(self, path: str, *, max_bytes: int, timeout_s: float) -> Reply:
        """Get a document; ``timeout_s`` covers all of it.

        Raises
        ------
        TransportError
            When no complete answer within the limits came.
        """
        return await self._exchange("GET", path, max_bytes, timeout_s)

    async def delete(self, path: str, *, timeout_s: float) -> int:
        """Delete a resource and give the status; ``timeout_s`` covers all of it.

        Raises
        ------
        TransportError
            When no complete answer came.
        """
        return (await self._exchange("DELETE", path, 1 << 16, timeout_s)).status

    async def upload(self, path: str, file: FilePart, *, timeout_s: float) -> Reply:
        """Post a file, which costs nothing; ``timeout_s`` covers all of it.

        Raises
        ------
        TransportError
            When no complete answer came.
        """
        return await self._exchange("POST", path, 1 << 16, timeout_s, file.form())

    async def _exchange(
        self,
        method: str,
        path: str,
        max_bytes: int,
        timeout_s: float,
        form: FormData | None = None,
    ) -> Reply:
        with _translated():
            async with self._questions.request(
                method,
                f"{self._api_url}/{path}",
                headers=self._headers("application/json"),
                data=form,
                timeout=ClientTimeout(total=timeout_s),
                allow_redirects=False,
            ) as response:
                body = await Answer(response).body(max_bytes)
                return Reply(response.status, body, response.headers.get("Date"))

    def _headers(self, accept: str) -> dict[str, str]:
        # A compressed stream would arrive in blocks, long after its events.
        return {
            "Authorization": self._authorization,
            "Accept": accept,
            "Accept-Encoding": "identity",
        }


@contextmanager
def _translated() -> Generator[None, None, None]:
    try:
        yield
    except _NEVER_SENT:
        raise NeverSentError from None
    except _MAY_HAVE_ARRIVED:
        raise TransferBrokenError from None
