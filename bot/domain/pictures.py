"""Pictures on their way from the image API to Discord."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class PictureFormat(Enum):
    """A format that is recognised by its first bytes; the value is its media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    GIF = "image/gif"
    AVIF = "image/avif"
    SVG = "image/svg+xml"

    @property
    def extension(self) -> str:
        """The file name's ending, without a dot."""
        return "jpg" if self is PictureFormat.JPEG else self.name.lower()


# What the API's store takes of members' own pictures.
UPLOAD_FORMATS = frozenset(
    {PictureFormat.PNG, PictureFormat.JPEG, PictureFormat.WEBP, PictureFormat.GIF}
)


class Alteration(Enum):
    """What was done to a picture so that Discord shows it."""

    DRAWN = "drawn from a description of lines and shapes"
    WORDLESS = "drawn without its words"
    AS_FILE = "not shown, but handed over"
    CONVERTED = "made another format"
    STILL = "an animation, of which one picture is left"
    SMALLER = "made smaller"


@dataclass(frozen=True, slots=True)
class Picture:
    """A fetched picture; its bytes are in memory or, where ``data`` is ``None``, in ``path``.

    Attributes
    ----------
    source_url
        The https address that passed the guarded door, for a link of last resort; ``None``
        for a picture that came inside an event.
    altered
        How what is shown differs from what the service sent; nothing where it doesn't.
    """

    format: PictureFormat
    width: int
    height: int
    size_bytes: int
    data: bytes | None = None
    path: Path | None = None
    source_url: str | None = None
    altered: tuple[Alteration, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputLink:
    """An output that the API names by its address."""

    url: str


@dataclass(frozen=True, slots=True)
class OutputData:
    """An output that the API sent along, already decoded from base64."""

    data: bytes


Output = OutputLink | OutputData
