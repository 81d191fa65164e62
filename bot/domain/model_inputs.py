"""What a model takes, as its own schema says it, in words of ours.

Models name the same thing differently: a shape is a size in pixels for one and a ratio for another.
How each takes it is kept here; what becomes of a request by it is in
:mod:`bot.domain.request_fitting`.
"""

import math
from dataclasses import dataclass
from enum import Enum

from bot.domain.requests import SEED_MAX

MEGAPIXEL = 1024 * 1024
# Where a schema states no bounds: what every model of the kind is known to have taken.
SIDE_LEAST, SIDE_MOST, SIDE_STEP = 512, 1536, 8


class ModelKind(Enum):
    """What a model makes its pictures of; the values are the API's own."""

    PAINTER = "text-to-image"
    EDITOR = "image-to-image"
    UPSCALER = "upscaler"


@dataclass(frozen=True, slots=True)
class Side:
    """The pixels that a side of a picture can have."""

    least: int = SIDE_LEAST
    most: int = SIDE_MOST
    step: int = SIDE_STEP

    def nearest(self, pixels: float) -> int:
        """Give the length that can be asked for and is nearest to one that can't."""
        lowest, highest = math.ceil(self.least / self.step), self.most // self.step
        if lowest > highest:
            return min(max(round(pixels), self.least), self.most)
        return min(max(round(pixels / self.step), lowest), highest) * self.step


@dataclass(frozen=True, slots=True)
class SizeText:
    """Both sides in one text, such as ``1024*768``; ``area`` is that of the usual picture."""

    key: str = "size"
    side: Side = Side()
    area: int = MEGAPIXEL
    between: str = "*"


@dataclass(frozen=True, slots=True)
class TwoSides:
    """Each side in a number of its own, ``width`` and ``height``."""

    width: Side = Side()
    height: Side = Side()
    area: int = MEGAPIXEL


@dataclass(frozen=True, slots=True)
class ShapeChoice:
    """One of some texts, each a ratio such as ``16:9`` or a size such as ``1536*1024``."""

    key: str
    options: tuple[str, ...]


ShapeInput = SizeText | TwoSides | ShapeChoice


@dataclass(frozen=True, slots=True)
class CountInput:
    """How many pictures one request can be for; ``usual`` is what it makes unasked."""

    key: str
    most: int
    least: int = 1
    usual: int = 1

    def nearest(self, count: int) -> int:
        """Give the number that can be asked for and is nearest to one that can't."""
        return max(self.least, min(count, self.most))


@dataclass(frozen=True, slots=True)
class SeedInput:
    """Which seeds can be named.

    Attributes
    ----------
    any_seed
        Whether -1 may be sent, for any seed.
    always_same
        Whether the model begins with the same seed each time when none is named.
    """

    least: int = 0
    most: int = SEED_MAX
    any_seed: bool = False
    always_same: bool = False

    def takes(self, seed: int) -> bool:
        """Tell whether a seed can be named."""
        return self.least <= seed <= self.most


@dataclass(frozen=True, slots=True)
class TextInput:
    """A text, and its most characters where the schema states them."""

    max_characters: int | None = None

    def takes(self, text: str) -> bool:
        """Tell whether a text is short enough."""
        return self.max_characters is None or len(text) <= self.max_characters


@dataclass(frozen=True, slots=True)
class StrengthInput:
    """How far a picture may go from its source."""

    least: float = 0.0
    most: float = 1.0


@dataclass(frozen=True, slots=True)
class ImageInput:
    """A picture to begin with, by its address: alone, or as a list of such."""

    key: str = "image"
    listed: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class ModelInputs:
    """All that can be told to a model.

    Attributes
    ----------
    known
        Whether its schema was read; without, it is what any model is likely to take.
    prompt
        ``None`` for a model that takes none, such as an upscaler.
    shape
        The ways to name a shape, all of which are used together; none where it takes none.
    """

    known: bool = True
    prompt: TextInput | None = TextInput()
    shape: tuple[ShapeInput, ...] = ()
    count: CountInput | None = None
    seed: SeedInput | None = None
    negative: TextInput | None = None
    strength: StrengthInput | None = None
    image: ImageInput | None = None

    @property
    def needs_image(self) -> bool:
        """Whether it makes nothing without a picture to begin with."""
        return self.image is not None and self.image.required


# The API's pages on submitting name width, height and seed for any model; its schemas have a size.
# What a model doesn't know it passes over. A number of pictures is left out: it would be paid for.
UNKNOWN_INPUTS = ModelInputs(known=False, shape=(SizeText(), TwoSides()), seed=SeedInput())
