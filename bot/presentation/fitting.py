"""Pictures made into what Discord shows, and made to fit under its upload limit.

The service's own bytes are attached untouched where Discord shows them and they fit: they may carry
marks of provenance that re-encoding loses. Otherwise WebP comes first, since it keeps size and
looks, and movement too; the picture shrinks only when that isn't enough, and an animation becomes a
still only when shrinking isn't.
"""

import asyncio
import io
import logging
from dataclasses import replace

from PIL import Image, ImageOps

from bot.domain.pictures import Alteration, Picture, PictureFormat
from bot.presentation.animations import frames_in, smaller_animation
from bot.presentation.svg_drawing import drawing_of, is_harmless

_QUALITIES = (90, 80)
_SCALE_STEP = 0.75
_SMALLEST_SIDE = 64
# The longest side that WebP can hold.
# https://developers.google.com/speed/webp/faq#what_is_the_maximum_size_a_webp_image_can_be
_WEBP_MAX_SIDE = 16_383
# Re-encoding holds the decoded picture, four bytes for each pixel.
_AT_ONCE = 1

# What Discord promises to show where a message refers to a file of its own.
# https://discord.com/developers/docs/reference#editing-message-attachments
SHOWN = frozenset({PictureFormat.PNG, PictureFormat.JPEG, PictureFormat.WEBP, PictureFormat.GIF})

# What Pillow raises over bytes that are no picture, a damaged one, or too large a one for here.
_BROKEN = (OSError, ValueError, SyntaxError, MemoryError, EOFError, Image.DecompressionBombError)

_log = logging.getLogger(__name__)


class PictureFitter:
    """Re-encodes pictures in a thread, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def fit(self, picture: Picture, max_bytes: int) -> Picture | None:
        """Return the picture, or one made from it; ``None`` where nothing fits."""
        if picture.format is PictureFormat.SVG:
            return await self._drawn(picture, max_bytes)
        if picture.size_bytes <= max_bytes and picture.format in SHOWN:
            return picture
        async with self._turn:
            fitted = await asyncio.to_thread(_made_to_fit, picture, max_bytes)
        if fitted is None and picture.size_bytes <= max_bytes:
            # Better something that perhaps isn't shown than nothing.
            return picture
        return fitted

    async def file_of(self, picture: Picture, max_bytes: int) -> Picture | None:
        """Return what is worth having as a file too: an SVG that fits and does nothing."""
        worth_having = picture.format is PictureFormat.SVG and picture.size_bytes <= max_bytes
        return picture if worth_having and await is_harmless(picture) else None

    async def _drawn(self, picture: Picture, max_bytes: int) -> Picture | None:
        async with self._turn:
            drawing = await drawing_of(picture)
        fitted = drawing and await self.fit(drawing, max_bytes)
        # How many pixels it has was our choice, so that there are fewer is nobody's loss.
        return replace(fitted, altered=drawing.altered) if drawing and fitted else None


def _made_to_fit(picture: Picture, max_bytes: int) -> Picture | None:
    try:
        with _opened(picture) as image:
            return _animation(image, picture, max_bytes) or _still(image, picture, max_bytes)
    except _BROKEN:
        _log.warning("a picture of %d bytes can't be made to fit", picture.size_bytes)
        return None


def _opened(picture: Picture) -> Image.Image:
    source = picture.path if picture.data is None else io.BytesIO(picture.data)
    if source is None:
        raise ValueError("the picture's bytes are gone")
    return Image.open(source, formats=[picture.format.name])


def _animation(image: Image.Image, picture: Picture, max_bytes: int) -> Picture | None:
    if frames_in(image) == 1:
        return None
    moving = smaller_animation(image, max_bytes)
    return _altered(picture, moving.size, moving.data, max_bytes) if moving else None


def _still(image: Image.Image, picture: Picture, max_bytes: int) -> Picture | None:
    moved = frames_in(image) > 1
    image.seek(0)
    still = image.convert("RGBA" if image.has_transparency_data else "RGB")
    still.thumbnail((_WEBP_MAX_SIDE, _WEBP_MAX_SIDE))
    size, data = _first_that_fits(still, max_bytes)
    return _altered(picture, size, data, max_bytes, moved=moved) if data else None


def _first_that_fits(image: Image.Image, max_bytes: int) -> tuple[tuple[int, int], bytes]:
    """Encode in ever smaller ways; give no bytes where none fits."""
    for quality in _QUALITIES:
        data = _webp(image, quality)
        if len(data) <= max_bytes:
            return image.size, data
    while min(image.size) * _SCALE_STEP >= _SMALLEST_SIDE:
        image = ImageOps.scale(image, _SCALE_STEP)
        data = _webp(image, _QUALITIES[-1])
        if len(data) <= max_bytes:
            return image.size, data
    return image.size, b""


def _webp(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality)
    return buffer.getvalue()


def _altered(
    picture: Picture, size: tuple[int, int], data: bytes, max_bytes: int, *, moved: bool = False
) -> Picture:
    smaller = picture.size_bytes > max_bytes or size != (picture.width, picture.height)
    told = {
        Alteration.CONVERTED: picture.format not in SHOWN,
        Alteration.STILL: moved,
        Alteration.SMALLER: smaller and not moved,
    }
    width, height = size
    return Picture(
        format=PictureFormat.WEBP,
        width=width,
        height=height,
        size_bytes=len(data),
        data=data,
        source_url=picture.source_url,
        altered=tuple(alteration for alteration, is_so in told.items() if is_so),
    )
