"""What becomes of a request with a model: what it takes, and what is left out.

The same options are left out whenever the same request meets the same model, so that what a member
is told, what is booked and what is sent agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from bot.domain.model_inputs import ModelInputs
from bot.domain.requests import ImageRequest
from bot.domain.server_policy import JsonValue
from bot.domain.shape_mapping import named


class Option(Enum):
    """What can be asked for besides a prompt and a model; the values are for rows."""

    SHAPE = "shape"
    COUNT = "count"
    SEED = "seed"
    NEGATIVE = "negative"
    STRENGTH = "strength"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An option that the model doesn't take; not ``sure`` where nobody has seen its schema."""

    option: Option
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Fitted:
    """A request with nothing in it that the model doesn't take, and what was taken out."""

    request: ImageRequest
    left_out: tuple[LeftOut, ...] = ()


def fitted(request: ImageRequest, takes: ModelInputs) -> Fitted:
    """Leave out what a model doesn't take; a number of pictures becomes the nearest that it can."""
    missing = frozenset(_not_taken(request, takes))
    if not missing:
        return Fitted(request)
    kept = replace(
        request,
        shape=None if Option.SHAPE in missing else request.shape,
        count=takes.count.nearest(request.count) if takes.count else 1,
        seed=None if Option.SEED in missing else request.seed,
        negative="" if Option.NEGATIVE in missing else request.negative,
        strength=None if Option.STRENGTH in missing else request.strength,
        source=None if Option.IMAGE in missing else request.source,
    )
    left_out = (LeftOut(option, takes.known) for option in Option if option in missing)
    return Fitted(kept, tuple(left_out))


def body_of(
    request: ImageRequest, takes: ModelInputs, image_url: str | None = None
) -> dict[str, JsonValue]:
    """Write what is sent to a model; what it doesn't take isn't in it.

    Parameters
    ----------
    image_url
        Where the API finds the picture to begin with, if there is one.
    """
    asked = fitted(request, takes).request
    body: dict[str, JsonValue] = {"prompt": asked.prompt} if takes.prompt else {}
    if asked.shape is not None:
        body |= named(asked.shape, takes.shape)
    if takes.count and asked.count != takes.count.usual:
        body[takes.count.key] = asked.count
    if (seed := _seed(asked, takes)) is not None:
        body["seed"] = seed
    if asked.negative:
        body["negative_prompt"] = asked.negative
    return body | _image_members(asked, takes, image_url)


def _not_taken(request: ImageRequest, takes: ModelInputs) -> Iterator[Option]:
    if request.shape is not None and not named(request.shape, takes.shape):
        yield Option.SHAPE
    if request.count != (takes.count.nearest(request.count) if takes.count else 1):
        yield Option.COUNT
    if request.seed is not None and not (takes.seed and takes.seed.takes(request.seed)):
        yield Option.SEED
    if request.negative and not (takes.negative and takes.negative.takes(request.negative)):
        yield Option.NEGATIVE
    yield from _not_taken_of_image(request, takes)


def _not_taken_of_image(request: ImageRequest, takes: ModelInputs) -> Iterator[Option]:
    begins_with_one = request.source is not None and takes.image is not None
    if request.strength is not None and not (begins_with_one and takes.strength):
        yield Option.STRENGTH
    if request.source is not None and takes.image is None:
        yield Option.IMAGE


def _seed(request: ImageRequest, takes: ModelInputs) -> int | None:
    if request.seed is None and takes.seed and takes.seed.always_same and takes.seed.any_seed:
        return -1
    return request.seed


def _image_members(
    request: ImageRequest, takes: ModelInputs, image_url: str | None
) -> dict[str, JsonValue]:
    if image_url is None or takes.image is None:
        return {}
    members: dict[str, JsonValue] = {
        takes.image.key: [image_url] if takes.image.listed else image_url
    }
    if request.strength is not None and takes.strength is not None:
        least, most = takes.strength.least, takes.strength.most
        members["strength"] = min(max(request.strength, least), most)
    return members
