"""The words for options besides prompt and model, and for those that a model doesn't take."""

from collections.abc import Mapping

from bot.domain.jobs import Job
from bot.domain.request_fitting import LeftOut, Option
from bot.domain.requests import ImageRequest
from bot.presentation.error_words import model_name

_NAMES: Mapping[Option, str] = {
    Option.SHAPE: "that shape",
    Option.COUNT: "a number of pictures",
    Option.SEED: "that seed",
    Option.NEGATIVE: "a negative prompt",
    Option.STRENGTH: "a strength",
    Option.IMAGE: "an image",
}


def option_facts(request: ImageRequest) -> list[str]:
    """Name what is worth knowing while nothing is to be seen yet."""
    shape = [request.shape.value] if request.shape else []
    return [*shape, f"{request.count} pictures"] if request.count > 1 else shape


def left_out_lines(job: Job) -> list[str]:
    """Say what the model doesn't take, a line each."""
    return [_left_out(job.request, left_out) for left_out in job.left_out]


def fewer_pictures(asked: int, made: int) -> list[str]:
    """Say it where the service made fewer pictures than it was asked for."""
    return [f"The image service made {made} of {asked} pictures."] if made < asked else []


def _left_out(request: ImageRequest, left_out: LeftOut) -> str:
    model, name = model_name(request.model), _NAMES[left_out.option]
    if left_out.option is Option.STRENGTH and request.source is None:
        return "A strength counts only with an image; it was left out."
    if not left_out.sure:
        return f"I don't know whether {model} takes {name}; it was left out."
    if left_out.option is Option.COUNT:
        return f"{model} makes {_pictures(request.count)} at a time."
    return f"{model} doesn't take {name}; it was left out."


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
