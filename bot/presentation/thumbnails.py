"""Small pictures for lists, made from what is kept."""

import asyncio

from bot.domain.pictures import Picture, PictureFormat

# Discord shows a section's thumbnail at 85 points, on screens of up to three pixels a point.
_SIDE_PX = 256


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
    # What decodes pictures takes 4 MB, which a bot that only waits can do without.
    from bot.presentation.reencoding import made_small  # noqa: PLC0415  see above

    return made_small(picture, _SIDE_PX)
