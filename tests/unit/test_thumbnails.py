"""Small pictures for lists: small, still, of any format, and none of what can't be read."""

import io

import pytest
from PIL import Image

from bot.domain.pictures import Picture, PictureFormat
from bot.presentation.thumbnails import Thumbnailer


def encoded(image_format: PictureFormat, size: tuple[int, int] = (1024, 512)) -> Picture:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, image_format.name)
    data = buffer.getvalue()
    return Picture(image_format, *size, len(data), data)


@pytest.mark.parametrize(
    "image_format", [one for one in PictureFormat if one is not PictureFormat.SVG]
)
async def test_every_format_becomes_a_small_webp(image_format: PictureFormat) -> None:
    small = await Thumbnailer().thumbnail(encoded(image_format))

    assert small is not None
    assert (small.format, small.width, small.height) == (PictureFormat.WEBP, 256, 128)
    assert small.size_bytes < 10_000


async def test_a_small_picture_isn_t_made_larger() -> None:
    small = await Thumbnailer().thumbnail(encoded(PictureFormat.PNG, (64, 64)))

    assert small is not None
    assert (small.width, small.height) == (64, 64)


@pytest.mark.parametrize(
    "picture",
    [
        Picture(PictureFormat.SVG, 1, 1, 5, b"<svg>"),
        Picture(PictureFormat.PNG, 1, 1, 5, b"no picture"),
        Picture(PictureFormat.PNG, 1, 1, 5),
    ],
)
async def test_what_can_t_be_read_has_none(picture: Picture) -> None:
    assert await Thumbnailer().thumbnail(picture) is None
