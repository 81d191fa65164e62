"""What a picture is, by its own first bytes: no name and no declared type is believed."""

from collections.abc import Mapping

from bot.domain.pictures import PictureFormat
from bot.providers.svg_header import begins_an_svg

# Enough for each of the signatures below, the brands of an AVIF, and what precedes an SVG.
SIGNATURE_BYTES = 1024

_SIGNATURES: Mapping[bytes, PictureFormat] = {
    b"\x89PNG\r\n\x1a\n": PictureFormat.PNG,
    b"\xff\xd8\xff": PictureFormat.JPEG,
    b"GIF87a": PictureFormat.GIF,
    b"GIF89a": PictureFormat.GIF,
}

# A still picture, and a sequence of pictures.
# https://aomediacodec.github.io/av1-avif/#brands
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


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
