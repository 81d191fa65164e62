"""The forms of an edit and of a change, and what comes back of them.

A form has the custom id of the button that opened it, so that whoever gets it back, in this process
or the next, knows what is meant. Discord takes five fields, so what is named less often shares one,
a line each, as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import discord
from discord import ui

from bot.domain.deeds import Deed
from bot.domain.journal import JournalEntry
from bot.domain.models import MODEL_ID_MAX_CHARACTERS, Model
from bot.domain.next_steps import Choice
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.requests import (
    COUNT_MAX,
    NEGATIVE_MAX_CHARACTERS,
    PROMPT_MAX_CHARACTERS,
    SEED_MAX,
    ImageRequest,
    Shape,
)
from bot.presentation import next_words as words
from bot.presentation.inputs import Entered
from bot.presentation.next_buttons import deed_id
from bot.presentation.wording import model_label

# https://discord.com/developers/docs/components/reference#string-select
_OPTIONS_MAX = 25
_ANY = "any"
_MORE_MAX_CHARACTERS = 200
PROMPT, NEGATIVE, MODEL, SHAPE, MORE = "prompt", "negative", "model", "shape", "more"
TEXT, PICTURE = "text", "picture"

_Field = ui.Item[ui.Modal]
_Option = discord.SelectOption


def edit_form(entry: JournalEntry, models: Sequence[Model], *, with_prompt: bool) -> ui.Modal:
    """Make the form that holds every option of a request, as it was.

    Parameters
    ----------
    models
        What may make it, at least one.
    with_prompt
        Whether its words are for the eyes of whoever opens it.
    """
    past = entry.job.request
    prompt, negative = (past.prompt, past.negative) if with_prompt else ("", "")
    return form_of(
        words.EDIT_TITLE,
        deed_id(Deed.EDIT, entry.job.id),
        ui.Label(
            text=words.PROMPT_LABEL, component=text_field(PROMPT, prompt, PROMPT_MAX_CHARACTERS)
        ),
        ui.Label(
            text=words.NEGATIVE_LABEL,
            component=text_field(NEGATIVE, negative, NEGATIVE_MAX_CHARACTERS, required=False),
        ),
        ui.Label(text=words.MODEL_LABEL, component=model_select(models, past.model)),
        ui.Label(text=words.SHAPE_LABEL, component=_shape_select(past.shape)),
        ui.Label(
            text=words.MORE_LABEL,
            description=words.MORE_HINT,
            component=text_field(MORE, _more_lines(past), _MORE_MAX_CHARACTERS, required=False),
        ),
    )


def change_form(entry: JournalEntry, editors: Sequence[Model], pictures: int) -> ui.Modal:
    """Make the form that asks in words for a change; and for what else isn't plain."""
    fields: list[_Field] = [
        ui.Label(
            text=words.CHANGE_LABEL,
            description=words.CHANGE_HINT,
            component=text_field(TEXT, "", PROMPT_MAX_CHARACTERS),
        )
    ]
    if pictures > 1:
        numbers = number_select(PICTURE, pictures)
        fields.append(ui.Label(text=words.PICTURE_LABEL, component=numbers))
    if len(editors) > 1:
        select = model_select(editors, editors[0].id)
        fields.append(ui.Label(text=words.MODEL_LABEL, component=select))
    return form_of(words.CHANGE_TITLE, deed_id(Deed.CHANGE, entry.job.id), *fields)


def edited(past: ImageRequest, entered: Entered) -> ImageRequest:
    """Read an edit; what the form doesn't hold stays as it was.

    Raises
    ------
    BadInputError
    """
    more, negative = _read_more(_first(entered, MORE)), _first(entered, NEGATIVE)
    return replace(
        past,
        prompt=checked_text(PROMPT, _first(entered, PROMPT), PROMPT_MAX_CHARACTERS),
        negative=checked_text(NEGATIVE, negative, NEGATIVE_MAX_CHARACTERS, empty=True),
        model=_first(entered, MODEL)[:MODEL_ID_MAX_CHARACTERS] or past.model,
        shape=next((shape for shape in Shape if shape.value == _first(entered, SHAPE)), None),
        count=int(more.get("count") or 1),
        seed=None if more.get("seed") is None else int(more["seed"]),
        strength=more.get("strength"),
    )


def change_in(entered: Entered) -> Choice:
    """Read a change.

    Raises
    ------
    BadInputError
    """
    picture = _first(entered, PICTURE)
    return Choice(
        Deed.CHANGE,
        index=int(picture) if picture in {"0", "1", "2", "3"} else None,
        text=checked_text(TEXT, _first(entered, TEXT), PROMPT_MAX_CHARACTERS),
        model=_first(entered, MODEL)[:MODEL_ID_MAX_CHARACTERS],
    )


