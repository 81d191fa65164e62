"""Animations and AVIF made to fit: what moves goes on moving as long as that is possible."""

import io
from functools import cache
from itertools import pairwise

import pytest
from PIL import Image, ImageStat

from bot.domain.pictures import Alteration, Picture, PictureFormat
from bot.presentation.animations import FRAMES_MAX, PIXELS_HELD_MAX
from bot.presentation.fitting import PictureFitter


@cache
def animation(
    kind: str = "WEBP", frames: int = 6, side: int = 256, duration_ms: int = 120, loop: int = 3
) -> bytes:
    """Draw what compresses worst, in each frame anew."""
    images = [Image.effect_noise((side, side), 90).convert("RGB") for _ in range(frames)]
    buffer = io.BytesIO()
    options = {"save_all": True, "append_images": images[1:], "duration": duration_ms}
    images[0].save(buffer, kind, loop=loop, quality=90, **options)
    return buffer.getvalue()


def a_moving_picture(data: bytes, kind: str = "WEBP") -> Picture:
    with Image.open(io.BytesIO(data)) as image:
        return Picture(PictureFormat[kind], *image.size, len(data), data)


def opened(picture: Picture | None) -> Image.Image:
    assert picture is not None
    assert picture.data is not None
    assert picture.size_bytes == len(picture.data)
    image = Image.open(io.BytesIO(picture.data))
    assert image.size == (picture.width, picture.height)
    return image


def durations_ms(image: Image.Image) -> list[int]:
    durations: list[int] = []
    for number in range(image.n_frames):
        image.seek(number)
        image.load()
        durations.append(image.info["duration"])
    return durations


async def test_an_animation_that_fits_is_left_as_it_is() -> None:
    picture = a_moving_picture(animation())

    assert await PictureFitter().fit(picture, picture.size_bytes) is picture


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "PNG"])
async def test_an_animation_over_the_limit_is_made_smaller_and_goes_on_moving(kind: str) -> None:
    picture = a_moving_picture(animation(kind), kind)
    max_bytes = min(picture.size_bytes - 1, 100_000)

    fitted = await PictureFitter().fit(picture, max_bytes)

    image = opened(fitted)
    assert fitted is not None
    assert fitted.size_bytes <= max_bytes
    assert image.format == "WEBP"
    assert durations_ms(image) == [120] * 6
    assert image.info["loop"] == 3
    assert fitted.altered == (Alteration.SMALLER,)


async def test_an_animation_that_would_be_too_small_to_see_becomes_a_still() -> None:
    picture = a_moving_picture(animation(frames=30, side=128))

    fitted = await PictureFitter().fit(picture, 8_000)

    assert opened(fitted).n_frames == 1
    assert fitted is not None
    assert fitted.altered == (Alteration.STILL,)


async def test_of_very_many_frames_some_are_left_out_and_the_time_stays_the_same() -> None:
    frames = FRAMES_MAX + 50
    data = animation(frames=frames, side=64)

    fitted = await PictureFitter().fit(a_moving_picture(data), len(data) - 1)

    durations = durations_ms(opened(fitted))
    assert len(durations) == frames / 2
    assert sum(durations) == frames * 120


async def test_frames_that_memory_could_not_hold_are_scaled_down() -> None:
    side, frames = 1000, 13
    assert side * side * frames > PIXELS_HELD_MAX
    images = [Image.new("L", (side, side), 10 * number) for number in range(frames)]
    buffer = io.BytesIO()
    images[0].save(buffer, "PNG", save_all=True, append_images=images[1:], compress_level=0)
    picture = a_moving_picture(buffer.getvalue(), "PNG")

    fitted = await PictureFitter().fit(picture, picture.size_bytes - 1)

    image = opened(fitted)
    assert image.n_frames == frames
    assert image.width * image.height * frames <= PIXELS_HELD_MAX


async def test_a_frame_of_no_duration_gets_the_one_that_browsers_give() -> None:
    picture = a_moving_picture(animation(duration_ms=0))

    fitted = await PictureFitter().fit(picture, picture.size_bytes - 1)

    assert durations_ms(opened(fitted)) == [100] * 6


async def test_the_frames_stay_in_their_order() -> None:
    shades = range(0, 250, 30)
    noise = Image.effect_noise((200, 200), 60).convert("RGB")
    images = [Image.blend(noise, Image.new("RGB", (200, 200), (n, n, n)), 0.8) for n in shades]
    buffer = io.BytesIO()
    images[0].save(buffer, "WEBP", save_all=True, append_images=images[1:], lossless=True)
    picture = a_moving_picture(buffer.getvalue())

    image = opened(await PictureFitter().fit(picture, 30_000))

    means: list[float] = []
    for number in range(image.n_frames):
        image.seek(number)
        means.append(ImageStat.Stat(image.convert("L")).mean[0])
    assert len(means) == len(shades)
    assert all(before < after for before, after in pairwise(means))


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
async def test_an_animation_that_is_cut_off_ends_as_something_or_in_words(part: float) -> None:
    data = animation()
    cut = data[: int(len(data) * part)]
    picture = Picture(PictureFormat.WEBP, 256, 256, len(cut), cut)

    fitted = await PictureFitter().fit(picture, 20_000)

    assert fitted is None or fitted.size_bytes <= 20_000


async def test_an_avif_becomes_a_webp_that_says_so() -> None:
    buffer = io.BytesIO()
    Image.effect_noise((200, 100), 60).convert("RGB").save(buffer, "AVIF")
    data = buffer.getvalue()
    picture = Picture(PictureFormat.AVIF, 200, 100, len(data), data)

    fitted = await PictureFitter().fit(picture, 10_000_000)

    assert opened(fitted).format == "WEBP"
    assert fitted is not None
    assert fitted.altered == (Alteration.CONVERTED,)
    assert (fitted.width, fitted.height) == (200, 100)


async def test_an_avif_over_the_limit_says_both() -> None:
    buffer = io.BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(buffer, "AVIF", quality=95)
    data = buffer.getvalue()
    picture = Picture(PictureFormat.AVIF, 400, 400, len(data), data)

    fitted = await PictureFitter().fit(picture, 20_000)

    assert fitted is not None
    assert fitted.altered == (Alteration.CONVERTED, Alteration.SMALLER)


async def test_an_avif_that_moves_goes_on_moving() -> None:
    picture = a_moving_picture(animation("AVIF", frames=3), "AVIF")

    fitted = await PictureFitter().fit(picture, 10_000_000)

    assert durations_ms(opened(fitted)) == [120] * 3
    assert fitted is not None
    assert fitted.altered == (Alteration.CONVERTED,)


async def test_a_damaged_avif_that_fits_is_handed_over_as_it_is() -> None:
    picture = Picture(PictureFormat.AVIF, 9, 9, 60, b"\0\0\0\x1cftypavif" + bytes(48))

    assert await PictureFitter().fit(picture, 100) is picture
    assert await PictureFitter().fit(picture, 50) is None
