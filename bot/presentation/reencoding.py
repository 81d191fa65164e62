"""Pictures encoded anew, as WebP, so that they fit, or small for a list.

Whoever imports this loads Pillow, which takes 4 MB; so it is imported where it is first needed, in
a thread.
"""

import io
import logging

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from bot.domain.pictures import Alteration, Picture, PictureFormat
from bot.presentation.animations import frames_in, smaller_animation
from bot.presentation.shown_formats import SHOWN

# Named here, a format is known to the library; otherwise it would load all forty it has.
_KNOWN = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)

_QUALITIES = (90, 80)
_SCALE_STEP = 0.75
_SMALLEST_SIDE = 64
# The longest side that WebP can hold.
# https://developers.google.com/speed/webp/faq#what_is_the_maximum_size_a_webp_image_can_be
_WEBP_MAX_SIDE = 16_383

# What Pillow raises over bytes that are no picture, a damaged one, or too large a one for here.
_BROKEN = (OSError, ValueError, SyntaxError, MemoryError, EOFError, Image.DecompressionBombError)

_SMALL_QUALITY = 75

_log = logging.getLogger(__name__)


def made_to_fit(picture: Picture, max_bytes: int) -> Picture | None:
    """Make a picture from another that fits; ``None`` where none does. This takes a while."""
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


def made_small(picture: Picture, side_px: int) -> Picture | None:
    """Make a still that is at most so wide and high; ``None`` where it can't be read."""
    try:
        with _opened(picture) as image:
            # A JPEG is decoded at about the size that is needed; others ignore it.
            image.draft("RGB", (side_px, side_px))
            still = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except _BROKEN:
        _log.warning("a kept picture of %d bytes can't be read", picture.size_bytes)
        return None
    still.thumbnail((side_px, side_px))
    data = _webp(still, _SMALL_QUALITY)
    return Picture(PictureFormat.WEBP, still.width, still.height, len(data), data)