def form_of(title: str, custom_id: str, *fields: _Field) -> ui.Modal:
    """Make a form that lives by its id alone."""
    form = ui.Modal(title=title, custom_id=custom_id)
    for field in fields:
        form.add_item(field)
    # What is sent is known by its id alone, so the library needn't keep the form.
    form.stop()
    return form


def text_field(name: str, shown: str, max_characters: int, *, required: bool = True) -> _Field:
    """Make a field for text, with what it holds at first."""
    return ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph,
        default=shown or None,
        max_length=max_characters,
        required=required,
    )


def number_field(name: str, max_characters: int) -> _Field:
    """Make a field of one line for a number, which may be left out."""
    return ui.TextInput(custom_id=name, max_length=max_characters, required=False)


def _select(name: str, options: list[_Option]) -> _Field:
    return ui.Select(custom_id=name, options=options, required=True)


def number_select(name: str, pictures: int) -> _Field:
    """Make a field that chooses one of several pictures, the first at first."""
    options = [_Option(label=str(n + 1), value=str(n), default=n == 0) for n in range(pictures)]
    return _select(name, options)


def model_select(models: Sequence[Model], current: str, name: str = MODEL) -> _Field:
    """Make a field that chooses one of some models, at least one; the current one at first."""
    usable = [model for model in models if len(model.id) <= MODEL_ID_MAX_CHARACTERS]
    # The current one first, so that it is there however many there are.
    in_order = sorted(usable, key=lambda model: model.id != current)[:_OPTIONS_MAX]
    chosen = in_order[0].id
    options = [
        _Option(label=model_label(model), value=model.id, default=model.id == chosen)
        for model in in_order
    ]
    return _select(name, options)


def _shape_select(current: Shape | None) -> _Field:
    options = [_Option(label=words.ANY_SHAPE, value=_ANY, default=current is None)]
    options += [
        _Option(label=words.SHAPES[shape], value=shape.value, default=shape is current)
        for shape in Shape
    ]
    return _select(SHAPE, options)


def _more_lines(past: ImageRequest) -> str:
    told = {"count": str(past.count), "seed": "" if past.seed is None else str(past.seed)}
    if past.source is not None:
        told["strength"] = "" if past.strength is None else f"{past.strength:g}"
    return "\n".join(f"{name}: {value}" for name, value in told.items())


def _read_more(text: str) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for line in filter(str.strip, text.splitlines()):
        name, _, value = (part.strip() for part in line.partition(":"))
        read = _READERS.get(name.casefold())
        if read is None:
            raise BadInputError(name, Flaw.UNKNOWN)
        if value:
            found[name.casefold()] = read(name, value)
    return found


def _whole(name: str, value: str, least: int, most: int) -> int:
    # A longer one is no number that anybody means, and the library would take its time.
    if not value.isascii() or not value.isdecimal() or len(value) > len(str(most)):
        raise BadInputError(name, Flaw.NOT_A_NUMBER, str(least))
    if not least <= int(value) <= most:
        flaw, limit = (Flaw.TOO_SMALL, least) if int(value) < least else (Flaw.TOO_LARGE, most)
        raise BadInputError(name, flaw, str(limit))
    return int(value)


def _count(name: str, value: str) -> float:
    return _whole(name, value, 1, COUNT_MAX)


def _seed(name: str, value: str) -> float:
    return _whole(name, value, 0, SEED_MAX)


def _strength(name: str, value: str) -> float:
    try:
        strength = float(value)
    except ValueError:
        strength = -1.0
    if not 0.0 <= strength <= 1.0:
        raise BadInputError(name, Flaw.WRONG_TYPE, words.STRENGTH_RANGE)
    return strength


_READERS: Mapping[str, Callable[[str, str], float]] = {
    "count": _count,
    "seed": _seed,
    "strength": _strength,
}


def strength_in(text: str) -> float:
    """Read how far a picture may go from the one that it begins with.

    Raises
    ------
    BadInputError
    """
    return _strength("strength", text.strip())


def checked_text(name: str, text: str, max_characters: int, *, empty: bool = False) -> str:
    """Read a text that has a limit.

    Raises
    ------
    BadInputError
    """
    text = text.strip()
    if not text and not empty:
        raise BadInputError(name, Flaw.EMPTY)
    if len(text) > max_characters:
        raise BadInputError(name, Flaw.TOO_LONG, str(max_characters))
    return text


def _first(entered: Entered, name: str) -> str:
    return next(iter(entered.get(name, ())), "")
