"""What a picture is, by its own first bytes: no name and no declared type is believed."""

import io
from collections.abc import Mapping
from pathlib import Path

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from bot.domain.pictures import PictureFormat
from bot.providers.svg_header import begins_an_svg, svg_size

# Enough for each of the signatures below, the brands of an AVIF, and what precedes an SVG.
SIGNATURE_BYTES = 1024

# A decoded pixel takes up to 4 bytes, and what shrinks a picture holds it twice.
PIXELS_MAX = 40_000_000

_SIGNATURES: Mapping[bytes, PictureFormat] = {
    b"\x89PNG\r\n\x1a\n": PictureFormat.PNG,
    b"\xff\xd8\xff": PictureFormat.JPEG,
    b"GIF87a": PictureFormat.GIF,
    b"GIF89a": PictureFormat.GIF,
}

# A still picture, and a sequence of pictures.
# https://aomediacodec.github.io/av1-avif/#brands
_AVIF_BRANDS = frozenset({b"avif", b"avis"})

# Named here, a decoder is registered; otherwise the library would load all forty it has.
_DECODERS: Mapping[PictureFormat, str | None] = {
    PictureFormat.PNG: PngImagePlugin.PngImageFile.format,
    PictureFormat.JPEG: JpegImagePlugin.JpegImageFile.format,
    PictureFormat.WEBP: WebPImagePlugin.WebPImageFile.format,
    PictureFormat.GIF: GifImagePlugin.GifImageFile.format,
    PictureFormat.AVIF: AvifImagePlugin.AvifImageFile.format,
}


class UnreadablePictureError(Exception):
    """The bytes are no picture of a format that we take, or too large a one."""


def recognised_format(head: bytes) -> PictureFormat:
    """Name the format of a file that begins with ``head``.

    Raises
    ------
    UnreadablePictureError
        When it is none that we take, such as a page.
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return PictureFormat.WEBP
    if head[4:8] == b"ftyp" and not _AVIF_BRANDS.isdisjoint(_brands(head)):
        return PictureFormat.AVIF
    for signature, picture_format in _SIGNATURES.items():
        if head.startswith(signature):
            return picture_format
    if begins_an_svg(head):
        return PictureFormat.SVG
    raise UnreadablePictureError


def _brands(head: bytes) -> list[bytes]:
    """List what a file of the ISO's kind says that it can be read as; the second is a version."""
    box = head[8 : int.from_bytes(head[:4], "big")]
    return [box[at : at + 4] for at in range(0, len(box), 4)]


def measured(source: Path | bytes, picture_format: PictureFormat) -> tuple[int, int]:
    """Read width and height in pixels from the header, without decoding; it reads a file.

    Raises
    ------
    UnreadablePictureError
        When the header is broken, or tells of more than ``PIXELS_MAX`` pixels.
    """
    if picture_format is PictureFormat.SVG:
        # It has no pixels before somebody draws it.
        return svg_size(source)
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with Image.open(file, formats=[str(_DECODERS[picture_format])]) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise UnreadablePictureError from None
    if not 0 < width * height <= PIXELS_MAX:
        raise UnreadablePictureError
    return width, height
