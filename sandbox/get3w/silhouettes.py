"""Outlines of what stands in the foreground, in shares of the picture's width and height."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Outline: TypeAlias = Sequence[Point]

PINE_TIERS = 6


@dataclass(frozen=True, kw_only=True)
class Tower:
    """One building, from `top` down beyond the foot of the picture."""

    left: float
    top: float
    width: float

    @property
    def outline(self) -> Outline:
        """Its walls and its roof."""
        return _rectangle(self.left, self.top, self.width, 1.0 - self.top)

    def windows(self) -> Iterator[Outline]:
        """Yield its windows, row by row."""
        for row in range(int((0.95 - self.top) / 0.026)):
            for column in range(4):
                x = self.left + self.width * (0.13 + 0.2 * column)
                yield _rectangle(x, self.top + 0.016 + 0.026 * row, self.width * 0.13, 0.012)


def pine(foot: Point, height: float) -> Outline:
    """Return a tree of `height` that stands on `foot`."""
    x, y = foot
    left: list[Point] = []
    for tier in range(PINE_TIERS):
        rise, reach = height * tier / PINE_TIERS, height * 0.2 * (1 - tier / PINE_TIERS)
        left += [(x - reach, y + 0.01 - rise), (x - reach * 0.45, y - rise - height * 0.07)]
    right = [(2 * x - across, up) for across, up in reversed(left)]
    return [*left, (x, y - height), *right]


def sitting_cat(foot: Point, scale: float) -> list[Outline]:
    """Return a cat seen from behind that sits on `foot`; it is 135 units of `scale` high."""
    ears = [
        [(-29, -100), (-27, -137), (-3, -121)],
        [(3, -121), (27, -137), (29, -100)],
    ]
    ovals = [_oval((0, -34), 42, 38), _oval((0, -64), 29, 44), _oval((0, -101), 32, 26)]
    shapes = [*ovals, *ears, _tail()]
    x, y = foot
    return [[(x + across * scale, y + up * scale) for across, up in shape] for shape in shapes]


def _oval(centre: Point, across: float, up: float) -> Outline:
    x, y = centre
    angles = [math.tau * step / 48 for step in range(48)]
    return [(x + across * math.cos(angle), y + up * math.sin(angle)) for angle in angles]


def _tail() -> Outline:
    """Return a tail that lies on the ground and curls up at its end."""
    spine = [(30 + 62 * t - 26 * t**4, -7 - 58 * t**3, 8 - 3 * t) for t in _steps(24)]
    lower = [(x + half * 0.7, y + half) for x, y, half in spine]
    upper = [(x - half * 0.7, y - half) for x, y, half in reversed(spine)]
    return [*lower, *upper]


def _steps(count: int) -> list[float]:
    return [step / count for step in range(count + 1)]


def _rectangle(left: float, top: float, width: float, height: float) -> Outline:
    right, foot = left + width, top + height
    return [(left, top), (right, top), (right, foot), (left, foot)]
