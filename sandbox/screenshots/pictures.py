"""A part of the page as a small PNG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from playwright.async_api import Locator

# What is larger gets a palette: a page is flat, and a drawn picture stands it.
PLAIN_MAX_BYTES: Final = 120_000
COLOURS: Final = 256


async def shot(part: Locator) -> bytes:
    """Take a part of the page, with nothing focused and nothing under the pointer."""
    page = part.page
    await page.evaluate("document.activeElement?.blur()")
    await page.mouse.move(0, 0)
    return small(await part.screenshot(animations="disabled"))


def small(png: bytes) -> bytes:
    """Write a PNG as small as it gets while it still looks the same."""
    with Image.open(io.BytesIO(png)) as taken:
        picture = taken.convert("RGB")
    plain = _written(picture)
    return plain if len(plain) <= PLAIN_MAX_BYTES else _written(_with_palette(picture))


def _with_palette(picture: Image.Image) -> Image.Image:
    """Take the colours that matter, and mix the others from them by dots."""
    # Refined once, rare colours such as a name's keep their hue.
    palette = picture.quantize(COLOURS, kmeans=1)
    return picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _written(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
