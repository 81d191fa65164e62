"""The words for a server's rules, as the table of what a person sees has them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import ImagineError
from bot.domain.refusals import (
    BadInputError,
    BlockedMemberError,
    BlockedTermError,
    BudgetReachedError,
    ChannelNotOpenError,
    CooldownError,
    Flaw,
    LimitReachedError,
    NotPermittedError,
    NotSetUpError,
    PausedError,
    ProtectedTermsError,
    SafetyPauseError,
    TooManyAtOnceError,
)
from bot.domain.windows import Window
from bot.presentation.error_words import Words, describe

SOON = datetime(2026, 5, 1, tzinfo=UTC)
LATER = f"<t:{int(SOON.timestamp())}:R>"


@pytest.mark.parametrize(
    ("error", "title", "detail"),
    [
        (
            LimitReachedError(10, Window.DAY, SOON),
            "That was your 10th picture today.",
            f"You can make the next one {LATER}.",
        ),
        (
            LimitReachedError(2, Window.HOUR, SOON),
            "That was your 2nd picture this hour.",
            f"You can make the next one {LATER}.",
        ),
        (
            LimitReachedError(2, Window.DAY, SOON, used=5),
            "That was your 5th picture today.",
            f"You can make the next one {LATER}.",
        ),
        (
            LimitReachedError(2, Window.DAY, SOON, shared=True, used=5),
            "This server has made 5 pictures today.",
            f"Its limit is 2. The next one can be made {LATER}.",
        ),
        (
            TooManyAtOnceError(1, used=3),
            "You already have 3 pictures waiting.",
            "Cancel one, or wait for one to finish.",
        ),
        (
            LimitReachedError(300, Window.DAY, SOON, shared=True),
            "This server has made 300 pictures today.",
            f"That is its limit. The next one can be made {LATER}.",
        ),
        (
            LimitReachedError(1, Window.HOUR, SOON, shared=True),
            "This server has made 1 picture this hour.",
            f"That is its limit. The next one can be made {LATER}.",
        ),
        (
            LimitReachedError(2, Window.DAY, SOON, used=4),
            "That was your 4th picture today.",
            f"You can make the next one {LATER}.",
        ),
        (
            LimitReachedError(2, Window.DAY, SOON, shared=True, used=4),
            "This server has made 4 pictures today.",
            f"Its limit is 2. The next one can be made {LATER}.",
        ),
        (
            LimitReachedError(10, Window.DAY, SOON, used=9),
            "Only 1 picture can still be made today.",
            f"Ask for fewer at once, or again {LATER}.",
        ),
        (
            BudgetReachedError(Window.DAY, SOON),
            "This server has used its budget for today.",
            f"It starts again {LATER}.",
        ),
        (
            BudgetReachedError(Window.MONTH, SOON),
            "This server has used its budget for this month.",
            f"It starts again {LATER}.",
        ),
        (
            LimitReachedError(3, Window.DAY, None),
            "That is more than 3 pictures a day.",
            "That is the limit here. Ask for fewer at once.",
        ),
        (
            BudgetReachedError(Window.MONTH, None),
            "This picture costs more than this server spends a month.",
            "Try another model.",
        ),
        (CooldownError(None), "One moment.", "You can ask again soon."),
        (CooldownError(SOON), "One moment.", f"You can ask again {LATER}."),
        (
            TooManyAtOnceError(3),
            "You already have 3 pictures waiting.",
            "Cancel one, or wait for one to finish.",
        ),
        (
            TooManyAtOnceError(1),
            "You already have 1 picture waiting.",
            "Cancel one, or wait for one to finish.",
        ),
        (
            TooManyAtOnceError(20, shared=True),
            "This server already has 20 pictures waiting.",
            "Wait for one to finish.",
        ),
        (BlockedTermError(), "This server doesn't allow that prompt.", "Change it and try again."),
        (ProtectedTermsError(), "I don't make pictures like that.", "This holds in every server."),
        (
            BlockedMemberError(SOON),
            f"You can't make pictures in this server until {LATER.replace(':R', ':f')}.",
            "A moderator decided that.",
        ),
        (
            BlockedMemberError(),
            "You can't make pictures in this server.",
            "A moderator decided that.",
        ),
        (
            SafetyPauseError(SOON),
            f"You can make pictures again {LATER}.",
            "The image service's safety filter refused several of your prompts.",
        ),
        (PausedError(SOON), "The bot is taking a break.", f"It starts again {LATER}."),
        (PausedError(), "The bot is taking a break.", "Please try again later."),
        (
            NotSetUpError(),
            "I'm not set up for this server yet.",
            "The host of this bot can add it.",
        ),
        (
            ChannelNotOpenError((1, 2)),
            "I don't make pictures in this channel.",
            "Try <#1> or <#2>.",
        ),
        (
            ChannelNotOpenError(()),
            "I don't make pictures in this channel.",
            "No channel is open at present.",
        ),
        (
            NotPermittedError(("Manage Server", "Moderate Members")),
            "You can't do that here.",
            "It takes *Manage Server* or *Moderate Members*.",
        ),
    ],
)
def test_a_refusal_says_what_is_so_and_what_to_do_next(
    error: ImagineError, title: str, detail: str
) -> None:
    assert describe(error) == Words(title, detail)


def test_no_more_than_five_open_channels_are_named() -> None:
    assert describe(ChannelNotOpenError(tuple(range(9)))).detail.count("<#") == 5


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (BadInputError("term", Flaw.TOO_LONG, "60"), "*term* can have at most 60 characters."),
        (
            BadInputError("member_cooldown", Flaw.NOT_A_DURATION),
            "*Member cooldown* should be a time such as 30s, 5m, 2h or 1d.",
        ),
        (
            BadInputError("terms", Flaw.TOO_LONG, "60"),
            "*Each term* can have at most 60 characters.",
        ),
        (BadInputError("terms", Flaw.TOO_MANY, "9"), "*terms* can have at most 9 entries."),
        (BadInputError("amount", Flaw.TOO_LARGE, "$500"), "*amount* can't be more than $500."),
        (BadInputError("a", Flaw.NOT_A_CHOICE, "x_y, z"), r"*a* can be one of: x\_y, z."),
    ],
)
def test_a_bad_value_names_the_field_and_the_limit(error: BadInputError, title: str) -> None:
    assert describe(error) == Words(title, "Nothing was changed.")


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_has_words(flaw: Flaw) -> None:
    title = describe(BadInputError("name", flaw, "60")).title

    assert title.startswith("*name* ")
    assert title.endswith(".")
    assert "{}" not in title


def test_a_name_out_of_a_strangers_file_is_shown_safely() -> None:
    error = BadInputError("<@1>\u202e**" + "x" * 500, Flaw.UNKNOWN)

    assert describe(error).title.startswith(r"*\<\@1\> \*\*xx")
    assert len(describe(error).title) < 200


def test_a_name_that_cannot_be_shown_is_left_out() -> None:
    assert describe(BadInputError("\u200b", Flaw.UNKNOWN)).title.startswith("*That* isn't")


def test_a_refusal_is_shared_only_where_it_says_so() -> None:
    error = LimitReachedError(1, Window.DAY, SOON)

    assert "your" in describe(error).title
    assert "your" not in describe(replace(error, shared=True)).title
