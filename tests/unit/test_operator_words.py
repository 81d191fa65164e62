"""What the host reads: what is so, and what can be done about it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.alerts import (
    AccountAlert,
    Alert,
    BudgetAlert,
    Cause,
    RefusedRequestsAlert,
    SpendApartAlert,
)
from bot.domain.errors import ModelUnavailableError, ServiceBusyError
from bot.presentation.operator_words import (
    BALANCE_ASKED,
    alert_text,
    balance_text,
    paused_words,
    resumed_words,
    servers_text,
    status_text,
)
from bot.services.failures import Failure
from bot.services.host import Pause
from bot.services.host_report import HostStatus

MIDNIGHT = datetime(2030, 1, 2, tzinfo=UTC)
THEN = f"<t:{int(MIDNIGHT.timestamp())}:f>"
WELL = HostStatus(
    pause=None,
    spent_microdollars=1_234_000,
    budget_microdollars=5_000_000,
    pictures=45,
    failures=(),
)
ALERTS = (
    BudgetAlert(4_100_000, 5_000_000, MIDNIGHT),
    BudgetAlert(4_990_000, 5_000_000, MIDNIGHT, used_up=True),
    AccountAlert(403),
    RefusedRequestsAlert(3_000),
    SpendApartAlert(date(2030, 1, 1), 4_000_000, 5_000_000),
)


def test_there_is_an_example_for_every_cause() -> None:
    assert {alert.cause for alert in ALERTS} == set(Cause)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.cause.value)
def test_an_alert_has_a_short_title_that_a_header_takes(alert: Alert) -> None:
    text = alert_text(alert)

    assert text.title.isascii()
    assert len(text.title) <= 80
    assert "\n" not in text.title
    assert text.detail.endswith(".")


def test_books_that_are_apart_are_told_with_both_sums_and_their_day() -> None:
    *_, apart = map(alert_text, ALERTS)

    assert (
        "For 01 January 2030 the bot booked $4.00, and the image API billed $5.00." in apart.detail
    )


def test_a_budget_is_told_in_dollars_with_the_moment_of_its_renewal() -> None:
    nearly, used_up, *_ = map(alert_text, ALERTS)

    assert nearly.title == "imagine: 82 % of today's budget is used"
    assert nearly.detail.startswith("$4.10 of $5.00 are spent.")
    assert "00:00 UTC" in nearly.detail
    assert used_up.title == "imagine: today's budget is used up"
    assert used_up.detail.startswith("$4.99 of $5.00 are spent")


def test_a_refused_account_is_told_with_what_to_look_at() -> None:
    text = alert_text(AccountAlert(402))

    assert "402" in text.detail
    assert "GET3W_API_KEY" in text.detail


def test_all_is_well_is_told_in_a_few_lines() -> None:
    lines = status_text(WELL, "12", "$3.50").splitlines()

    assert lines[:6] == [
        "## ▶️ Running",
        "**Servers** 12",
        "**Spent today** $1.234 of $5.00 (24 %)",
        "**Pictures today** 45",
        "**Balance at the image API** $3.50",
        "**Last failures**",
    ]
    assert lines[6] == "None since this process began."


def test_without_a_budget_only_what_is_spent_is_told() -> None:
    status = replace(WELL, budget_microdollars=None)

    assert "**Spent today** $1.234, without a budget" in status_text(status, "12", "")


@pytest.mark.parametrize(
    ("pause", "words"),
    [
        (Pause(), "## ⏸️ Paused by the setting `PAUSED`"),
        (Pause(None, 41), "## ⏸️ Paused by <@41>"),
        (Pause(MIDNIGHT, 41), f"## ⏸️ Paused by <@41> until {THEN}"),
    ],
)
def test_a_pause_is_told_first_with_who_and_until_when(pause: Pause, words: str) -> None:
    assert status_text(replace(WELL, pause=pause), "12", "").splitlines()[0] == words


def test_failures_are_told_by_moment_kind_and_reference() -> None:
    failures = (
        Failure(MIDNIGHT, "7QK2M", ServiceBusyError()),
        Failure(MIDNIGHT, "0ABCD", ModelUnavailableError("a/b*")),
    )
    text = status_text(replace(WELL, failures=failures), "12", "")

    ago = THEN.replace(":f", ":R")
    assert f"- {ago} · The image service is too busy right now. · 7QK2M" in text
    assert r"b\* isn't available at the image service. · 0ABCD" in text
    assert "None since" not in text


@pytest.mark.parametrize(
    ("usd", "words"), [(12.3, "$12.30"), (0, "$0.00"), (None, "can't be read right now")]
)
def test_a_balance_is_told_in_dollars_or_as_unknown(usd: float | None, words: str) -> None:
    assert balance_text(usd) == words
    assert words != BALANCE_ASKED


def test_servers_of_one_process_among_several_are_told_as_such() -> None:
    assert servers_text(12, everywhere=True) == "12"
    assert servers_text(12, everywhere=False) == "12 in this process"


def test_a_pause_says_when_it_ends_or_how_to_end_it() -> None:
    assert f"until {THEN}" in paused_words(MIDNIGHT).detail
    assert "`/operator resume`" in paused_words(None).detail


def test_resuming_says_where_it_changes_nothing() -> None:
    assert resumed_words(None).title == "▶️ The bot makes pictures again."
    assert "`PAUSED`" in resumed_words(Pause()).detail
