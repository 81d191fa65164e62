"""Frames into a moving picture that is small enough: stills shortened, time sped up, WebP."""

from __future__ import annotations

import io
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPEED: Final = 1.5
STILL_MAX_MS: Final = 1_200
LAST_MS: Final = 3_000
QUALITIES: Final = (80, 65, 50, 35)


class Frame(NamedTuple):
    """What was seen at a moment: an image file, and `time.monotonic` seconds."""

    at_s: float
    image: bytes


class Cut(NamedTuple):
    """A frame and how long it is shown."""

    image: bytes
    shown_ms: int


class TooLargeError(Exception):
    """The moving picture doesn't fit even at the lowest quality."""


def cuts(frames: Sequence[Frame]) -> list[Cut]:
    """Join frames that look the same, and say how long each is to be shown."""
    firsts = [next(run) for _, run in groupby(frames, key=lambda frame: frame.image)]
    spans = (after.at_s - before.at_s for before, after in pairwise(firsts))
    shown = chain((min(int(span * 1000 / SPEED), STILL_MAX_MS) for span in spans), (LAST_MS,))
    return [Cut(frame.image, shown_ms) for frame, shown_ms in zip(firsts, shown, strict=True)]


def webp(film: Sequence[Cut], max_bytes: int) -> bytes:
    """Return an endless animated WebP, as good as fits into `max_bytes`.

    Raises
    ------
    TooLargeError
        None does.
    """
    for data in _ever_smaller(film):
        if len(data) <= max_bytes:
            return data
    raise TooLargeError(f"{len(film)} frames don't fit into {max_bytes} bytes")


def _ever_smaller(film: Sequence[Cut]) -> Iterator[bytes]:
    images = [Image.open(io.BytesIO(cut.image)).convert("RGB") for cut in film]
    for quality in QUALITIES:
        out = io.BytesIO()
        images[0].save(
            out,
            "WEBP",
            save_all=True,
            append_images=images[1:],
            duration=[cut.shown_ms for cut in film],
            loop=0,
            quality=quality,
            method=4,
        )
        yield out.getvalue()
