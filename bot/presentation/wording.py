"""All that a person reads in Discord; the words of refusals are in ``refusal_words.py``.

Plain, short, kind, in the present tense; what is so, and what to do next. Every state has an icon
and a word, so that nothing depends on colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import errors
from bot.domain.errors import Charge, ImagineError
from bot.domain.jobs import Cancelled, Delayed, Done, Failed, Job, JobState, Running, Waiting
from bot.domain.models import Model, short_name
from bot.presentation.markup import bar, escaped, link, moment, ordinal, plain
from bot.presentation.refusal_words import refusal_parts

# https://discord.com/developers/docs/resources/message#attachment-object
ALT_TEXT_MAX_CHARACTERS = 1024
# https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure
CHOICE_MAX_CHARACTERS = 100
ETA_SHOWN_FROM_S = 10

_CHARGES: Mapping[Charge, str] = {
    Charge.NOTHING: "Nothing was charged.",
    Charge.USUALLY_NOT: "It is usually not charged.",
    Charge.MAYBE: "It may have been charged.",
}
_INPUT_FIELDS: Mapping[str, str] = {
    "prompt": "the prompt",
    "seed": "the seed",
    "size": "the picture's size",
}
_AGAIN = "Run the command again to try once more."
_CHANGE = "Change it and try again."


@dataclass(frozen=True, slots=True)
class Words:
    """A headline of one short sentence, and what follows it."""

    title: str
    detail: str = ""


def alt_text(prompt: str) -> str:
    """Describe a picture to those who don't see it, within Discord's limit."""
    text = f"AI-generated: {plain(prompt)}"
    if len(text) <= ALT_TEXT_MAX_CHARACTERS:
        return text
    return text[: ALT_TEXT_MAX_CHARACTERS - 1] + "…"


def headline(state: JobState, now: datetime) -> Words:
    """Say what a job's state is; a picture needs no headline."""
    match state:
        case Waiting():
            return Words(_waiting(state))
        case Delayed(retry_at):
            return Words(f"⏳ Waiting · the image service is busy · asked again {moment(retry_at)}")
        case Running():
            return Words(_running(state, now))
        case Cancelled(by_id, charge):
            return Words(f"⏹️ Cancelled by <@{by_id}>. {_CHARGES[charge]}")
        case Failed(error):
            words = describe(error)
            return Words(f"⚠️ {words.title}", words.detail)
        case Done():
            return Words("")


def _waiting(state: Waiting) -> str:
    starts = f" · starts {moment(state.starts_at)}" if state.starts_at else ""
    return f"⏳ Waiting · {ordinal(state.position)} in line{starts}"


def _running(state: Running, now: datetime) -> str:
    percent = state.percent_at(now)
    if percent is None:
        return f"🎨 Painting · started {moment(state.started_at)}"
    about = "about " if state.estimated else ""
    return f"🎨 {bar(percent)} {about}{percent} %{_eta(state, now)}"


def _eta(state: Running, now: datetime) -> str:
    if state.ready_at is None or (state.ready_at - now).total_seconds() < ETA_SHOWN_FROM_S:
        return ""
    return f" · ready {moment(state.ready_at)}"


def footer(job: Job, state: JobState) -> str:
    """List the facts under the quoted prompt, the smallest print of the message."""
    facts = [_named(job.request.model)]
    match state:
        case Done():
            facts = ["AI-generated", *facts, *_picture_facts(state)]
        case Failed():
            facts.append(f"reference {job.reference}")
        case _:
            pass
    if not isinstance(state, Failed):
        facts.append(f"for <@{job.owner_id}>")
    return "-# " + " · ".join(facts)


def _picture_facts(state: Done) -> list[str]:
    first = state.pictures[0]
    facts = [f"{first.width} × {first.height}"]
    if state.seed is not None:
        facts.append(f"seed {state.seed}")
    return [*facts, f"{state.took_s:.1f} s"]


def remarks(job: Job, state: JobState) -> list[str]:
    """Add what a member should know about a picture, a line each."""
    lines: list[str] = []
    if isinstance(state, Done):
        if state.flagged:
            lines.append(
                "The image service marked this picture as mature, so it is hidden at first."
            )
        if state.missing:
            made = len(state.pictures) + state.missing
            lines.append(f"{state.missing} of {made} pictures couldn't be fetched.")
        if any(picture.altered for picture in state.pictures):
            lines.append("The picture was made smaller to fit Discord's limit.")
    if job.private:
        lines.append("only you can see this")
    return [f"-# {line}" for line in lines]


