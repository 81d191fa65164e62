"""The words of alerts: what is so, and what the host can do about it."""

from datetime import UTC, datetime

import pytest

from bot.domain.alerts import AccountAlert, Alert, BudgetAlert, Cause
from bot.presentation.operator_words import alert_text

MIDNIGHT = datetime(2030, 1, 2, tzinfo=UTC)
ALERTS = (
    BudgetAlert(4_100_000, 5_000_000, MIDNIGHT),
    BudgetAlert(4_990_000, 5_000_000, MIDNIGHT, used_up=True),
    AccountAlert(403),
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


def test_a_budget_is_told_in_dollars_with_the_moment_of_its_renewal() -> None:
    nearly, used_up, _ = map(alert_text, ALERTS)

    assert nearly.title == "imagine: 82 % of today's budget is used"
    assert nearly.detail.startswith("$4.10 of $5.00 are spent.")
    assert "00:00 UTC" in nearly.detail
    assert used_up.title == "imagine: today's budget is used up"
    assert used_up.detail.startswith("$4.99 of $5.00 are spent")


def test_a_refused_account_is_told_with_what_to_look_at() -> None:
    text = alert_text(AccountAlert(402))

    assert "402" in text.detail
    assert "GET3W_API_KEY" in text.detail
