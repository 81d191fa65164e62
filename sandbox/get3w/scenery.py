"""What a drawn landscape is of, and in which light; some words of the prompt choose."""

import re
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

SPACE = frozenset({"space", "planet", "planets", "galaxy", "cosmos", "astronaut", "mars", "orbit"})
NIGHT = frozenset({"night", "moon", "moonlight", "star", "stars", "dark", "midnight"})
WATER = frozenset({"sea", "ocean", "lake", "water", "boat", "ship", "beach", "river", "harbour"})
CITY = frozenset({"city", "town", "street", "tower", "skyline", "tokyo", "london", "neon"})
FOREST = frozenset({"forest", "tree", "trees", "wood", "woods", "pine", "pines"})
CATS = frozenset({"cat", "cats", "kitten", "kittens"})

NIGHT_SHARE = 0.35
WATER_SHARE = 0.35
PINES_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one time of day, the sky from top to horizon, the land from far to near."""

    top: Colour
    middle: Colour
    horizon: Colour
    light: Colour
    far: Colour
    near: Colour
    n_stars: int = 0


DAYS = (
    Palette(
        top=(38, 32, 92),
        middle=(176, 72, 122),
        horizon=(255, 176, 120),
        light=(255, 226, 170),
        far=(150, 84, 128),
        near=(30, 20, 52),
        n_stars=60,
    ),
    Palette(
        top=(88, 158, 214),
        middle=(166, 208, 228),
        horizon=(252, 232, 204),
        light=(255, 250, 224),
        far=(138, 176, 190),
        near=(28, 62, 68),
    ),
    Palette(
        top=(58, 78, 130),
        middle=(226, 142, 122),
        horizon=(252, 214, 152),
        light=(255, 244, 210),
        far=(184, 122, 120),
        near=(54, 34, 44),
    ),
    Palette(
        top=(70, 142, 140),
        middle=(150, 204, 176),
        horizon=(246, 238, 196),
        light=(255, 252, 226),
        far=(120, 172, 150),
        near=(22, 58, 56),
    ),
    Palette(
        top=(116, 84, 160),
        middle=(226, 156, 190),
        horizon=(255, 220, 208),
        light=(255, 246, 236),
        far=(186, 138, 178),
        near=(60, 36, 80),
    ),
)
NIGHTS = (
    Palette(
        top=(6, 8, 32),
        middle=(28, 30, 88),
        horizon=(108, 72, 148),
        light=(244, 236, 214),
        far=(62, 52, 112),
        near=(8, 8, 26),
        n_stars=420,
    ),
    Palette(
        top=(4, 14, 30),
        middle=(12, 56, 84),
        horizon=(64, 150, 150),
        light=(230, 250, 240),
        far=(30, 86, 100),
        near=(4, 16, 24),
        n_stars=380,
    ),
    Palette(
        top=(14, 6, 30),
        middle=(72, 22, 84),
        horizon=(214, 92, 110),
        light=(255, 222, 190),
        far=(104, 42, 92),
        near=(16, 6, 24),
        n_stars=300,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What the landscape is of."""

    palette: Palette
    water: bool
    planet: bool
    city: bool
    pines: bool
    cat: bool

    @classmethod
    def of(cls, prompt: str, chance: Random) -> "Subject":
        """Read the subject from the words of `prompt`; what they leave open is chance."""
        words = frozenset(re.findall(r"\w+", prompt.casefold()))
        dark = bool(words & (SPACE | NIGHT)) or chance.random() < NIGHT_SHARE
        return cls(
            palette=chance.choice(NIGHTS if dark else DAYS),
            water=bool(words & WATER) or chance.random() < WATER_SHARE,
            planet=bool(words & SPACE),
            city=bool(words & CITY),
            pines=bool(words & FOREST) or chance.random() < PINES_SHARE,
            cat=bool(words & CATS),
        )
