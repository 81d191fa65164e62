"""Pictures made to fit, with real pictures and the real Pillow."""

import io
import logging
import struct
import zlib
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.pictures import Picture, PictureFormat
from bot.presentation.final_edits import REQUEST_MAX_BYTES
from bot.presentation.fitting import PictureFitter
from bot.presentation.sending import (
    InteractionRoad,
    SendBrokenError,
    SendLimitedError,
    SendTooLargeError,
)
from tests.unit.discord_side import DiscordSide, a_delivery
from tests.unit.jobs import done

SOURCE_URL = "https://cdn.example/noise.png"


@cache
def noise(width: int = 512, height: int = 512, mode: str = "RGB", kind: str = "PNG") -> bytes:
    """Draw what compresses worst."""
    channels = [Image.effect_noise((width, height), 90) for _ in mode]
    buffer = io.BytesIO()
    Image.merge(mode, channels).save(buffer, kind)
    return buffer.getvalue()


def a_noisy_picture(width: int = 512, height: int = 512, mode: str = "RGB") -> Picture:
    data = noise(width, height, mode)
    return Picture(PictureFormat.PNG, width, height, len(data), data, source_url=SOURCE_URL)


def decoded(picture: Picture) -> Image.Image:
    assert picture.data is not None
    with Image.open(io.BytesIO(picture.data)) as image:
        image.load()
        return image


async def test_a_picture_that_fits_is_left_as_it_is() -> None:
    picture = a_noisy_picture()

    assert await PictureFitter().fit(picture, picture.size_bytes) is picture


async def test_a_picture_over_the_limit_becomes_webp_under_it() -> None:
    picture = a_noisy_picture()

    fitted = await PictureFitter().fit(picture, picture.size_bytes - 1)

    assert fitted is not None
    assert fitted.data is not None
    assert fitted.format is PictureFormat.WEBP
    assert fitted.size_bytes == len(fitted.data) < picture.size_bytes
    assert decoded(fitted).format == "WEBP"


async def test_a_fitted_picture_keeps_its_size_where_that_is_enough() -> None:
    picture = a_noisy_picture()

    fitted = await PictureFitter().fit(picture, picture.size_bytes // 2)

    assert fitted is not None
    assert (fitted.width, fitted.height) == decoded(fitted).size == (512, 512)


async def test_a_picture_shrinks_until_it_fits() -> None:
    picture = a_noisy_picture()

    fitted = await PictureFitter().fit(picture, 30_000)

    assert fitted is not None
    assert fitted.size_bytes <= 30_000
    assert (fitted.width, fitted.height) == decoded(fitted).size
    assert 64 <= fitted.width == fitted.height < 512


async def test_a_fitted_picture_says_that_it_is_altered_and_where_it_came_from() -> None:
    picture = a_noisy_picture()

    fitted = await PictureFitter().fit(picture, 100_000)

    assert fitted is not None
    assert fitted.altered
    assert fitted.source_url == SOURCE_URL


async def test_transparency_survives_being_made_to_fit() -> None:
    fitted = await PictureFitter().fit(a_noisy_picture(256, 256, "RGBA"), 100_000)

    assert fitted is not None
    assert decoded(fitted).has_transparency_data


async def test_a_picture_on_disk_is_made_to_fit_too(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(noise())
    picture = Picture(PictureFormat.PNG, 512, 512, len(noise()), path=path)

    fitted = await PictureFitter().fit(picture, 100_000)

    assert fitted is not None
    assert fitted.path is None
    assert path.exists(), "whoever fetched it discards it"


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
async def test_every_format_that_comes_in_can_be_made_to_fit(kind: str) -> None:
    data = noise(kind=kind)
    picture = Picture(PictureFormat[kind], 512, 512, len(data), data)

    fitted = await PictureFitter().fit(picture, 40_000)

    assert fitted is not None
    assert fitted.size_bytes <= 40_000


async def test_nothing_is_made_that_nobody_could_recognise() -> None:
    assert await PictureFitter().fit(a_noisy_picture(), 500) is None


async def test_a_side_longer_than_webp_can_hold_is_shortened() -> None:
    picture = a_noisy_picture(20_000, 80)

    fitted = await PictureFitter().fit(picture, picture.size_bytes - 1)

    assert fitted is not None
    assert fitted.width == 16_383


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]


def _bomb() -> bytes:
    """Announce a picture of 900 megapixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>no picture</html>",
        noise()[:5000],
        noise()[:30],
        _flipped(noise(), 20),
        _flipped(noise(), len(noise()) // 2),
        _bomb(),
    ],
    ids=["empty", "html", "cut", "cut head", "damaged head", "damaged", "bomb"],
)
async def test_broken_bytes_fit_in_no_way(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    picture = Picture(PictureFormat.PNG, 512, 512, 600_000, data)

    assert await PictureFitter().fit(picture, 100_000) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_bytes_that_are_gone_fit_in_no_way(tmp_path: Path) -> None:
    no_file = Picture(PictureFormat.PNG, 512, 512, 600_000, path=tmp_path / "gone")
    no_bytes = Picture(PictureFormat.PNG, 512, 512, 600_000)

    fitter = PictureFitter()
    assert await fitter.fit(no_file, 100_000) is None
    assert await fitter.fit(no_bytes, 100_000) is None


async def test_a_message_gets_the_fitted_picture_and_says_so() -> None:
    side = DiscordSide()

    await a_delivery(side, file_max_bytes=200_000).deliver(done(a_noisy_picture()))

    (upload,) = side.sent[0].edit.uploads
    assert upload.file_name.endswith(".webp")
    assert upload.picture.size_bytes <= 200_000
    assert "made smaller to fit" in side.texts[0]


async def test_an_upload_that_discord_calls_too_large_is_sent_smaller() -> None:
    side = DiscordSide(script={InteractionRoad: [SendTooLargeError(), SendTooLargeError()]})
    picture = a_noisy_picture()

    await a_delivery(side).deliver(done(picture))

    sizes = [sent.edit.uploads[0].picture.size_bytes for sent in side.sent]
    assert sizes[0] == picture.size_bytes
    assert sizes[1] <= 0.6 * sizes[0]
    assert sizes[2] <= 0.6 * sizes[1]


async def test_an_upload_that_is_always_too_large_becomes_a_link() -> None:
    side = DiscordSide(script={InteractionRoad: [SendTooLargeError()] * 5})

    await a_delivery(side).deliver(done(a_noisy_picture()))

    assert side.taken[0].edit.uploads == ()
    assert SOURCE_URL in side.taken[0].text


async def test_pictures_together_stay_under_the_limit_of_a_request() -> None:
    side = DiscordSide()
    pictures = [a_noisy_picture(1500, 1500) for _ in range(4)]
    assert sum(picture.size_bytes for picture in pictures) > REQUEST_MAX_BYTES

    await a_delivery(side, file_max_bytes=100 * 1024 * 1024).deliver(done(*pictures))

    uploads = side.sent[0].edit.uploads
    assert len(uploads) == 4
    assert sum(upload.picture.size_bytes for upload in uploads) <= REQUEST_MAX_BYTES


async def test_a_picture_is_made_to_fit_once_however_often_it_is_sent() -> None:
    side = DiscordSide(script={InteractionRoad: [SendBrokenError(), SendLimitedError(1)]})

    await a_delivery(side, file_max_bytes=200_000).deliver(done(a_noisy_picture()))

    first, *others = (sent.edit.uploads[0].picture for sent in side.sent)
    assert len(others) == 2
    assert all(other is first for other in others)
