"""/usage as people read it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.ledgers import Holder, Limit, Measure, UsageLine
from bot.presentation.layout import text_view
from bot.presentation.markup import dollars
from bot.presentation.usage_bars import ROWS_MAX, UsageRow, drawn, share_bar
from bot.presentation.usage_words import own_usage, server_usage
from bot.services.usage import Allowance, UsageReport
from tests.unit.discord_side import text_of

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 1, 2), date(2026, 1, 1)
MEMBER, OTHER = 40, 50
TOMORROW = "<t:1767398400:R>"


def a_report(*lines: UsageLine, allowances: tuple[Allowance, ...] = ()) -> UsageReport:
    return UsageReport(NOW, lines, allowances, 30)


def a_line(
    day: date = TODAY, member: int = MEMBER, model: str = "get3w/flux-dev", pictures: int = 1
) -> UsageLine:
    return UsageLine(day, member, model, pictures, pictures * 12_000)


def an_allowance(
    measure: Measure, at_most: int, used: int, free_at: datetime | None, holder: Holder
) -> Allowance:
    return Allowance(Limit(holder, measure, at_most), used, free_at)


def section(paragraphs: list[str], title: str) -> list[str]:
    (found,) = (p for p in paragraphs if p.startswith(f"**{title}**"))
    return found.splitlines()[1:]


@pytest.mark.parametrize(
    ("part", "whole", "cells"),
    [(0, 5, 0), (0, 0, 0), (1, 1000, 1), (1, 2, 5), (999, 1000, 9), (5, 5, 10), (9, 5, 10)],
)
def test_a_bar_shows_a_share_and_rounds_neither_to_none_nor_to_all(
    part: int, whole: int, cells: int
) -> None:
    assert share_bar(part, whole) == "▰" * cells + "▱" * (10 - cells)


@pytest.mark.parametrize(
    ("microdollars", "written"),
    [
        (0, "$0.00"),
        (50_000, "$0.05"),
        (1_500_000, "$1.50"),
        (3_500, "$0.0035"),
        (10**10, "$10,000.00"),
    ],
)
def test_amounts_have_cents_and_what_is_below_them(microdollars: int, written: str) -> None:
    assert dollars(microdollars) == written


def test_rows_beyond_the_eighth_are_one_sum() -> None:
    rows = [UsageRow(f"model-{n}", 20 - n, 1_000) for n in range(12)]

    lines = drawn(rows)

    assert len(lines) == ROWS_MAX
    assert lines[-1] == "and 5 more: 55 · $0.005"


def test_the_number_stands_beside_each_bar() -> None:
    paragraphs = own_usage(a_report(a_line(pictures=4), a_line(model="get3w/flux-schnell")))

    assert section(paragraphs, "This month by model") == [
        "▰▰▰▰▰▰▰▰▰▰ 4 · flux-dev",
        "▰▰▱▱▱▱▱▱▱▱ 1 · flux-schnell",
    ]


def test_days_begin_with_the_latest() -> None:
    paragraphs = own_usage(a_report(a_line(YESTERDAY, pictures=2), a_line(TODAY)))

    assert section(paragraphs, "The last seven days") == [
        "▰▰▰▰▰▱▱▱▱▱ 1 · 2 Jan",
        "▰▰▰▰▰▰▰▰▰▰ 2 · 1 Jan",
    ]


def test_a_member_reads_today_s_and_this_month_s_count_first_and_no_money() -> None:
    paragraphs = own_usage(a_report(a_line(YESTERDAY, pictures=2), a_line(TODAY)))

    assert paragraphs[0] == "## Your pictures here\n**1 picture** today · **3 pictures** this month"
    assert "$" not in "".join(paragraphs)


def test_a_moderator_reads_dollars_beside() -> None:
    paragraphs = server_usage(a_report(a_line(pictures=2), a_line(member=OTHER, pictures=8)))

    assert "**10 pictures · $0.12** this month" in paragraphs[0]
    assert section(paragraphs, "This month by member") == [
        f"▰▰▰▰▰▰▰▰▰▰ 8 · $0.096 · <@{OTHER}>",
        f"▰▰▱▱▱▱▱▱▱▱ 2 · $0.024 · <@{MEMBER}>",
    ]


@pytest.mark.parametrize(
    ("allowance", "words"),
    [
        (
            an_allowance(
                Measure.PICTURES_A_DAY, 10, 3, NOW + timedelta(hours=12), Holder(1, MEMBER)
            ),
            f"▰▰▰▱▱▱▱▱▱▱ 3 of 10 today · 7 left · starts again {TOMORROW}",
        ),
        (
            an_allowance(
                Measure.PICTURES_A_DAY, 20, 20, NOW + timedelta(hours=12), Holder(0, MEMBER)
            ),
            f"▰▰▰▰▰▰▰▰▰▰ 20 of 20 today in all servers · 0 left · starts again {TOMORROW}",
        ),
        (
            an_allowance(Measure.JOBS_AT_ONCE, 3, 1, None, Holder(1, MEMBER)),
            "▰▰▰▱▱▱▱▱▱▱ 1 of 3 under way · 2 left",
        ),
        (
            an_allowance(
                Measure.MICRODOLLARS_A_DAY, 3_000_000, 0, NOW + timedelta(hours=12), Holder(1)
            ),
            (
                "▱▱▱▱▱▱▱▱▱▱ $0.00 of $3.00 spent today by everybody · $3.00 left · "
                f"starts again {TOMORROW}"
            ),
        ),
        (
            an_allowance(Measure.SECONDS_BETWEEN, 300, 0, None, Holder(1, MEMBER)),
            "One picture every 5 min · the next one now",
        ),
        (
            an_allowance(
                Measure.SECONDS_BETWEEN, 90, 0, NOW + timedelta(hours=12), Holder(1, MEMBER)
            ),
            f"One picture every 90 s · the next one {TOMORROW}",
        ),
    ],
)
def test_what_is_left_is_told_with_when_it_starts_again(allowance: Allowance, words: str) -> None:
    paragraphs = own_usage(a_report(allowances=(allowance,)))

    assert section(paragraphs, "What is left") == [words]


def test_without_limits_and_pictures_it_says_so() -> None:
    paragraphs = own_usage(a_report())

    assert section(paragraphs, "What is left") == ["No limit is set."]
    assert section(paragraphs, "This month by model") == ["Nothing yet."]


def test_a_name_of_a_model_is_no_markup() -> None:
    paragraphs = own_usage(a_report(a_line(model="get3w/*loud*")))

    assert section(paragraphs, "This month by model") == ["▰▰▰▰▰▰▰▰▰▰ 1 · \\*loud\\*"]


def test_the_report_of_a_busy_server_fits_into_a_message() -> None:
    lines = [
        a_line(TODAY - timedelta(days=n % 7), 2**63 + n, f"get3w/{'_' * 40}-{n}", 10**6)
        for n in range(500)
    ]
    limits = tuple(
        an_allowance(measure, 10**9, 10**9, NOW, Holder(1))
        for measure in Measure
        if measure is not Measure.SECONDS_BETWEEN
    )

    assert len(text_of(text_view(*server_usage(a_report(*lines, allowances=limits))))) <= 4000
