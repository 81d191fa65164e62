"""Every image of the documents is shown somewhere, told of in words, and small."""

import re

import pytest

from sandbox.film.__main__ import FILM, MAX_BYTES
from sandbox.screenshots.scenes import SCENES
from tests.meta.sources import ROOT

_IMAGES = ROOT / "docs" / "images"
_SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_IMAGE_MAX_BYTES = 150_000
_ALL_MAX_BYTES = 1_000_000


def shown() -> list[tuple[str, str]]:
    """List the images of all documents: their words, and their paths below the project."""
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return [
        (" ".join(words.split()), str((one.parent / path).relative_to(ROOT)))
        for one in documents
        for words, path in _SHOWN.findall(one.read_text(encoding="utf-8"))
        if not path.startswith("https://")
    ]


def test_every_image_is_shown_once() -> None:
    there = sorted(str(one.relative_to(ROOT)) for one in _IMAGES.iterdir())

    assert there
    assert sorted(path for _, path in shown()) == there


def test_every_image_is_told_of_in_words() -> None:
    assert [path for words, path in shown() if len(words.split()) < 5] == []


def test_every_image_can_be_taken_anew() -> None:
    anew = {*(f"{name}.png" for name in SCENES), FILM.name}
    assert anew == {one.name for one in _IMAGES.iterdir()}


@pytest.mark.parametrize("name", SCENES)
def test_an_image_is_small(name: str) -> None:
    assert (_IMAGES / f"{name}.png").stat().st_size <= _IMAGE_MAX_BYTES


def test_all_images_that_stand_still_are_small_together() -> None:
    assert sum(one.stat().st_size for one in _IMAGES.glob("*.png")) <= _ALL_MAX_BYTES


def test_the_moving_picture_is_small() -> None:
    assert FILM.stat().st_size <= MAX_BYTES
