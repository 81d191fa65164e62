"""Every error has words, of its own and true about the money."""

from collections.abc import Iterator

import pytest

from bot.domain import errors, refusals
from bot.domain.deeds import Deed
from bot.domain.errors import Charge, ImagineError
from bot.domain.jobs import Failed
from bot.domain.windows import Window
from bot.presentation.error_words import Words, describe
from bot.presentation.layout import job_text
from tests.unit.jobs import a_job
from tests.unit.virtual_time import START

EXAMPLES: tuple[ImagineError, ...] = (
    errors.BrokenCommandError("7QK2M"),
    errors.ModelNotAllowedError("flux-pro", ("get3w/flux-dev", "get3w/flux-schnell")),
    errors.DirectMessageError(),
    errors.MissingPermissionError(("Attach Files",)),
    errors.StoppingError(),
    errors.StoreUnavailableError(errors.StoreTrouble.FULL),
    errors.NotOwnerError(),
    errors.JobEndedError(),
    errors.DuplicateInteractionError(),
    errors.AccountRefusedError(402),
    errors.ModelUnavailableError("b/gone", ("get3w/flux-dev",)),
    errors.InputRefusedError(),
    errors.JournalAwayError(),
    errors.SourceUnusableError(errors.SourceTrouble.GONE),
    errors.ServiceBusyError(),
    errors.ServiceUnreachableError(),
    errors.ServiceFailedError(),
    errors.GenerationFailedError(),
    errors.SafetyRefusedError(),
    errors.ConnectionLostError(),
    errors.TimedOutError(),
    errors.PictureWithheldError(),
    errors.PictureNotTakenError(),
    errors.PictureUnfetchableError(),
    errors.InterruptedByStopError(),
    errors.UnexpectedError(),
    refusals.NotSetUpError(),
    refusals.PausedError(START),
    refusals.ChannelNotOpenError((801,)),
    refusals.PrivateOffError(),
    refusals.UploadsOffError(),
    refusals.OthersPicturesOffError(),
    refusals.PictureForgottenError(),
    refusals.PictureGoneError(),
    refusals.NotShownError(),
    refusals.NoPictureError(),
    refusals.OthersUploadError(),
    refusals.PromptHiddenError(),
    refusals.FlaggedSourceError(),
    refusals.AddressTooLongError(),
    refusals.NothingAbleError(Deed.UPSCALE),
    refusals.PressedTwiceError(),
    refusals.ImageNotTakenError("flux-2-dev", ("get3w/flux-dev",)),
    refusals.ImageMissingError("flux-kontext-dev"),
    refusals.PromptTooLongError("midjourney", 1024),
    refusals.ModelMissingError(("get3w/flux-dev",)),
    refusals.BlockedMemberError(START),
    refusals.SafetyPauseError(START),
    refusals.BlockedTermError(),
    refusals.ProtectedTermsError(),
    refusals.LimitReachedError(10, Window.DAY, START),
    refusals.BudgetReachedError(Window.DAY, START),
    refusals.CooldownError(START),
    refusals.TooManyAtOnceError(3),
    refusals.TooManyWaitingError(3),
    refusals.NotPermittedError(("Manage Server",)),
    refusals.NotOperatorError(),
    refusals.NotDeletedError(),
    refusals.BadInputError("term", refusals.Flaw.TOO_LONG, "60"),
)
CHARGES = {
    Charge.NOTHING: "Nothing was charged.",
    Charge.USUALLY_NOT: "It is usually not charged.",
    Charge.MAYBE: "It may have been charged.",
}


def leaves(kind: type[ImagineError] = ImagineError) -> Iterator[type[ImagineError]]:
    ours = {errors.__name__, refusals.__name__}
    children = [child for child in kind.__subclasses__() if child.__module__ in ours]
    if not children:
        yield kind
    for child in children:
        yield from leaves(child)


def whole(words: Words) -> str:
    return f"{words.title} {words.detail}".strip()


def test_every_error_has_an_example_here() -> None:
    assert set(leaves()) == {type(error) for error in EXAMPLES}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_has_words(error: ImagineError) -> None:
    words = describe(error)

    assert words.title.endswith(".")
    assert not words.detail or words.detail.endswith(".")


def test_every_error_has_words_of_its_own() -> None:
    words = [describe(error) for error in EXAMPLES]

    assert len(set(words)) == len(words)


def test_an_error_without_words_would_be_found() -> None:
    class ForgottenError(errors.GenerationError):
        pass

    assert describe(ForgottenError()).title == ""


@pytest.mark.parametrize(
    "error",
    [error for error in EXAMPLES if isinstance(error, errors.GenerationError)],
    ids=lambda error: type(error).__name__,
)
def test_a_failed_generation_says_once_what_it_cost(error: errors.GenerationError) -> None:
    said = [words for words in CHARGES.values() if words in whole(describe(error))]

    assert said == [CHARGES[error.charge]]


@pytest.mark.parametrize("charge", Charge)
def test_an_interruption_says_what_it_cost_at_that_moment(charge: Charge) -> None:
    assert CHARGES[charge] in describe(errors.InterruptedByStopError(charge)).detail
    assert CHARGES[charge] in describe(errors.UnexpectedError(charge)).detail


