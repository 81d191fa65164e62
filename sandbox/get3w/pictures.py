"""The pictures that the sandbox serves: drawn from the prompt, or noise of a given size.

The same prompt gives the same bytes, two prompts give pictures that nobody confuses, and each says
at its foot who drew it. Drawing takes some tenths of a second of a processor: call it in a thread.
"""

import math
import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from sandbox.get3w.painter import Painter, dimmed, ramp, stretched
from sandbox.get3w.scenery import Subject

SIDE_PX = 1_024
"""Width and height of a picture whose size isn't asked for, as documented."""

SIDES_PX = range(64, 2_049)
"""Sides that can be asked for; another size is drawn as if none were asked for."""

KINDS = ("png", "jpeg", "webp")
"""What ``output_format`` may say; without it the sandbox draws the first."""

CAPTION_CHARS = 56
"""How much of the prompt stands under the picture."""


CHUNK_FRAME_BYTES = 12
"""What a PNG chunk takes beside its content; the last one has no content."""


@dataclass(frozen=True, kw_only=True)
class PictureSize:
    """Width and height in pixels."""

    width_px: int
    height_px: int

    @classmethod
    def read(cls, text: str) -> "PictureSize | None":
        """Read ``"W*H"`` as the models take it; None for anything else, or sides out of bounds."""
        found = re.fullmatch(r"(\d{2,4})[*x](\d{2,4})", text)
        width_px, height_px = map(int, found.groups()) if found else (0, 0)
        if width_px in SIDES_PX and height_px in SIDES_PX:
            return cls(width_px=width_px, height_px=height_px)
        return None

    @classmethod
    def of_ratio(cls, ratio: float, side_px: int) -> "PictureSize":
        """Return the size of this width by height with as many pixels as a square of `side_px`."""
        width_px = round(side_px * math.sqrt(ratio))
        return cls(width_px=width_px, height_px=round(side_px * side_px / width_px))


@lru_cache(maxsize=32)
def draw(
    prompt: str,
    size: PictureSize,
    number: int = 0,
    kind: str = KINDS[0],
    seed: int | None = None,
) -> bytes:
    """Draw `prompt`; `number` tells apart the pictures of one request, `kind` is of `KINDS`."""
    named = "" if seed is None else f"{seed}:"
    chance = _chance(f"{named}{number}:{prompt}")
    subject = Subject.of(prompt, chance)
    pixels = (size.width_px, size.height_px)
    image = Painter(subject=subject, chance=chance, size=pixels).paint()
    _sign(image, prompt)
    out = BytesIO()
    image.save(out, kind.upper(), compress_level=4, quality=92)
    return out.getvalue()


def redraw(source: bytes, prompt: str, size: PictureSize | None, scale: int = 1) -> bytes:
    """Draw over a picture: tinted and signed where there is a prompt, else only enlarged."""
    with Image.open(BytesIO(source)) as opened:
        image = opened.convert("RGB")
    width, height = (size.width_px, size.height_px) if size else image.size
    image = stretched(image, (width * scale, height * scale))
    if prompt:
        red, green, blue = _chance(prompt).randbytes(3)
        image = Image.blend(image, Image.new("RGB", image.size, (red, green, blue)), 0.3)
        _sign(image, prompt)
    out = BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()


@lru_cache(maxsize=8)
def noise_png(n_bytes: int) -> bytes:
    """Return a valid PNG of exactly `n_bytes` that no encoder makes smaller.

    Raises
    ------
    ValueError
        When no picture is that small.
    """
    side = math.isqrt(max(0, n_bytes - 200) // 3 * 999 // 1000)
    if not side:
        raise ValueError(f"a PNG of {n_bytes} bytes is too small")
    noise = _chance(str(n_bytes)).randbytes(3 * side * side)
    image = Image.frombytes("RGB", (side, side), noise)
    out = BytesIO()
    image.save(out, "PNG", compress_level=0)
    return _padded(out.getvalue(), n_bytes)


def _chance(seed: str) -> Random:
    """Return a generator that does the same for the same seed, in every process."""
    return Random(sha256(seed.encode()).digest())  # noqa: S311 - it paints, it keeps no secret


def _sign(image: Image.Image, prompt: str) -> None:
    """Write the caption over a band that darkens towards the foot."""
    width, height = image.size
    band = max(12, height // 14)
    shadow = dimmed(ramp((width, band)), 0.75)
    image.paste((0, 0, 0), (0, height - band, width, height), shadow)
    font = ImageFont.load_default(max(8, width // 46))
    place = (width // 2, height - band // 3)
    text = f"drawn by the sandbox · {_shortened(prompt)}"
    ImageDraw.Draw(image).text(place, text, (255, 255, 255), font, "mm")


def _shortened(prompt: str) -> str:
    line = " ".join(prompt.split())
    return line if len(line) <= CAPTION_CHARS else f"{line[: CAPTION_CHARS - 1].rstrip()}…"


def _padded(png: bytes, n_bytes: int) -> bytes:
    """Make up what is missing with a private chunk, which readers skip, in front of the end."""
    filler = bytes(n_bytes - len(png) - CHUNK_FRAME_BYTES)
    body = b"saNd" + filler
    chunk = struct.pack(">I", len(filler)) + body + struct.pack(">I", zlib.crc32(body))
    return png[:-CHUNK_FRAME_BYTES] + chunk + png[-CHUNK_FRAME_BYTES:]
