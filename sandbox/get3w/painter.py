"""Paints a landscape in layers: the sky, a light in it, ridges or water, something in front.

One random generator decides everything, so that the same seed paints the same picture. Outlines
are drawn larger than they are shown and then reduced, which is what makes their edges smooth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageOps

from sandbox.get3w.scenery import Colour, Subject
from sandbox.get3w.silhouettes import Point, Tower, pine, sitting_cat

SMOOTHING = 2
"""How much larger an outline is drawn than it is shown."""

CLEARING = 0.16
"""How far from the middle the trees begin, so that something can stand there."""

LIT = 0.45
"""The share of windows behind which there is light."""


@dataclass(kw_only=True)
class Painter:
    """One picture being painted; `size` is width and height in pixels."""

    subject: Subject
    chance: Random
    size: tuple[int, int]

    def paint(self) -> Image.Image:
        """Return the picture, RGB."""
        horizon = self.chance.uniform(0.56, 0.66)
        light = (self.chance.uniform(0.22, 0.78), horizon - self.chance.uniform(0.14, 0.34))
        image = self._sky(horizon)
        self._stars(image, horizon)
        self._light(image, light)
        if self.subject.planet:
            self._planet(image, light)
        ridges = self._ridges(image, horizon)
        if self.subject.water:
            self._water(image, ridges, light)
        self._foreground(image)
        return image

    @cached_property
    def _ramp(self) -> Image.Image:
        return ramp(self.size)

    def _sky(self, horizon: float) -> Image.Image:
        palette = self.subject.palette
        point = round(255 * horizon)
        return ImageOps.colorize(
            self._ramp,
            palette.top,
            palette.horizon,
            palette.middle,
            whitepoint=point,
            midpoint=round(point * 0.55),
        )

    def _stars(self, image: Image.Image, horizon: float) -> None:
        width, height = self.size
        mask = self._blank_mask()
        pen = ImageDraw.Draw(mask)
        for _ in range(self.subject.palette.n_stars):
            x, depth = self.chance.random(), self.chance.random()
            radius = self.chance.choice((0.5, 0.7, 0.7, 1.0, 1.6)) * width / 1000 * SMOOTHING
            centre = (x * width * SMOOTHING, depth * horizon * height * SMOOTHING)
            brightness = round(255 * (1 - depth) * self.chance.uniform(0.4, 1))
            pen.ellipse(_box(centre, radius), fill=brightness)
        image.paste(self.subject.palette.light, mask=mask.reduce(SMOOTHING))

    def _light(self, image: Image.Image, place: Point) -> None:
        radius = self.chance.uniform(0.045, 0.085)
        self._glow(image, place, radius * 6, 0.75)
        self._disc(image, place, radius, self.subject.palette.light)

    def _glow(self, image: Image.Image, place: Point, radius: float, strength: float) -> None:
        side = round(2 * radius * self.size[0])
        glow = dimmed(_halo(), strength)
        x, y = place[0] * self.size[0], place[1] * self.size[1]
        corner = (round(x - side / 2), round(y - side / 2))
        sheet = Image.new("RGB", (side, side), self.subject.palette.light)
        image.paste(sheet, corner, stretched(glow, sheet.size))

    def _disc(self, image: Image.Image, place: Point, radius: float, colour: Colour) -> None:
        mask = self._blank_mask()
        ImageDraw.Draw(mask).ellipse(_box(self._large(place), self._length(radius)), fill=255)
        image.paste(colour, mask=mask.reduce(SMOOTHING))

    def _planet(self, image: Image.Image, light: Point) -> None:
        place = (1.0 - light[0], self.chance.uniform(0.16, 0.28))
        radius = self.chance.uniform(0.07, 0.11)
        palette = self.subject.palette
        self._disc(image, place, radius, palette.horizon)
        self._shade(image, place, radius)
        self._ring(image, place, radius)

    def _shade(self, image: Image.Image, place: Point, radius: float) -> None:
        mask, hole = self._blank_mask(), (place[0] - radius * 0.35, place[1] - radius * 0.3)
        pen = ImageDraw.Draw(mask)
        pen.ellipse(_box(self._large(place), self._length(radius)), fill=130)
        pen.ellipse(_box(self._large(hole), self._length(radius)), fill=0)
        image.paste(self.subject.palette.top, mask=mask.reduce(SMOOTHING))

    def _ring(self, image: Image.Image, place: Point, radius: float) -> None:
        x, y = self._large(place)
        long, flat = self._length(radius * 1.9), self._length(radius * 0.42)
        mask = self._blank_mask()
        box = (x - long, y - flat, x + long, y + flat)
        # The far half of the ring lies behind the planet.
        width = round(self._length(0.011))
        ImageDraw.Draw(mask).arc(box, -14, 194, fill=210, width=width)
        tilted = mask.rotate(16, Image.Resampling.BILINEAR, center=(x, y))
        image.paste(self.subject.palette.light, mask=tilted.reduce(SMOOTHING))

    def _ridges(self, image: Image.Image, horizon: float) -> float:
        n_ridges = 2 if self.subject.water else self.chance.randint(4, 5)
        space = 0.1 if self.subject.water else 0.95 - horizon
        for number in range(n_ridges):
            share = number / n_ridges
            base = horizon + space * share
            colour = _mix(self.subject.palette.far, self.subject.palette.near, share * 0.85)
            self._ridge(image, base, 0.09 * (1 - share * 0.5), colour)
        return horizon + 0.06

    def _ridge(self, image: Image.Image, base: float, height: float, colour: Colour) -> None:
        line = self._outline(base, height)
        mask = self._mask([(0, 1.01), *line, (1, 1.01)])
        image.paste(self._misty(colour, base), mask=mask)

    def _misty(self, colour: Colour, base: float) -> Image.Image:
        """Return a sheet of `colour` that turns to the horizon's below `base`, as in mist."""
        mist = _mix(colour, self.subject.palette.horizon, 0.35)
        start = min(185, round(255 * max(0, base - 0.08)))
        return ImageOps.colorize(self._ramp, colour, mist, blackpoint=start, whitepoint=start + 70)

    def _outline(self, base: float, height: float) -> list[Point]:
        waves = [
            (self.chance.uniform(0.6, 1.2) * 2**octave, self.chance.uniform(0, 9), 0.55**octave)
            for octave in range(1, 6)
        ]
        return [(x / 160, base - height * _wave(x / 160, waves)) for x in range(161)]

    def _water(self, image: Image.Image, level: float, light: Point) -> None:
        width, height = self.size
        top = round(level * height)
        depth = height - top
        sky = ImageOps.flip(image.crop((0, max(0, top - depth), width, top)))
        deep = Image.new("RGB", sky.size, self.subject.palette.near)
        image.paste(stretched(Image.blend(sky, deep, 0.35), (width, depth)), (0, top))
        self._glitter(image, level, light[0])

    def _glitter(self, image: Image.Image, level: float, x_light: float) -> None:
        mask = self._blank_mask()
        pen = ImageDraw.Draw(mask)
        for _ in range(150):
            depth = self.chance.random() ** 1.4
            spread = 0.03 + 0.2 * depth
            x = self.chance.gauss(x_light, spread * 0.6)
            y = level + depth * (1 - level)
            half = self.chance.uniform(0.01, 0.035) * (0.4 + depth)
            start, end = self._large((x - half, y)), self._large((x + half, y))
            thickness = max(1, round(self._length(0.0028) * (0.5 + depth)))
            pen.line((start, end), fill=self.chance.randint(50, 170), width=thickness)
        image.paste(self.subject.palette.light, mask=mask.reduce(SMOOTHING))

    def _foreground(self, image: Image.Image) -> None:
        near = self.subject.palette.near
        ground = self._outline(0.93, 0.05)
        towers = self._towers() if self.subject.city else []
        image.paste(near, mask=self._mask(*(tower.outline for tower in towers)))
        self._windows(image, towers)
        shapes: list[Sequence[Point]] = [[(0, 1.01), *ground, (1, 1.01)]]
        if self.subject.pines and not towers:
            shapes += self._pines(ground)
        if self.subject.cat:
            foot = ground[self.chance.randint(58, 82)]
            shapes += sitting_cat((foot[0], foot[1] + 0.014), 0.0016)
        image.paste(near, mask=self._mask(*shapes))

    def _towers(self) -> list[Tower]:
        lefts = [0.0]
        while lefts[-1] < 1:
            lefts.append(lefts[-1] + self.chance.uniform(0.05, 0.1))
        return [
            Tower(left=left, top=self.chance.uniform(0.58, 0.86), width=0.068) for left in lefts
        ]

    def _windows(self, image: Image.Image, towers: Sequence[Tower]) -> None:
        lit = [
            window for tower in towers for window in tower.windows() if self.chance.random() < LIT
        ]
        panes = dimmed(self._mask(*lit), 0.8)
        image.paste(self.subject.palette.light, mask=panes)

    def _pines(self, ground: Sequence[Point]) -> list[Sequence[Point]]:
        places = [self.chance.choice(ground) for _ in range(26)]
        sides = [place for place in places if abs(place[0] - 0.5) > CLEARING]
        return [pine(place, self.chance.uniform(0.07, 0.2)) for place in sides]

    def _mask(self, *shapes: Sequence[Point]) -> Image.Image:
        mask = self._blank_mask()
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([self._large(point) for point in shape], fill=255)
        return mask.reduce(SMOOTHING)

    def _blank_mask(self) -> Image.Image:
        return Image.new("L", (self.size[0] * SMOOTHING, self.size[1] * SMOOTHING))

    def _large(self, point: Point) -> Point:
        return point[0] * self.size[0] * SMOOTHING, point[1] * self.size[1] * SMOOTHING

    def _length(self, share: float) -> float:
        return share * self.size[0] * SMOOTHING


