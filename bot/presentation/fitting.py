"""Pictures made into what Discord shows, and made to fit under its upload limit.

The service's own bytes are attached untouched where Discord shows them and they fit: they may carry
marks of provenance that re-encoding loses. Otherwise WebP comes first, since it keeps size and
looks, and movement too; the picture shrinks only when that isn't enough, and an animation becomes a
still only when shrinking isn't.
"""

import asyncio
from dataclasses import replace

from bot.domain.pictures import Picture, PictureFormat
from bot.presentation.shown_formats import SHOWN
from bot.presentation.svg_drawing import drawing_of, is_harmless

# Re-encoding holds the decoded picture, four bytes for each pixel.
_AT_ONCE = 1


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
    # What decodes pictures takes 4 MB, which a bot that only waits can do without.
    from bot.presentation.reencoding import made_to_fit  # noqa: PLC0415  see above

    return made_to_fit(picture, max_bytes)
