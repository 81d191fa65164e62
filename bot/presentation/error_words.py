"""The words for what goes wrong: the title, what can be said of the money, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import errors, refusals
from bot.domain.errors import Charge, ImagineError, SourceTrouble
from bot.domain.models import short_name
from bot.presentation.markup import escaped, plain
from bot.presentation.refusal_words import refusal_parts

CHARGES: Mapping[Charge, str] = {
    Charge.NOTHING: "Nothing was charged.",
    Charge.USUALLY_NOT: "It is usually not charged.",
    Charge.MAYBE: "It may have been charged.",
}
_INPUT_FIELDS: Mapping[str, str] = {
    "prompt": "the prompt",
    "seed": "the seed",
    "size": "the picture's size",
    "count": "the number of pictures",
    "negative": "the negative prompt",
    "image": "the image",
    "strength": "the strength",
}
_AGAIN = "*Try again* asks for it once more."
_COMMAND_AGAIN = "Run the command again to try once more."
_CHANGE = "Change it and try again."
_NAME_MAX_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Words:
    """A headline of one short sentence, and what follows it."""

    title: str
    detail: str = ""


def describe(error: ImagineError) -> Words:
    """Give the words for an error; for a failed generation with what is known of the money."""
    title, before, after = _FIXED.get(type(error)) or _by_fields(error)
    charge = CHARGES[error.charge] if isinstance(error, errors.GenerationError) else ""
    return Words(title, " ".join(part for part in (before, charge, after) if part))


# Title, what goes before the words about money, and what follows them.
_Parts = tuple[str, str, str]
_FIXED: Mapping[type[ImagineError], _Parts] = {
    errors.AccountRefusedError: (
        "The image service refused this bot's account.",
        "The bot's host must look at it and has been told.",
        "Please try again later.",
    ),
    errors.JournalAwayError: ("I couldn't write down what I was about to do.", "", _AGAIN),
    errors.ServiceBusyError: (
        "The image service is too busy right now.",
        "",
        f"Wait a minute. {_AGAIN}",
    ),
    errors.ServiceUnreachableError: (
        "The image service can't be reached.",
        "",
        f"Wait a minute. {_AGAIN}",
    ),
    errors.ServiceFailedError: ("The image service had a problem.", "", _AGAIN),
    errors.GenerationFailedError: ("The image service couldn't make this picture.", "", _AGAIN),
    errors.SafetyRefusedError: (
        "The image service's safety filter refused this prompt.",
        "",
        _CHANGE,
    ),
    errors.ConnectionLostError: (
        "The connection was lost.",
        "The image service hadn't said whether the picture was made.",
        _AGAIN,
    ),
    errors.TimedOutError: ("The picture took too long.", "I stopped waiting for it.", _AGAIN),
    errors.PictureWithheldError: (
        "This picture isn't shown here.",
        "The image service marked it as mature, and this server withholds such pictures.",
        _CHANGE,
    ),
    errors.PictureNotTakenError: (
        "Discord didn't take the picture.",
        "It was made, but I can't show it here.",
        "A moderator can see whether I still may *Attach Files*.",
    ),
    errors.PictureUnfetchableError: ("The picture couldn't be fetched safely.", "", _AGAIN),
    errors.InterruptedByStopError: (
        "I had to restart.",
        "This picture isn't being made any more.",
        _AGAIN,
    ),
    errors.UnexpectedError: (
        "Something went wrong on my side.",
        "The bot's host finds it in the log by the reference below.",
        _AGAIN,
    ),
}


_SOURCE_TROUBLES: Mapping[SourceTrouble, tuple[str, str]] = {
    SourceTrouble.GONE: ("I don't have that picture any more.", "Begin with another one."),
    SourceTrouble.FOREIGN: ("I can't take a picture from there.", "Upload it with the command."),
    SourceTrouble.TOO_LARGE: ("That picture is too large.", "It can have at most 20 MB."),
    SourceTrouble.NOT_A_PICTURE: (
        "I can't read that as a picture.",
        "It can be a PNG, JPEG, WebP or GIF of at most 40 megapixels.",
    ),
    SourceTrouble.NOT_FETCHED: ("I can't fetch that picture from Discord.", "Upload it again."),
    SourceTrouble.NOT_TAKEN: ("The image service didn't take the picture.", _AGAIN),
}


def _by_fields(error: ImagineError) -> _Parts:
    match error:
        case (
            errors.ModelNotAllowedError()
            | refusals.ModelMissingError()
            | errors.ModelUnavailableError()
        ):
            return _model(error)
        case errors.MissingPermissionError(permissions):
            wanted = " and ".join(f"*{name}*" for name in permissions)
            what = "attach files" if permissions == ("Attach Files",) else "do that"
            return f"I can't {what} in this channel.", "", f"A moderator can give me {wanted}."
        case errors.BrokenCommandError(reference):
            where = f"The bot's host finds it in the log under {reference}."
            return (
                "Something went wrong on my side.",
                f"Nothing was charged. {where}",
                _COMMAND_AGAIN,
            )
        case _:
            return _by_options(error)


def _by_options(error: ImagineError) -> _Parts:
    match error:
        case errors.InputRefusedError(field, max_characters):
            return _input(field, max_characters)
        case errors.SourceUnusableError(trouble):
            title, after = _SOURCE_TROUBLES[trouble]
            return title, "", after
        case refusals.ImageNotTakenError() | refusals.ImageMissingError():
            return _image(error)
        case refusals.PromptTooLongError(model, max_characters):
            title = f"{_typed(model)} takes at most {max_characters:,} characters."
            return title, "", "Shorten the prompt and try again."
        case _:
            title, detail = refusal_parts(error)
            return title, "", detail


def _model(
    error: errors.ModelNotAllowedError | refusals.ModelMissingError | errors.ModelUnavailableError,
) -> _Parts:
    match error:
        case errors.ModelNotAllowedError(model, allowed):
            return f"{_typed(model)} isn't available in this channel.", "", _here(allowed)
        case refusals.ModelMissingError(allowed):
            title = "Please name a model." if allowed else "No model is available in this channel."
            return title, "", _here(allowed)
        case errors.ModelUnavailableError(model, allowed):
            title = f"{model_name(model)} isn't available at the image service."
            return title, "", _instead(allowed)


def _image(error: refusals.ImageNotTakenError | refusals.ImageMissingError) -> _Parts:
    match error:
        case refusals.ImageMissingError(model):
            return f"{_typed(model)} works on a picture.", "", "Give one as *image* and try again."
        case refusals.ImageNotTakenError(model, others):
            title = f"As far as I know, {_typed(model)} doesn't begin with a picture."
            instead = _instead(others) if others else "Leave *image* out and try again."
            return title, "", instead


def _input(field: str | None, max_characters: int | None) -> _Parts:
    what = _INPUT_FIELDS.get(field or "", "an option of this request")
    if max_characters is not None:
        fix = f"This model takes at most {max_characters} characters. Shorten it and try again."
    else:
        fix = _CHANGE
    return f"The image service didn't accept {what}.", "", fix


def _typed(text: str) -> str:
    return escaped(plain(text)[:_NAME_MAX_CHARACTERS]) or "That model"


def _here(allowed: tuple[str, ...]) -> str:
    return _instead(allowed) if allowed else "A moderator can allow one with `/settings models`."


def _instead(allowed: tuple[str, ...]) -> str:
    names = [model_name(model) for model in allowed[:5]]
    if not names:
        return "Leave the model out to use the usual one."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"You can use {listed} here."


def model_name(model_id: str) -> str:
    """Write a model's name for people, without its vendor."""
    return escaped(short_name(model_id))
