"""Small pictures for lists, made from what is kept."""

import asyncio
import io
import logging

from PIL import Image

from bot.domain.pictures import Picture, PictureFormat

# Discord shows a section's thumbnail at 85 points, on screens of up to three pixels a point.
_SIDE_PX = 256
_QUALITY = 75
_BROKEN = (OSError, ValueError, SyntaxError, MemoryError, EOFError, Image.DecompressionBombError)

_log = logging.getLogger(__name__)


class Thumbnailer:
    """Makes thumbnails in a thread, one at a time, since each holds a decoded picture."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def thumbnail(self, picture: Picture) -> Picture | None:
        """Make a small still of a picture; ``None`` for drawings, and where it can't be read."""
        if picture.format is PictureFormat.SVG:
            return None
        async with self._turn:
            return await asyncio.to_thread(_small, picture)


def _small(picture: Picture) -> Picture | None:
    source = picture.path if picture.data is None else io.BytesIO(picture.data)
    if source is None:
        return None
    try:
        with Image.open(source, formats=[picture.format.name]) as image:
            # A JPEG is decoded at about the size that is needed; others ignore it.
            image.draft("RGB", (_SIDE_PX, _SIDE_PX))
            still = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except _BROKEN:
        _log.warning("a kept picture of %d bytes can't be read", picture.size_bytes)
        return None
    still.thumbnail((_SIDE_PX, _SIDE_PX))
    buffer = io.BytesIO()
    still.save(buffer, "WEBP", quality=_QUALITY)
    data = buffer.getvalue()
    return Picture(PictureFormat.WEBP, still.width, still.height, len(data), data)
