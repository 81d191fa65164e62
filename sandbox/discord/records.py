"""What was asked of the REST API, for tests to look at."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sandbox.discord.attachments import Upload
    from sandbox.discord.json_types import Json


class RecordedFile(NamedTuple):
    """A file that was sent; its bytes are not kept here."""

    field: str
    filename: str
    size: int
    sha256: str
    content_type: str


@dataclass(slots=True, eq=False)
class RecordedRequest:
    """A request and how it was answered.

    Attributes
    ----------
    at_s, took_s
        Unix time of its arrival, and seconds until its answer was ready.
    path
        Decoded, with `/api/v10`.
    route
        The path's pattern, e.g. `/channels/{channel}/messages`; empty when there is none.
    json
        The body, or `payload_json` of a form.
    status, response_code
        Of the answer: HTTP status (0: none was given) and Discord's code where refused.
    """

    at_s: float
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    route: str = ""
    json: Json = None
    files: tuple[RecordedFile, ...] = ()
    status: int = 0
    response_code: int = 0
    took_s: float = 0.0


class Requests:
    """The record, oldest first, bounded."""

    def __init__(self, kept: int) -> None:
        self._requests: deque[RecordedRequest] = deque(maxlen=kept)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(tuple(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def __getitem__(self, index: int) -> RecordedRequest:
        return self._requests[index]

    def add(self, request: RecordedRequest) -> None:
        """Put a request on record."""
        self._requests.append(request)

    def clear(self) -> None:
        """Forget what was asked so far."""
        self._requests.clear()

    def to(self, method: str, route: str) -> list[RecordedRequest]:
        """Return the requests of one method whose route ends like `route`."""
        return [
            request
            for request in self._requests
            if request.method == method and request.route.endswith(route)
        ]


def recorded_files(uploads: Iterable[Upload]) -> tuple[RecordedFile, ...]:
    """Return what the record keeps of files."""
    return tuple(
        RecordedFile(
            f"files[{upload.index}]",
            upload.filename,
            upload.size,
            upload.sha256,
            upload.content_type,
        )
        for upload in uploads
    )
