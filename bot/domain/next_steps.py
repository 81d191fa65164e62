"""What can be done with a picture, or with a request that failed: the next request of it.

A press may come twice. Two presses of one person, on one button, within a few seconds are one: a
hand that trembles, or a client that sends again. How far they are apart is told by Discord's own
clock, which is in the ids of the interactions, so that every process says the same.
"""

from dataclasses import dataclass, replace

from bot.domain.deeds import Deed
from bot.domain.errors import RefusalError
from bot.domain.jobs import Job, Origin
from bot.domain.refusals import OthersUploadError, PromptHiddenError
from bot.domain.requests import ImageRequest, OwnPicture, Upload

# Long enough for a slow hand, short enough for whoever wants two.
PRESSED_TWICE_WITHIN_MS = 3000
# https://discord.com/developers/docs/reference#snowflakes
_MILLISECOND_BITS = 22
# What begins with the picture itself; the others begin with its request.
WITH_PICTURE = frozenset({Deed.CHANGE, Deed.VARY, Deed.UPSCALE})


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to be done.

    Attributes
    ----------
    index
        With which picture of several, counted from 0; ``None`` where nobody was asked.
    request
        For an edit: what is asked for now.
    text, model
        For a change: what is to become different, and by which model; empty for any.
    """

    deed: Deed
    index: int | None = None
    request: ImageRequest | None = None
    text: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it comes to the door.

    Attributes
    ----------
    others
        Whether it begins with what somebody else brought or had made.
    spoiler
        Whether its picture is hidden at first, whatever it shows.
    """

    request: ImageRequest
    private: bool = False
    origin: Origin | None = None
    others: bool = False
    spoiler: bool = False


def rerolled(past: ImageRequest, seed: int | None) -> ImageRequest:
    """Ask for the same once more, with another seed."""
    return replace(past, seed=seed)


def changed(past: Job, choice: Choice) -> ImageRequest:
    """Ask for a change of a picture, in words."""
    return ImageRequest(choice.text, choice.model, source=_picture(past, choice))


def varied(past: Job, choice: Choice, seed: int | None) -> ImageRequest:
    """Ask for the same once more, with the picture to begin with."""
    source = _picture(past, choice)
    return replace(past.request, seed=seed, source=source, strength=None, count=1)


def upscaled(past: Job, choice: Choice) -> ImageRequest:
    """Ask for a larger picture; the prompt goes along for whoever reads of it."""
    return ImageRequest(past.request.prompt, choice.model, source=_picture(past, choice))


def refusal_of(past: Job, member_id: int, deed: Deed) -> RefusalError | None:
    """Say why a member may not do something with a past job, whatever the server decides."""
    if past.owner_id == member_id:
        return None
    if deed not in WITH_PICTURE and isinstance(past.request.source, Upload):
        return OthersUploadError()
    # A change has words of its own. Whatever else comes of a request has its words, which whoever
    # asked for it can read.
    if deed is not Deed.CHANGE and not past.showing.with_prompt:
        return PromptHiddenError()
    return None


def is_same_press(one: Job, other: Job) -> bool:
    """Tell whether two jobs came of what was meant as one press."""
    return (
        one.origin is not None
        and other.origin is not None
        and one.owner_id == other.owner_id
        and (one.origin.job_id, one.origin.deed) == (other.origin.job_id, other.origin.deed)
        and one.request.source == other.request.source
        and abs(one.id - other.id) < PRESSED_TWICE_WITHIN_MS << _MILLISECOND_BITS
    )


def double_presses(job_id: int) -> tuple[int, int]:
    """Give the least and the largest id that a second press of the same can have."""
    span = (PRESSED_TWICE_WITHIN_MS << _MILLISECOND_BITS) - 1
    return job_id - span, job_id + span


def _picture(past: Job, choice: Choice) -> OwnPicture:
    return OwnPicture(past.id, choice.index or 0)
