"""Pictures made to fit under Discord's upload limit.

The service's own bytes are attached untouched where they fit: they may carry marks of provenance
that re-encoding loses. Where they don't fit, WebP comes first, since it keeps size and looks; the
picture shrinks only when that isn't enough.
"""

import asyncio
import io
import logging

from PIL import Image, ImageOps

from bot.domain.pictures import Picture, PictureFormat

_QUALITIES = (90, 80)
_SCALE_STEP = 0.75
_SMALLEST_SIDE = 64
# The longest side that WebP can hold.
# https://developers.google.com/speed/webp/faq#what_is_the_maximum_size_a_webp_image_can_be
_WEBP_MAX_SIDE = 16_383
# Re-encoding holds the decoded picture, four bytes for each pixel.
_AT_ONCE = 1

# What Pillow raises over bytes that are no picture, a damaged one, or too large a one for here.
_BROKEN = (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError)

_log = logging.getLogger(__name__)


class PictureFitter:
    """Re-encodes pictures in a thread, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def fit(self, picture: Picture, max_bytes: int) -> Picture | None:
        """Return the picture, or one made smaller; ``None`` where nothing fits."""
        if picture.size_bytes <= max_bytes:
            return picture
        async with self._turn:
            return await asyncio.to_thread(_shrunk, picture, max_bytes)


def _shrunk(picture: Picture, max_bytes: int) -> Picture | None:
    try:
        return _first_that_fits(_decoded(picture), picture, max_bytes)
    except _BROKEN:
        _log.warning("a picture of %d bytes can't be made to fit", picture.size_bytes)
        return None


def _decoded(picture: Picture) -> Image.Image:
    source = picture.path if picture.data is None else io.BytesIO(picture.data)
    if source is None:
        raise ValueError("the picture's bytes are gone")
    with Image.open(source) as opened:
        image = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    image.thumbnail((_WEBP_MAX_SIDE, _WEBP_MAX_SIDE))
    return image


def _first_that_fits(image: Image.Image, picture: Picture, max_bytes: int) -> Picture | None:
    for quality in _QUALITIES:
        data = _webp(image, quality)
        if len(data) <= max_bytes:
            return _altered(picture, image, data)
    while min(image.size) * _SCALE_STEP >= _SMALLEST_SIDE:
        image = ImageOps.scale(image, _SCALE_STEP)
        data = _webp(image, _QUALITIES[-1])
        if len(data) <= max_bytes:
            return _altered(picture, image, data)
    return None


def _webp(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality)
    return buffer.getvalue()


def _altered(picture: Picture, image: Image.Image, data: bytes) -> Picture:
    return Picture(
        format=PictureFormat.WEBP,
        width=image.width,
        height=image.height,
        size_bytes=len(data),
        data=data,
        source_url=picture.source_url,
        altered=True,
    )
