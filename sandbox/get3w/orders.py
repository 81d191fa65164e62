"""What a request asks of its pictures: how many, how large, of which seed, made of what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sandbox.get3w.payloads import JsonObject
from sandbox.get3w.pictures import KINDS, PictureSize, draw, redraw

OUTPUTS_MAX = 4
"""How many pictures a request may ask for (``num_images`` of the documented models)."""

ENLARGED = 2
"""How much longer the sides become where a picture is enlarged."""

RATIO = re.compile(r"(\d{1,2}):(\d{1,2})")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be drawn.

    Attributes
    ----------
    size
        None where the picture to begin with says it.
    source
        That picture, or None.
    """

    count: int = 1
    size: PictureSize | None
    kind: str = KINDS[0]
    seed: int | None = None
    source: bytes | None = None
    scale: int = 1

    @classmethod
    def of(cls, asked: JsonObject, sources: Sequence[bytes], side_px: int) -> "Order":
        """Read a body; of `sources` the first is drawn over."""
        size = _size(asked, side_px)
        usual = None if sources else PictureSize(width_px=side_px, height_px=side_px)
        kind, seed = asked.get("output_format"), asked.get("seed")
        return cls(
            count=count_of(asked),
            size=size or usual,
            kind=kind if isinstance(kind, str) and kind in KINDS else KINDS[0],
            seed=seed if isinstance(seed, int) and seed >= 0 else None,
            source=sources[0] if sources else None,
        )

    def enlarged(self) -> "Order":
        """Return the order of the same picture with longer sides."""
        return replace(self, scale=ENLARGED, size=None)

    def drawn(self, prompt: str, number: int) -> bytes:
        """Draw one of the pictures; takes some tenths of a second."""
        if self.source is not None:
            return redraw(self.source, prompt, self.size, self.scale)
        size = self.size or PictureSize(width_px=64, height_px=64)
        return draw(prompt, size, number, self.kind, self.seed)


def count_of(asked: JsonObject) -> int:
    """Read how many pictures a body asks for."""
    counts = (asked.get("num_images"), asked.get("max_images"))
    known = (count for count in counts if isinstance(count, int) and 1 <= count <= OUTPUTS_MAX)
    return next(known, 1)


def _size(asked: JsonObject, side_px: int) -> PictureSize | None:
    """Read the size in any of the ways in which models take it."""
    named = [asked.get(key) for key in ("aspect_ratio", "image_size", "size")]
    texts = [text for text in named if isinstance(text, str)]
    width, height = asked.get("width"), asked.get("height")
    texts += [f"{width}*{height}"] if isinstance(width, int) and isinstance(height, int) else []
    ratios = (RATIO.fullmatch(text) for text in texts)
    if ratio := next(filter(None, ratios), None):
        return PictureSize.of_ratio(int(ratio[1]) / int(ratio[2]), side_px)
    sizes = (PictureSize.read(text) for text in texts)
    return next(filter(None, sizes), None)
