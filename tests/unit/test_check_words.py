"""What the doctor says: words for every cause, and lines that stand below each other."""

import pytest

from bot.domain.findings import Cause, Finding, Subject, Verdict, mend, well
from bot.presentation.check_report import Surroundings, report_text
from bot.presentation.check_words import said, summary
from bot.presentation.terminal_page import columns, finding_lines


def finding(cause: Cause, verdict: Verdict = Verdict.MEND) -> Finding:
    names = (
        "given variable what how name servers status reason wanted shards left direction model hint"
        " patterns path quoted quoted_shut shut owner user kind place found known trouble mended_by"
        " count first"
    )
    facts: dict[str, str | float] = dict.fromkeys(names.split(), "x")
    amounts = dict.fromkeys(("seconds", "usd", "free_mb", "needed_mb", "age_h"), 1.0)
    return Finding(Subject.TOKEN, verdict, cause, facts | amounts)


@pytest.mark.parametrize("cause", Cause, ids=lambda cause: cause.name)
def test_every_cause_has_words(cause: Cause) -> None:
    words = said(finding(cause))

    assert words.what
    assert "{" not in words.what + words.how


def test_lines_stand_below_each_other_and_a_step_below_its_line() -> None:
    lines = finding_lines(
        [
            well(Subject.CLOCK, Cause.CLOCK_RIGHT),
            mend(Subject.IMAGE_API, Cause.BALANCE_EMPTY, usd=0.0),
        ],
        coloured=False,
    )

    assert lines == [
        "✓ well  clock      right",
        "✗ mend  image api  $0.00 are left at the image API, which is no picture's price.",
        "                   → Top up your Get3W account.",
    ]


def test_colours_are_on_the_icon_and_the_word_alone() -> None:
    (line,) = finding_lines([well(Subject.CLOCK, Cause.CLOCK_RIGHT)], coloured=True)

    assert line == "\x1b[32m✓ well\x1b[0m  clock  right"


def test_a_name_from_discord_cannot_forge_a_line() -> None:
    forged = well(Subject.TOKEN, Cause.TOKEN_TAKEN, name="x\n✓ well  key\x1b[31m", servers=1)

    (line,) = finding_lines([forged], coloured=False)

    assert r"x\n✓ well  key\x1b[31m" in line


@pytest.mark.parametrize(
    ("count", "words"), [(0, "All is well."), (1, "1 thing to mend."), (3, "3 things to mend.")]
)
def test_the_end_counts_what_is_to_be_mended(count: int, words: str) -> None:
    assert summary(count) == words


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns([("a", "bcd", "e"), ("fgh", "", "i")]) == ["a    bcd  e", "fgh       i"]


def test_a_report_has_no_secret_no_id_and_no_amount() -> None:
    surroundings = Surroundings(
        version="1",
        system="here",
        settings=(
            ("SERVERS", "1234567890123456789", ".env"),
            ("LOG_LEVEL", "DEBUG", ".env"),
            ("PAUSED", "off", "default"),
            ("DATABASE_URL", "postgresql://ada@db.example/p", "environment"),
        ),
        secrets=("correct-horse",),
    )
    findings = [
        well(Subject.BALANCE, Cause.BALANCE_LEFT, usd=12.34),
        mend(Subject.DISCORD, Cause.DISCORD_UNREACHABLE, reason="correct-horse 123456789012345678"),
    ]

    text = report_text(surroundings, findings)

    assert "LOG_LEVEL     DEBUG" in text
    assert "DATABASE_URL  [postgresql]" in text
    assert "PAUSED" not in text
    hidden = ("12345", "correct-horse", "12.34", "db.example")
    assert [part for part in hidden if part in text] == []