def stretched(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return all of `image` at another size, smoothly."""
    whole = (0, 0, *image.size)
    return image.transform(size, Image.Transform.EXTENT, whole, resample=Image.Resampling.BILINEAR)


def ramp(size: tuple[int, int]) -> Image.Image:
    """Return a mask that grows from black at the top to white at the foot."""
    width, height = size
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for y in range(height):
        pen.line((0, y, width, y), fill=round(255 * y / max(1, height - 1)))
    return mask


def dimmed(mask: Image.Image, strength: float) -> Image.Image:
    """Return `mask` with its white lowered to `strength` (0 to 1)."""
    return ImageChops.multiply(mask, Image.new("L", mask.size, round(255 * strength)))


def _halo() -> Image.Image:
    """Return a mask that is white in its middle and black at its sides already."""
    falling = ImageOps.invert(Image.radial_gradient("L"))
    # Pillow's gradient reaches its end in the corners only; what it is at a side is taken away.
    side = Image.new("L", falling.size, falling.getpixel((0, falling.height // 2)))
    inner = ImageChops.subtract(falling, side, scale=0.7)
    return ImageChops.multiply(inner, inner)


def _box(centre: Point, radius: float) -> tuple[float, float, float, float]:
    x, y = centre
    return x - radius, y - radius, x + radius, y + radius


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _wave(x: float, waves: Sequence[tuple[float, float, float]]) -> float:
    return sum(strength * math.sin(rate * x * 3 + phase) for rate, phase, strength in waves)
