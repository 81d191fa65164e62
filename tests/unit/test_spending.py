"""When the host hears of the day's budget."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alerts import BudgetAlert, Cause
from bot.domain.ledgers import (
    HOST_ACCOUNT,
    Account,
    Holder,
    Limit,
    Measure,
    ReachedLimit,
    Taking,
    reached_limit,
)
from bot.services.spending import Spending
from tests.unit.host_side import Told
from tests.unit.virtual_time import START

BUDGET = 5_000_000
MIDNIGHT = datetime(2026, 1, 3, tzinfo=UTC)
DAILY = Limit(HOST_ACCOUNT, Measure.MICRODOLLARS_A_DAY, BUDGET)


@pytest.fixture
def told() -> Told:
    return Told()


def spent(microdollars: int) -> Account:
    return Account().booked(Taking(1, 2, 3, "a/b", START, microdollars))


def a_refusal(limit: Limit, had: int, wanted: int) -> ReachedLimit:
    taking = Taking(2, 2, 3, "a/b", START, wanted)
    reached = reached_limit(taking, {limit.holder: spent(had)}, [limit])
    assert reached is not None
    return reached


@pytest.mark.parametrize(
    ("microdollars", "causes"),
    [
        (0, []),
        (3_999_999, []),
        (4_000_000, [Cause.BUDGET_NEARLY_USED]),
        (4_999_999, [Cause.BUDGET_NEARLY_USED]),
        (5_000_000, [Cause.BUDGET_USED]),
        (5_000_001, [Cause.BUDGET_USED]),
    ],
)
def test_the_host_hears_of_four_fifths_and_of_all(
    told: Told, microdollars: int, causes: list[Cause]
) -> None:
    Spending(BUDGET, told).look(spent(microdollars), START)

    assert [alert.cause for alert in told.alerts] == causes


def test_an_alert_says_how_much_and_until_when(told: Told) -> None:
    Spending(BUDGET, told).look(spent(4_200_000), START)

    assert told.alerts == [BudgetAlert(4_200_000, BUDGET, MIDNIGHT)]


def test_what_was_spent_yesterday_does_not_count(told: Told) -> None:
    Spending(BUDGET, told).look(spent(BUDGET), START + timedelta(days=1))

    assert told.alerts == []


@pytest.mark.parametrize("budget", [None, 0])
def test_without_a_budget_there_is_nothing_to_tell_of(told: Told, budget: int | None) -> None:
    Spending(budget, told).look(spent(10**9), START)

    assert told.alerts == []


def test_a_budget_that_shuts_a_picture_out_is_used_up(told: Told) -> None:
    reached = a_refusal(DAILY, had=4_990_000, wanted=50_000)
    Spending(BUDGET, told).look_at_refusal(reached, START)

    assert told.alerts == [BudgetAlert(4_990_000, BUDGET, MIDNIGHT, used_up=True)]


def test_a_picture_dearer_than_a_whole_day_uses_nothing_up(told: Told) -> None:
    reached = a_refusal(DAILY, had=0, wanted=BUDGET + 1)
    Spending(BUDGET, told).look_at_refusal(reached, START)

    assert told.alerts == []


@pytest.mark.parametrize(
    "limit",
    [
        Limit(Holder(server_id=2), Measure.MICRODOLLARS_A_DAY, BUDGET),
        Limit(HOST_ACCOUNT, Measure.PICTURES_A_DAY, 1),
    ],
)
def test_other_limits_are_not_the_hosts_budget(told: Told, limit: Limit) -> None:
    reached = ReachedLimit(limit, 1, MIDNIGHT)
    Spending(BUDGET, told).look_at_refusal(reached, START)

    assert told.alerts == []
