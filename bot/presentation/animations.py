"""Animations made smaller without being stopped, as far as a bounded effort goes.

An animation of a few hundred kilobytes can hold more pixels than memory does. So its frames are
scaled down as they are decoded, so that all of them together can be held; of very many some are
left out; and there is an end to the time for all of it.
"""

import io
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

FRAMES_MAX = 300
# Of all frames together, four bytes each.
PIXELS_HELD_MAX = 12_000_000
WORK_MAX_S = 20.0

_SMALLEST_SIDE = 64
_QUALITY = 80
# The encoder's effort, 0 to 6: half of the time of its default for a few per cent of size.
_METHOD = 2
_TRIES = 4
# How far below the estimate the next size is, since bytes don't shrink quite like pixels.
_MARGIN = 0.9
# What a frame of no duration gets in browsers.
_USUAL_DURATION_MS = 100
_SHORTEST_DURATION_MS = 11


@dataclass(frozen=True, slots=True)
class Animation:
    """An animated WebP."""

    data: bytes
    size: tuple[int, int]


@dataclass(slots=True)
class _Frames:
    images: list[Image.Image]
    durations_ms: list[int]
    loop: int

    @property
    def size(self) -> tuple[int, int]:
        return self.images[0].size

    def encoded(self) -> bytes:
        buffer = io.BytesIO()
        self.images[0].save(
            buffer,
            "WEBP",
            save_all=True,
            append_images=self.images[1:],
            duration=self.durations_ms,
            loop=self.loop,
            quality=_QUALITY,
            method=_METHOD,
        )
        return buffer.getvalue()

    def scale(self, size: tuple[int, int]) -> None:
        for image in self.images:
            image.thumbnail(size)


def frames_in(image: Image.Image) -> int:
    """Count the frames of a picture; 1 where it doesn't move."""
    # What more a photograph holds isn't its next moment.
    return 1 if image.format == "MPO" else getattr(image, "n_frames", 1)


def smaller_animation(image: Image.Image, max_bytes: int) -> Animation | None:
    """Make an animation of at most so many bytes; ``None`` where it takes too much for that."""
    over_s = time.monotonic() + WORK_MAX_S
    frames = _read(image, over_s)
    for _ in range(_TRIES):
        if frames is None or time.monotonic() > over_s:
            return None
        data = frames.encoded()
        if len(data) <= max_bytes:
            return Animation(data, frames.size)
        size = _scaled(frames.size, _MARGIN * math.sqrt(max_bytes / len(data)))
        if size is None:
            return None
        frames.scale(size)
    return None


def _read(image: Image.Image, over_s: float) -> _Frames | None:
    """Decode the frames that are kept, at the size at which they can be held."""
    step = math.ceil(frames_in(image) / FRAMES_MAX)
    kept = math.ceil(frames_in(image) / step)
    pixels = image.width * image.height * kept
    size = _scaled(image.size, min(1.0, math.sqrt(PIXELS_HELD_MAX / pixels)))
    if size is None:
        return None
    frames = _Frames([], [], image.info.get("loop", 1 if image.format == "GIF" else 0))
    for number, frame in enumerate(_decoded(image)):
        if time.monotonic() > over_s:
            return None
        if number % step == 0:
            frames.images.append(frame.convert("RGBA"))
            frames.images[-1].thumbnail(size)
            frames.durations_ms.append(0)
        frames.durations_ms[-1] += _duration_ms(frame)
    return frames


def _decoded(image: Image.Image) -> Iterator[Image.Image]:
    for number in range(frames_in(image)):
        image.seek(number)
        # A frame's duration is known only then.
        image.load()
        yield image


def _duration_ms(frame: Image.Image) -> int:
    duration_ms = round(frame.info.get("duration") or 0)
    return duration_ms if duration_ms >= _SHORTEST_DURATION_MS else _USUAL_DURATION_MS


def _scaled(size: tuple[int, int], factor: float) -> tuple[int, int] | None:
    """Scale a size; ``None`` where too little would be left to see."""
    width, height = (int(side * factor) for side in size)
    return (width, height) if min(width, height) >= min(_SMALLEST_SIDE, *size) else None