@pytest.mark.parametrize(
    ("error", "charge"),
    [
        (errors.AccountRefusedError(401), Charge.NOTHING),
        (errors.ModelUnavailableError("a/b"), Charge.NOTHING),
        (errors.InputRefusedError(), Charge.NOTHING),
        (errors.ServiceBusyError(), Charge.NOTHING),
        (errors.ServiceUnreachableError(), Charge.NOTHING),
        (errors.GenerationFailedError(), Charge.USUALLY_NOT),
        (errors.SafetyRefusedError(), Charge.USUALLY_NOT),
        (errors.ServiceFailedError(), Charge.MAYBE),
        (errors.ConnectionLostError(), Charge.MAYBE),
        (errors.TimedOutError(), Charge.MAYBE),
        (errors.PictureNotTakenError(), Charge.MAYBE),
        (errors.PictureUnfetchableError(), Charge.MAYBE),
    ],
    ids=lambda value: getattr(value, "name", type(value).__name__),
)
def test_what_is_said_of_money_follows_from_how_far_it_got(
    error: errors.GenerationError, charge: Charge
) -> None:
    assert error.charge is charge


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_no_words_shout_blame_or_show_a_code(error: ImagineError) -> None:
    text = whole(describe(error))

    assert "!" not in text
    assert "402" not in text
    assert "None" not in text
    assert "Error" not in text


@pytest.mark.parametrize("trouble", errors.SourceTrouble)
def test_a_picture_to_begin_with_that_cannot_be_used_cost_nothing(
    trouble: errors.SourceTrouble,
) -> None:
    words = describe(errors.SourceUnusableError(trouble))

    assert words.title.endswith(".")
    assert words.detail.startswith("Nothing was charged. ")


def test_a_refused_model_is_named_with_what_may_be_used_instead() -> None:
    words = describe(errors.ModelNotAllowedError("flux-pro", ("get3w/flux-dev", "a/b", "c/d/e")))

    assert words == Words(
        "flux-pro isn't available in this channel.", "You can use flux-dev, b or d/e here."
    )


def test_one_model_to_use_instead_needs_no_list() -> None:
    words = describe(errors.ModelNotAllowedError("flux-pro", ("get3w/flux-dev",)))

    assert words.detail == "You can use flux-dev here."


def test_no_more_than_five_models_are_listed() -> None:
    allowed = tuple(f"a/m{number}" for number in range(9))

    assert describe(errors.ModelNotAllowedError("x", allowed)).detail == (
        "You can use m0, m1, m2, m3 or m4 here."
    )


def test_without_any_model_the_usual_one_is_recommended() -> None:
    words = describe(errors.ModelUnavailableError("b/gone"))

    assert words.title == "gone isn't available at the image service."
    assert words.detail.endswith("Leave the model out to use the usual one.")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<@1> **x**", r"\<\@1\> \*\*x\*\* isn't available in this channel."),
        ("imagen4/fast", "imagen4/fast isn't available in this channel."),
        ("", "That model isn't available in this channel."),
        ("\u202e", "That model isn't available in this channel."),
        ("y" * 500, "y" * 100 + " isn't available in this channel."),
    ],
)
def test_a_typed_model_name_is_shown_safely(typed: str, shown: str) -> None:
    assert describe(errors.ModelNotAllowedError(typed, ())).title == shown


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (errors.InputRefusedError("prompt"), "The image service didn't accept the prompt."),
        (errors.InputRefusedError("size"), "The image service didn't accept the picture's size."),
        (
            errors.InputRefusedError("whatever"),
            "The image service didn't accept an option of this request.",
        ),
    ],
)
def test_a_refused_input_names_the_option_where_it_is_known(
    error: ImagineError, title: str
) -> None:
    assert describe(error).title == title


def test_a_prompt_that_is_too_long_is_told_the_limit() -> None:
    detail = describe(errors.InputRefusedError("prompt", 512)).detail

    assert "This model takes at most 512 characters. Shorten it and try again." in detail


@pytest.mark.parametrize(
    ("permissions", "words"),
    [
        (
            ("Attach Files",),
            Words(
                "I can't attach files in this channel.", "A moderator can give me *Attach Files*."
            ),
        ),
        (
            ("Send Messages", "Attach Files"),
            Words(
                "I can't do that in this channel.",
                "A moderator can give me *Send Messages* and *Attach Files*.",
            ),
        ),
    ],
)
def test_a_missing_permission_is_named_as_discord_names_it(
    permissions: tuple[str, ...], words: Words
) -> None:
    assert describe(errors.MissingPermissionError(permissions)) == words


def test_a_broken_command_carries_the_reference_of_the_log() -> None:
    assert "7QK2M" in describe(errors.BrokenCommandError("7QK2M")).detail


def test_an_unexpected_failure_points_at_the_reference_below_it() -> None:
    text = job_text(a_job(), Failed(errors.UnexpectedError()), START)

    assert "by the reference below" in text
    assert text.endswith(f"reference {a_job().reference}")
