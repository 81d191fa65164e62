"""From a shape, as members name it, to what a model calls it."""

import math
import re
from collections.abc import Iterable, Mapping

from bot.domain.model_inputs import MEGAPIXEL, ShapeChoice, ShapeInput, Side, SizeText, TwoSides
from bot.domain.requests import Shape

# Width by height.
RATIOS: Mapping[Shape, float] = {
    Shape.SQUARE: 1.0,
    Shape.PORTRAIT: 3 / 4,
    Shape.LANDSCAPE: 4 / 3,
    Shape.WIDE: 16 / 9,
    Shape.TALL: 9 / 16,
}
_SIDES = re.compile(r"(\d{1,5})\s*[:*xX×]\s*(\d{1,5})")
# Below that, a picture that isn't square looks as if it were.
_SQUARE_WITHIN = 1.05


def named(shape: Shape, inputs: Iterable[ShapeInput]) -> dict[str, str | int]:
    """Name a shape in all the ways that a model has for it; empty where it can't be named."""
    members: dict[str, str | int] = {}
    for each in inputs:
        members |= _named(shape, each)
    return members


def sides_of(text: str) -> tuple[int, int] | None:
    """Read a ratio or a size; ``None`` for a text that is neither, such as ``auto``."""
    found = _SIDES.fullmatch(text.strip())
    width, height = map(int, found.groups()) if found else (0, 0)
    return (width, height) if width and height else None


def fitted_size(ratio: float, area: float, width: Side, height: Side) -> tuple[int, int]:
    """Give a size of about an area and a ratio, within what both sides can have."""
    across, up = math.sqrt(area * ratio), math.sqrt(area / ratio)
    grown = max(width.least / across, height.least / up, 1)
    shrunk = min(width.most / (across * grown), height.most / (up * grown), 1)
    return width.nearest(across * grown * shrunk), height.nearest(up * grown * shrunk)


def _named(shape: Shape, way: ShapeInput) -> dict[str, str | int]:
    match way:
        case ShapeChoice(key, options):
            chosen = _nearest(RATIOS[shape], options)
            return {} if chosen is None else {key: chosen}
        case SizeText(key, side, area, between):
            width, height = fitted_size(RATIOS[shape], area, side, side)
            return {key: f"{width}{between}{height}"}
        case TwoSides():
            width, height = fitted_size(RATIOS[shape], way.area, way.width, way.height)
            return {"width": width, "height": height}


def _nearest(ratio: float, options: Iterable[str]) -> str | None:
    """Choose the nearest ratio of the same kind; a tall picture is no stand-in for a wide one."""
    read = ((option, sides) for option in options if (sides := sides_of(option)))
    fitting = [(o, s) for o, s in read if _orientation(s[0] / s[1]) == _orientation(ratio)]
    return min(fitting, key=lambda each: _distance(ratio, each[1]), default=("", None))[0] or None


def _distance(ratio: float, sides: tuple[int, int]) -> tuple[float, float]:
    """Measure by the ratio first; of sizes with the same one, about a megapixel is the nearest."""
    width, height = sides
    apart = abs(math.log(width / height / ratio))
    return round(apart, 3), abs(math.log(width * height / MEGAPIXEL))


def _orientation(ratio: float) -> int:
    if max(ratio, 1 / ratio) < _SQUARE_WITHIN:
        return 0
    return 1 if ratio > 1 else -1
