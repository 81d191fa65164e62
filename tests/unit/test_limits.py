"""Which limits hold for a member, and what is said when one is reached."""

from datetime import UTC, datetime

import pytest

from bot.domain.ledgers import (
    HOST_ACCOUNT,
    Account,
    Holder,
    Limit,
    Measure,
    ReachedLimit,
    Taking,
    holders_of,
    reached_limit,
)
from bot.domain.limits import Limits, member_limits, price_microdollars, refusal
from bot.domain.refusals import (
    BudgetReachedError,
    CooldownError,
    LimitReachedError,
    PausedError,
    TooManyAtOnceError,
)
from bot.domain.windows import Window

NOW = datetime(2026, 5, 31, 22, 40, 10, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
VIP, NEWCOMER, PLAIN = 1, 2, 3
MEMBER, SERVER, EVERYWHERE = Holder(1, 2), Holder(1), Holder(member_id=2)


def of_member(*roles: int, usual: Limits | None = None, **by_role: Limits) -> Limits:
    named = {"vip": VIP, "newcomer": NEWCOMER}
    limits = {named[name]: own for name, own in by_role.items()}
    return member_limits(usual or Limits(pictures_per_day=10), limits, frozenset(roles))


def reached(
    measure: Measure, holder: Holder = MEMBER, free_at: datetime | None = LATER
) -> ReachedLimit:
    return ReachedLimit(Limit(holder, measure, 10), 10, free_at)


@pytest.mark.parametrize(
    ("measure", "window"),
    [(Measure.PICTURES_AN_HOUR, Window.HOUR), (Measure.PICTURES_A_DAY, Window.DAY)],
)
@pytest.mark.parametrize(
    ("holder", "shared"), [(MEMBER, False), (EVERYWHERE, False), (SERVER, True)]
)
def test_a_count_that_is_reached_tells_whose_it_is_and_until_when(
    measure: Measure, window: Window, holder: Holder, *, shared: bool
) -> None:
    error = refusal(reached(measure, holder))

    assert isinstance(error, LimitReachedError)
    assert (error.limit, error.window, error.free_at) == (10, window, LATER)
    assert error.shared is shared
    assert error.made == 10


@pytest.mark.parametrize("measure", [Measure.PICTURES_A_DAY, Measure.JOBS_AT_ONCE])
def test_what_was_had_under_a_wider_limit_is_told_as_it_was(measure: Measure) -> None:
    error = refusal(ReachedLimit(Limit(MEMBER, measure, 2), 4, LATER))

    assert isinstance(error, LimitReachedError | TooManyAtOnceError)
    assert (error.limit, error.used) == (2, 4)


@pytest.mark.parametrize(("holder", "shared"), [(MEMBER, False), (SERVER, True)])
def test_too_many_at_once_has_no_time(holder: Holder, *, shared: bool) -> None:
    error = refusal(reached(Measure.JOBS_AT_ONCE, holder, None))

    assert isinstance(error, TooManyAtOnceError)
    assert (error.limit, error.shared) == (10, shared)


def test_a_cooldown_tells_when_it_is_over() -> None:
    error = refusal(reached(Measure.SECONDS_BETWEEN))

    assert isinstance(error, CooldownError)
    assert error.free_at == LATER


@pytest.mark.parametrize(
    ("measure", "window"),
    [(Measure.MICRODOLLARS_A_DAY, Window.DAY), (Measure.MICRODOLLARS_A_MONTH, Window.MONTH)],
)
def test_a_servers_budget_names_its_window(measure: Measure, window: Window) -> None:
    error = refusal(reached(measure, SERVER))

    assert isinstance(error, BudgetReachedError)
    assert (error.window, error.free_at) == (window, LATER)


def test_the_hosts_budget_is_a_break_to_a_member() -> None:
    error = refusal(reached(Measure.MICRODOLLARS_A_DAY, HOST_ACCOUNT))

    assert isinstance(error, PausedError)
    assert error.until == LATER


def test_limits_that_are_set_become_limits_of_an_account() -> None:
    limits = Limits(1, 2, 3, 4, 5, 6)

    assert {limit.measure: limit.at_most for limit in limits.of(SERVER)} == {
        Measure.PICTURES_AN_HOUR: 1,
        Measure.PICTURES_A_DAY: 2,
        Measure.JOBS_AT_ONCE: 3,
        Measure.SECONDS_BETWEEN: 4,
        Measure.MICRODOLLARS_A_DAY: 5,
        Measure.MICRODOLLARS_A_MONTH: 6,
    }
    assert {limit.holder for limit in limits.of(SERVER)} == {SERVER}


def test_what_is_not_limited_becomes_no_limit() -> None:
    assert list(Limits(at_once=3).of(MEMBER)) == [Limit(MEMBER, Measure.JOBS_AT_ONCE, 3)]


def test_what_is_refused_by_an_account_can_be_told_to_a_member() -> None:
    taking = Taking(9, 1, 2, "a/b", NOW, 50_000)
    full = Account().booked(taking)
    accounts = dict.fromkeys(holders_of(1, 2), full)

    found = reached_limit(taking, accounts, Limits(pictures_per_day=1).of(MEMBER))

    assert found is not None
    error = refusal(found)
    assert isinstance(error, LimitReachedError)
    assert error.free_at == LATER


def test_a_member_without_special_roles_has_the_usual_limits() -> None:
    assert of_member(PLAIN, vip=Limits(pictures_per_day=50)).pictures_per_day == 10


def test_a_role_may_have_more_than_usual() -> None:
    assert of_member(VIP, vip=Limits(pictures_per_day=50)).pictures_per_day == 50


def test_a_role_may_have_less_than_usual() -> None:
    assert of_member(NEWCOMER, newcomer=Limits(pictures_per_day=2)).pictures_per_day == 2


def test_the_most_generous_of_several_roles_counts() -> None:
    limits = of_member(
        VIP,
        NEWCOMER,
        vip=Limits(pictures_per_day=50, cooldown_s=5),
        newcomer=Limits(pictures_per_day=2, cooldown_s=60),
    )

    assert (limits.pictures_per_day, limits.cooldown_s) == (50, 5)


def test_a_role_changes_only_the_limits_that_it_has() -> None:
    usual = Limits(pictures_per_hour=5, pictures_per_day=10, at_once=2, cooldown_s=30)

    limits = of_member(VIP, usual=usual, vip=Limits(at_once=4))

    assert limits == Limits(pictures_per_hour=5, pictures_per_day=10, at_once=4, cooldown_s=30)


def test_a_role_brings_a_limit_where_usually_there_is_none() -> None:
    assert of_member(VIP, usual=Limits(), vip=Limits(pictures_per_hour=3)) == Limits(3)


@pytest.mark.parametrize(
    ("price_usd", "microdollars"),
    [
        (None, 50_000),
        (0.0, 0),
        (0.07, 70_000),
        (0.025, 25_000),
        (1.1, 1_100_000),
        (0.0000001, 1),
    ],
)
def test_a_price_is_booked_in_whole_millionths(price_usd: float | None, microdollars: int) -> None:
    assert price_microdollars(price_usd) == microdollars
