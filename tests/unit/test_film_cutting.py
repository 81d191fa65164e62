from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from sandbox.film.cutting import LAST_MS, SPEED, STILL_MAX_MS, Cut, Frame, TooLargeError, cuts, webp

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMY = 10_000_000


def still(colour: str) -> bytes:
    return _png(Image.new("RGB", (32, 32), colour))


def noise() -> bytes:
    return _png(Image.effect_noise((64, 64), 80))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def durations(data: bytes) -> Iterator[int]:
    with Image.open(io.BytesIO(data)) as film:
        for number in range(getattr(film, "n_frames", 1)):
            film.seek(number)
            film.load()
            yield film.info["duration"]


def test_frames_that_look_the_same_become_one_that_is_shown_longer() -> None:
    frames = [Frame(0.0, b"a"), Frame(0.3, b"a"), Frame(0.6, b"b")]
    assert cuts(frames) == [Cut(b"a", int(600 / SPEED)), Cut(b"b", LAST_MS)]


def test_a_look_that_comes_back_is_shown_again() -> None:
    frames = [Frame(0.0, b"a"), Frame(0.3, b"b"), Frame(0.6, b"a")]
    assert [cut.image for cut in cuts(frames)] == [b"a", b"b", b"a"]


def test_a_long_wait_is_cut_short() -> None:
    frames = [Frame(0.0, b"a"), Frame(60.0, b"b")]
    assert cuts(frames)[0].shown_ms == STILL_MAX_MS


def test_the_moving_picture_shows_each_frame_as_long_as_it_was_told() -> None:
    film = [Cut(still("red"), 200), Cut(still("green"), 700), Cut(still("blue"), LAST_MS)]
    assert list(durations(webp(film, ROOMY))) == [200, 700, LAST_MS]


def test_the_moving_picture_runs_for_ever() -> None:
    film = [Cut(still("red"), 200), Cut(still("green"), 200)]
    with Image.open(io.BytesIO(webp(film, ROOMY))) as shown:
        assert shown.info["loop"] == 0


def test_a_film_that_is_too_large_gives_up_quality_first() -> None:
    film = [Cut(noise(), 100) for _ in range(4)]
    best = webp(film, ROOMY)
    assert len(webp(film, len(best) - 1)) < len(best)


def test_a_film_that_fits_in_no_quality_is_refused() -> None:
    with pytest.raises(TooLargeError, match="2 frames"):
        webp([Cut(noise(), 100) for _ in range(2)], 100)
