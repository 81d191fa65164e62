"""Taking a multipart body apart.

Discord's clients send one `payload_json` and files named `files[n]`. The whole body is in memory
already, so the parts are found by searching it for the boundary; a streaming parser took longer
than everything else in an upload together.
"""

from __future__ import annotations

import re
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING, NamedTuple

from sandbox.discord.attachments import Upload
from sandbox.discord.errors import ApiError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_FIELD = re.compile(r"files?\[(\d+)\]")


class Part(NamedTuple):
    """One field of a form."""

    name: str
    filename: str
    content_type: str
    data: bytes


def split(
    body: bytes, content_type: str, *, digested: bool = True
) -> tuple[bytes, tuple[Upload, ...]]:
    """Return `payload_json` (empty when there is none) and the files, in their order.

    Raises
    ------
    ApiError
        The body isn't what its content type says.
    """
    payload = b""
    uploads: list[Upload] = []
    for part in parts(body, content_type):
        if field := FILE_FIELD.fullmatch(part.name):
            index = int(field[1])
            uploads.append(Upload(part.filename, part.data, part.content_type, index, digested))
        elif part.name == "payload_json":
            payload = part.data
    return payload, tuple(uploads)


def parts(body: bytes, content_type: str) -> Iterator[Part]:
    """Yield the fields of a form."""
    boundary = _header(content_type).get_boundary()
    if not boundary:
        raise ApiError(Problem.INVALID_BODY)
    mark = b"--" + boundary.encode()
    start = body.find(mark)
    while start >= 0 and (end := body.find(b"\r\n" + mark, start)) >= 0:
        yield _part(body, start + len(mark) + 2, end)
        start = end + 2


def _part(body: bytes, start: int, end: int) -> Part:
    headers_end = body.find(b"\r\n\r\n", start, end)
    if headers_end < 0:
        raise ApiError(Problem.INVALID_BODY)
    headers = dict(_headers(body[start:headers_end].decode()))
    disposition = _header(headers.get("content-disposition", ""))
    return Part(
        name=_parameter(disposition, "name"),
        filename=_parameter(disposition, "filename"),
        content_type=headers.get("content-type", "text/plain"),
        data=body[headers_end + 4 : end],
    )


def _headers(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\r\n"):
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()


def _header(value: str) -> Message:
    message = Message()
    message["content-type"] = value
    return message


def _parameter(header: Message, name: str) -> str:
    value = header.get_param(name)
    return collapse_rfc2231_value(value) if value else ""
