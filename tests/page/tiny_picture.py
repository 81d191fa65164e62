"""A valid picture of a few bytes."""

from __future__ import annotations

import io

from PIL import Image


def tiny_png(side_px: int = 8) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side_px, side_px), (88, 101, 242)).save(buffer, "PNG")
    return buffer.getvalue()
