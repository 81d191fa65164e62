"""What a member asks for."""

from dataclasses import dataclass
from enum import Enum

PROMPT_MAX_CHARACTERS = 1500
NEGATIVE_MAX_CHARACTERS = 1000
COUNT_MAX = 4
SEED_MAX = 2**31 - 1
# What the API's store takes of a picture.
UPLOAD_MAX_BYTES = 20 << 20


class Shape(Enum):
    """The outline of a picture, as members name it; what a model makes of it is its own affair."""

    SQUARE = "square"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    WIDE = "wide"
    TALL = "tall"


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A picture that a job of ours made, as input: which job, and which of its pictures."""

    job_id: int
    index: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A member's own upload, by its address on Discord's CDN."""

    url: str


Source = OwnPicture | Upload


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What is to be made, and of what.

    Attributes
    ----------
    prompt
        As typed.
    model
        The id of the model that makes it.
    shape, seed, strength, source
        ``None`` where the member left it to the model.
    count
        How many pictures.
    negative
        What the pictures shall not show; may be empty.
    strength
        From 0 to 1: how far the picture may go from its source.
    source
        The picture to begin with.
    """

    prompt: str
    model: str
    shape: Shape | None = None
    count: int = 1
    seed: int | None = None
    negative: str = ""
    strength: float | None = None
    source: Source | None = None
