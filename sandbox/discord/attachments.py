"""Files that came with a request, and files that a message shows."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

# Discord replaces these, and an `attachment://` with the name as sent then finds no file.
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.\-]")

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: `index` is the n of its form field `files[n]`.

    Attributes
    ----------
    digested
        Whether its digest is worth the time; see `SandboxSettings.digest_bytes`.
    """

    filename: str
    data: bytes
    content_type: str = "application/octet-stream"
    index: int = 0
    digested: bool = True

    @property
    def size(self) -> int:
        """Return its length in bytes."""
        return len(self.data)

    @cached_property
    def sha256(self) -> str:
        """The digest of its bytes, in hexadecimal; empty where none is wished for."""
        return hashlib.sha256(self.data).hexdigest() if self.digested else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message.

    Attributes
    ----------
    size
        In bytes.
    width, height
        In pixels; None when it isn't a picture that Discord can read.
    description
        The alternative text.
    data
        The bytes; None when the sandbox keeps none (`SandboxSettings.keep_bytes`).
    """

    id: int
    filename: str
    size: int
    sha256: str
    content_type: str
    url: str
    width: int | None = None
    height: int | None = None
    description: str | None = None
    ephemeral: bool = False
    data: bytes | None = None

    @property
    def spoiler(self) -> bool:
        """Say whether it is hidden until it is clicked."""
        return self.filename.startswith("SPOILER_")


class FilePlace(NamedTuple):
    """Where a file will be kept: its id, the address before that, and whether its bytes stay."""

    id: int
    files_url: str
    keep_bytes: bool = True


def stored_file(upload: Upload, place: FilePlace, filename: str = "") -> Attachment:
    """Return what is kept of an upload, under `filename` or its own name."""
    filename = UNSAFE.sub("_", filename or upload.filename)
    width, height = picture_size(upload.data)
    return Attachment(
        id=place.id,
        filename=filename,
        size=upload.size,
        sha256=upload.sha256,
        content_type=content_type_of(filename),
        url=f"{place.files_url}{place.id}/{filename}",
        width=width,
        height=height,
        data=upload.data if place.keep_bytes else None,
    )


def content_type_of(filename: str) -> str:
    """Return the type that Discord would serve a file of this name as."""
    extension = filename.rpartition(".")[2].lower()
    return CONTENT_TYPES.get(extension, "application/octet-stream")


def picture_size(data: bytes) -> tuple[int | None, int | None]:
    """Return width and height in pixels, read from the header alone; None twice if unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, None
