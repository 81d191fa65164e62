"""The words for what is refused, by a server's rules above all: what is so, and until when."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import errors, refusals
from bot.domain.deeds import Deed
from bot.domain.errors import ImagineError
from bot.domain.refusals import Flaw
from bot.domain.server_settings import all_settings
from bot.domain.windows import Window
from bot.presentation.markup import escaped, moment, ordinal, plain
from bot.presentation.moderation_words import setting_title

# A title, and what follows it.
Parts = tuple[str, str]

_NAME_MAX_CHARACTERS = 100
_CHANNELS_NAMED_MAX = 5
_THIS: Mapping[Window, str] = {
    Window.HOUR: "this hour",
    Window.DAY: "today",
    Window.MONTH: "this month",
}
_A: Mapping[Window, str] = {
    Window.HOUR: "an hour",
    Window.DAY: "a day",
    Window.MONTH: "a month",
}
_FIXED: Mapping[type[ImagineError], Parts] = {
    errors.DirectMessageError: ("I make pictures in servers only.", ""),
    errors.StoppingError: ("I'm restarting.", "Please try again in a minute."),
    errors.StoreUnavailableError: ("One moment.", "Please try again in a few seconds."),
    errors.NotOwnerError: (
        "This isn't your picture.",
        "Its owner can cancel it, or somebody with *Manage Messages*.",
    ),
    errors.JobEndedError: (
        "There is nothing left to cancel.",
        "This picture isn't being made any more.",
    ),
    errors.DuplicateInteractionError: (
        "I already have this command.",
        "Its picture comes in the first answer.",
    ),
    refusals.NotSetUpError: (
        "I'm not set up for this server yet.",
        "The host of this bot can add it.",
    ),
    refusals.PrivateOffError: (
        "Private pictures are off in this server.",
        "Leave *private* out and try again.",
    ),
    refusals.UploadsOffError: (
        "You can't begin with a picture of your own here.",
        "A moderator can allow it for a role.",
    ),
    refusals.OthersPicturesOffError: (
        "This server keeps to one's own pictures.",
        "A moderator can let members begin with those of others.",
    ),
    refusals.PictureForgottenError: (
        "I don't know that picture any more.",
        "What is asked for is kept for a while only. `/imagine` makes a new one.",
    ),
    refusals.PressedTwiceError: (
        "I have that press already.",
        "Press again in a few seconds if you want another one.",
    ),
    refusals.NotOperatorError: (
        "This is for whoever hosts the bot.",
        "Moderators have `/settings`.",
    ),
    refusals.PictureGoneError: (
        "This picture isn't kept any more.",
        "**/history** shows those that are.",
    ),
    refusals.NoPictureError: (
        "There is no picture in this message that I can begin with.",
        "Choose a result of mine, or a message with a picture of your own.",
    ),
    refusals.OthersUploadError: (
        "This picture is somebody else's.",
        "Begin with one of your own, or with one that I made.",
    ),
    refusals.PromptHiddenError: (
        "The prompt of this picture isn't shown.",
        "So only its owner can use it again. `/imagine` makes one with words of your own.",
    ),
    refusals.FlaggedSourceError: (
        "Mature pictures aren't shown in this channel.",
        "So nothing can begin with this one here. Choose another picture.",
    ),
    refusals.AddressTooLongError: (
        "The name of this file is too long for the form.",
        "Give the picture to **/imagine** under *image*.",
    ),
    refusals.NotShownError: (
        "Discord didn't take the picture.",
        "Please try again in a minute.",
    ),
    refusals.NotDeletedError: (
        "Discord didn't delete the picture.",
        "Please try again in a minute.",
    ),
    refusals.BlockedTermError: (
        "This server doesn't allow that prompt.",
        "Change it and try again.",
    ),
    refusals.ProtectedTermsError: (
        "I don't make pictures like that.",
        "This holds in every server.",
    ),
}
# What follows the name of the field; ``{}`` is the limit.
_FLAWS: Mapping[Flaw, str] = {
    Flaw.EMPTY: "can't be empty.",
    Flaw.TOO_LONG: "can have at most {} characters.",
    Flaw.TOO_MANY: "can have at most {} entries.",
    Flaw.TOO_SMALL: "can't be less than {}.",
    Flaw.TOO_LARGE: "can't be more than {}.",
    Flaw.NOT_A_SWITCH: "can be on or off.",
    Flaw.NOT_A_NUMBER: "should be a whole number, such as {}.",
    Flaw.NOT_DOLLARS: "should be an amount in dollars, such as {}.",
    Flaw.NOT_A_DURATION: "should be a time such as 30s, 5m, 2h or 1d.",
    Flaw.NOT_A_CHANNEL: "should be a channel, as a mention or as its id.",
    Flaw.NOT_A_ROLE: "should be a role, as a mention or as its id.",
    Flaw.NOT_A_CHOICE: "can be one of: {}.",
    Flaw.NOT_A_MODEL: "should be a model such as get3w/flux-dev, or several such as get3w/\\*.",
    Flaw.STAR_INSIDE: "can have a star only at its beginning or its end.",
    Flaw.UNKNOWN: "isn't a name that I know.",
    Flaw.MISSING: "is missing.",
    Flaw.WRONG_TYPE: "should be {}.",
    Flaw.TWICE: "is there twice.",
    Flaw.NOT_A_DOCUMENT: "isn't a settings file that I can read.",
    Flaw.NOT_HERE: "names {}, which this server doesn't have.",
    Flaw.NOT_FOR_THAT: "can't be {}: choose a channel in which messages are written.",
    Flaw.NOT_FETCHED: "couldn't be fetched from Discord. Please try again.",
}


_ABLE: Mapping[Deed, str] = {
    Deed.AGAIN: "makes that again",
    Deed.REROLL: "makes that again",
    Deed.EDIT: "works from such words",
    Deed.CHANGE: "changes pictures",
    Deed.VARY: "varies this picture",
    Deed.UPSCALE: "makes pictures larger",
}
_OF_EACH = frozenset({Flaw.TOO_LONG, Flaw.STAR_INSIDE, Flaw.EMPTY})


def refusal_parts(error: ImagineError) -> Parts:
    """Give the words for a refusal; empty ones for any other error."""
    return (
        _FIXED.get(type(error))
        or _by_count(error)
        or _by_place(error)
        or _by_moderators(error)
        or ("", "")
    )


def _by_count(error: ImagineError) -> Parts | None:
    match error:
        case refusals.LimitReachedError():
            return _limit(error)
        case refusals.BudgetReachedError(window, free_at):
            return _budget(window, free_at)
        case refusals.CooldownError(free_at):
            return "One moment.", f"You can ask again {moment(free_at) if free_at else 'soon'}."
        case refusals.TooManyAtOnceError():
            return _too_many(error.under_way, shared=error.shared)
        case refusals.TooManyWaitingError(waiting):
            title = f"You already have {_pictures(waiting)} in line."
            return title, "Cancel one, or wait for one to start."
        case _:
            return None


def _limit(error: refusals.LimitReachedError) -> Parts:
    if error.free_at is None:
        title = f"That is more than {_pictures(error.limit)} {_A[error.window]}."
        return title, "That is the limit here. Ask for fewer at once."
    when, this = moment(error.free_at), _THIS[error.window]
    if error.made < error.limit:
        left = _pictures(error.limit - error.made)
        return f"Only {left} can still be made {this}.", f"Ask for fewer at once, or again {when}."
    if error.shared:
        its = "That is its limit" if error.made == error.limit else f"Its limit is {error.limit}"
        title = f"This server has made {_pictures(error.made)} {this}."
        return title, f"{its}. The next one can be made {when}."
    title = f"That was your {ordinal(error.made)} picture {this}."
    return title, f"You can make the next one {when}."


def _budget(window: Window, free_at: datetime | None) -> Parts:
    if free_at is None:
        title = f"This picture costs more than this server spends {_A[window]}."
        return title, "Try another model."
    title = f"This server has used its budget for {_THIS[window]}."
    return title, f"It starts again {moment(free_at)}."


def _too_many(under_way: int, *, shared: bool) -> Parts:
    if shared:
        return f"This server already has {_pictures(under_way)} waiting.", "Wait for one to finish."
    title = f"You already have {_pictures(under_way)} waiting."
    return title, "Cancel one, or wait for one to finish."


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _by_place(error: ImagineError) -> Parts | None:
    match error:
        case refusals.PausedError(until):
            starts = f"It starts again {moment(until)}." if until else "Please try again later."
            return "The bot is taking a break.", starts
        case refusals.NothingAbleError(deed):
            title = f"No model that you can use here {_ABLE[deed]}."
            return title, "A moderator can allow one."
        case refusals.ChannelNotOpenError(channel_ids):
            return "I don't make pictures in this channel.", _instead(channel_ids)
        case _:
            return None


def _by_moderators(error: ImagineError) -> Parts | None:
    match error:
        case refusals.BlockedMemberError(until):
            end = f" until {moment(until, 'f')}" if until else ""
            return f"You can't make pictures in this server{end}.", "A moderator decided that."
        case refusals.SafetyPauseError(until):
            detail = "The image service's safety filter refused several of your prompts."
            return f"You can make pictures again {moment(until)}.", detail
        case refusals.NotPermittedError(permissions):
            wanted = " or ".join(f"*{name}*" for name in permissions)
            return "You can't do that here.", f"It takes {wanted}."
        case refusals.BadInputError(field, flaw, limit):
            about = f"{_field(_one_of(field, flaw))} {_FLAWS[flaw].format(escaped(limit))}"
            return about, "Nothing was changed."
        case _:
            return None


def _instead(channel_ids: tuple[int, ...]) -> str:
    named = [f"<#{channel_id}>" for channel_id in channel_ids[:_CHANNELS_NAMED_MAX]]
    return f"Try {' or '.join(named)}." if named else "No channel is open at present."


def _one_of(field: str, flaw: Flaw) -> str:
    """Name what is wrong, where many are typed into one field and one of them is."""
    return "Each term" if field == "terms" and flaw in _OF_EACH else field


def _field(name: str) -> str:
    shown = setting_title(name) if name in all_settings() else plain(name)
    return f"*{escaped(shown[:_NAME_MAX_CHARACTERS]) or 'That'}*"
