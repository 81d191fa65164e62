"""How large a picture is, by its header; this loads what decodes pictures, which takes 4 MB."""

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
from bot.providers.picture_header import UnreadablePictureError
from bot.providers.svg_header import svg_size

# A decoded pixel takes up to 4 bytes, and what shrinks a picture holds it twice.
PIXELS_MAX = 40_000_000

# Named here, a decoder is registered; otherwise the library would load all forty it has.
_DECODERS: Mapping[PictureFormat, str | None] = {
    PictureFormat.PNG: PngImagePlugin.PngImageFile.format,
    PictureFormat.JPEG: JpegImagePlugin.JpegImageFile.format,
    PictureFormat.WEBP: WebPImagePlugin.WebPImageFile.format,
    PictureFormat.GIF: GifImagePlugin.GifImageFile.format,
    PictureFormat.AVIF: AvifImagePlugin.AvifImageFile.format,
}


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
