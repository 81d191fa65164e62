"""The form of *Use as image for /imagine*, and what comes back of it.

Whoever gets the form back, in this process or the next, knows by its ids which picture is meant. A
picture that the bot made is named by its job. A member's own lies at a signed address, which no
bot can ask Discord for again; it is longer than one id, so it stands in several, a piece in each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from discord import ui

from bot.domain.models import Model
from bot.domain.refusals import AddressTooLongError, BadInputError, Flaw
from bot.domain.requests import PROMPT_MAX_CHARACTERS, ImageRequest, OwnPicture, Upload
from bot.presentation import next_words as words
from bot.presentation.inputs import Entered
from bot.presentation.next_forms import (
    checked_text,
    form_of,
    model_select,
    number_field,
    number_select,
    strength_in,
    text_field,
)

# https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id
_ID_MAX_CHARACTERS = 100
_FORM_OF_JOB, _FORM_OF_ADDRESS = "image:job:", "image:url:"
# Those that are always filled in, since nothing comes back of a field that is empty.
_PROMPT, _MODEL = "prompt:", "model:"
_STRENGTH, _PICTURE = "strength", "picture"
_STRENGTH_MAX_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class ImageWish:
    """What a form came back with.

    Attributes
    ----------
    job_id
        The job whose picture is meant; ``None`` for a member's own.
    """

    request: ImageRequest
    job_id: int | None


def image_form(source: int | Upload, models: Sequence[Model], pictures: int = 1) -> ui.Modal:
    """Make the form that asks what a picture shall become.

    Parameters
    ----------
    source
        A job's id, or a member's own picture.
    models
        What may begin with it, at least one.
    pictures
        How many the job has.

    Raises
    ------
    AddressTooLongError
    """
    first, second, third = _pieces(source)
    prompt = text_field(_PROMPT + second, "", PROMPT_MAX_CHARACTERS)
    model = model_select(models, models[0].id, _MODEL + third)
    fields: list[ui.Item[ui.Modal]] = [
        ui.Label(text=words.PROMPT_LABEL, component=prompt),
        ui.Label(text=words.MODEL_LABEL, component=model),
        ui.Label(
            text=words.STRENGTH_LABEL,
            description=words.STRENGTH_HINT,
            component=number_field(_STRENGTH, _STRENGTH_MAX_CHARACTERS),
        ),
    ]
    if pictures > 1:
        numbers = number_select(_PICTURE, pictures)
        fields.append(ui.Label(text=words.PICTURE_LABEL, component=numbers))
    return form_of(words.IMAGE_TITLE, first, *fields)


def image_wish(custom_id: str, entered: Entered) -> ImageWish | None:
    """Read a form; ``None`` where it is any other.

    Raises
    ------
    BadInputError
    """
    if not custom_id.startswith((_FORM_OF_JOB, _FORM_OF_ADDRESS)):
        return None
    fields = {name.partition(":")[0]: (name, values) for name, values in entered.items()}
    prompt = checked_text("prompt", _first(fields, "prompt"), PROMPT_MAX_CHARACTERS)
    strength = _first(fields, _STRENGTH)
    request = ImageRequest(
        prompt, _first(fields, "model"), strength=strength_in(strength) if strength else None
    )
    return _with_source(request, custom_id, fields)


Fields = Mapping[str, tuple[str, tuple[str, ...]]]


def _with_source(request: ImageRequest, custom_id: str, fields: Fields) -> ImageWish:
    if custom_id.startswith(_FORM_OF_JOB):
        number = custom_id.removeprefix(_FORM_OF_JOB)
        if not number.isdecimal():
            raise BadInputError("image", Flaw.UNKNOWN)
        picture = _first(fields, _PICTURE)
        index = int(picture) if picture in {"0", "1", "2", "3"} else 0
        return ImageWish(replace(request, source=OwnPicture(int(number), index)), int(number))
    pieces = [custom_id.removeprefix(_FORM_OF_ADDRESS)]
    pieces += [fields[name][0].partition(":")[2] for name in ("prompt", "model") if name in fields]
    return ImageWish(replace(request, source=Upload("".join(pieces))), None)


def _pieces(source: int | Upload) -> tuple[str, str, str]:
    """Give the form's id, and what follows the names of its two fields that are always filled."""
    if isinstance(source, int):
        return f"{_FORM_OF_JOB}{source}", "", ""
    pieces, rest = list[str](), source.url
    for name in (_FORM_OF_ADDRESS, _PROMPT, _MODEL):
        room = _ID_MAX_CHARACTERS - len(name)
        pieces.append(rest[:room])
        rest = rest[room:]
    if rest:
        raise AddressTooLongError
    first, second, third = pieces
    return _FORM_OF_ADDRESS + first, second, third


def _first(fields: Fields, name: str) -> str:
    _, values = fields.get(name, ("", ()))
    return next(iter(values), "")