def picture_link(url: str, gone_at: datetime) -> str:
    """Offer the service's own address where a picture can't be shown."""
    return f"{link('Open the picture', url)} before {moment(gone_at, 'D')}."


def picture_too_large(offer: str) -> str:
    """Say why there is an address in a picture's place."""
    return f"The picture is too large for Discord. {offer}"


def picture_lost() -> str:
    """Say that a picture without an address fits in no way."""
    return "The picture is too large for Discord, and it has no address that I could link to."


def model_label(model: Model) -> str:
    """Name a model in a picker, with its price where that is known."""
    price = "" if model.price_usd is None else f" · ${model.price_usd:g} a picture"
    return model.name[: CHOICE_MAX_CHARACTERS - len(price)] + price


def help_text(default_model: str) -> str:
    """Explain the bot to a member."""
    return f"""\
## Pictures from words
Type **/imagine** and what the picture shows, such as `/imagine A cat in space`. \
One message follows it: first the percentage, then the picture.

**model** chooses what makes the picture; without it {_named(default_model)} does.
**private** shows the picture to you alone.
**Cancel** ends it. You can cancel yours; moderators can cancel any.

-# Pictures are AI-generated. Your prompt goes to the image service, nothing else of you."""


def handed_over() -> str:
    """Close a private message that Discord won't let us change any longer."""
    return "-# This takes longer than Discord lets me update it. The end comes as a direct message."


def elsewhere(jump_url: str) -> str:
    """Open a new message that carries on an older one."""
    earlier = link("an earlier message", jump_url)
    return f"-# This belongs to {earlier}, which I can't change any more."


def describe(error: ImagineError) -> Words:
    """Give the words for an error; for a failed generation with what is known of the money."""
    title, before, after = _FIXED.get(type(error)) or _by_fields(error)
    charge = _CHARGES[error.charge] if isinstance(error, errors.GenerationError) else ""
    return Words(title, " ".join(part for part in (before, charge, after) if part))


# Title, what goes before the words about money, and what follows them.
_Parts = tuple[str, str, str]
_FIXED: Mapping[type[ImagineError], _Parts] = {
    errors.AccountRefusedError: (
        "The image service refused this bot's account.",
        "The bot's host must look at it and has been told.",
        "Please try again later.",
    ),
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


def _by_fields(error: ImagineError) -> _Parts:
    match error:
        case errors.ModelNotAllowedError(model, allowed):
            return f"{_typed(model)} isn't available in this channel.", "", _instead(allowed)
        case errors.ModelUnavailableError(model, allowed):
            return (
                f"{_named(model)} isn't available at the image service.",
                "",
                _instead(allowed),
            )
        case errors.MissingPermissionError(permissions):
            wanted = " and ".join(f"*{name}*" for name in permissions)
            what = "attach files" if permissions == ("Attach Files",) else "do that"
            return f"I can't {what} in this channel.", "", f"A moderator can give me {wanted}."
        case errors.InputRefusedError(field, max_characters):
            return _input(field, max_characters)
        case errors.BrokenCommandError(reference):
            where = f"The bot's host finds it in the log under {reference}."
            return "Something went wrong on my side.", f"Nothing was charged. {where}", _AGAIN
        case _:
            title, detail = refusal_parts(error)
            return title, "", detail


def _input(field: str | None, max_characters: int | None) -> _Parts:
    what = _INPUT_FIELDS.get(field or "", "an option of this request")
    if max_characters is not None:
        fix = f"This model takes at most {max_characters} characters. Shorten it and try again."
    else:
        fix = _CHANGE
    return f"The image service didn't accept {what}.", "", fix


def _named(model_id: str) -> str:
    return escaped(short_name(model_id))


def _typed(text: str) -> str:
    return escaped(plain(text)[:CHOICE_MAX_CHARACTERS]) or "That model"


def _instead(allowed: tuple[str, ...]) -> str:
    names = [_named(model) for model in allowed[:5]]
    if not names:
        return "Leave the model out to use the usual one."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"You can use {listed} here."
