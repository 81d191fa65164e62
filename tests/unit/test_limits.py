"""How much may be made, and when a limit lets go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import RefusalError
from bot.domain.limits import (
    Account,
    Holder,
    Limits,
    Used,
    Wanted,
    member_limits,
    next_free_at,
    price_microdollars,
    refusal,
)
from bot.domain.refusals import (
    BudgetReachedError,
    CooldownError,
    LimitReachedError,
    PausedError,
    TooManyAtOnceError,
)
from bot.domain.windows import Window

NOW = datetime(2026, 5, 31, 22, 40, 10, tzinfo=UTC)
NEXT_HOUR = datetime(2026, 5, 31, 23, tzinfo=UTC)
NEXT_DAY = NEXT_MONTH = datetime(2026, 6, 1, tzinfo=UTC)
VIP, NEWCOMER, PLAIN = 1, 2, 3


def refused(
    limits: Limits, used: Used, wanted: Wanted | None = None, holder: Holder = Holder.MEMBER
) -> RefusalError | None:
    return refusal([Account(holder, limits, used)], wanted or Wanted(), NOW)


def of_member(*roles: int, usual: Limits | None = None, **by_role: Limits) -> Limits:
    named = {"vip": VIP, "newcomer": NEWCOMER}
    limits = {named[name]: own for name, own in by_role.items()}
    return member_limits(usual or Limits(pictures_per_day=10), limits, frozenset(roles))


def test_without_limits_nothing_is_refused() -> None:
    assert refused(Limits(), Used(10**6, 10**6, 10**6, 10**12, 10**12, NOW)) is None


@pytest.mark.parametrize(
    ("limits", "used"),
    [
        (Limits(pictures_per_hour=2), Used(pictures_this_hour=1)),
        (Limits(pictures_per_day=2), Used(pictures_today=1)),
        (Limits(at_once=2), Used(at_once=1)),
        (Limits(cooldown_s=30), Used(latest_at=NOW - timedelta(seconds=30))),
        (Limits(cooldown_s=30), Used()),
        (Limits(microdollars_per_day=100), Used(microdollars_today=50)),
        (Limits(microdollars_per_month=100), Used(microdollars_this_month=50)),
    ],
)
def test_the_last_one_within_a_limit_is_taken(limits: Limits, used: Used) -> None:
    assert refused(limits, used, Wanted(1, 50)) is None


def test_the_hour_is_over_at_the_next_one() -> None:
    error = refused(Limits(pictures_per_hour=2), Used(pictures_this_hour=2))

    assert isinstance(error, LimitReachedError)
    assert (error.limit, error.window, error.free_at) == (2, Window.HOUR, NEXT_HOUR)
    assert not error.shared


def test_the_day_is_over_at_midnight_utc() -> None:
    error = refused(Limits(pictures_per_day=10), Used(pictures_today=10))

    assert isinstance(error, LimitReachedError)
    assert (error.limit, error.window, error.free_at) == (10, Window.DAY, NEXT_DAY)


def test_a_limit_of_the_server_says_that_it_is_shared() -> None:
    error = refused(Limits(pictures_per_day=1), Used(pictures_today=1), holder=Holder.SERVER)

    assert isinstance(error, LimitReachedError)
    assert error.shared


def test_a_cooldown_counts_from_the_latest_picture() -> None:
    error = refused(Limits(cooldown_s=30), Used(latest_at=NOW - timedelta(seconds=10)))

    assert isinstance(error, CooldownError)
    assert error.free_at == NOW + timedelta(seconds=20)


def test_too_many_at_once_are_refused() -> None:
    error = refused(Limits(at_once=3), Used(at_once=3))

    assert isinstance(error, TooManyAtOnceError)
    assert (error.limit, error.shared) == (3, False)


@pytest.mark.parametrize(
    ("limits", "window"),
    [
        (Limits(microdollars_per_day=100), Window.DAY),
        (Limits(microdollars_per_month=100), Window.MONTH),
    ],
)
def test_a_budget_that_is_used_up_names_its_window(limits: Limits, window: Window) -> None:
    used = Used(microdollars_today=60, microdollars_this_month=60)

    error = refused(limits, used, Wanted(1, 41), Holder.SERVER)

    assert isinstance(error, BudgetReachedError)
    assert (error.window, error.free_at) == (window, NEXT_MONTH)


def test_the_hosts_budget_is_a_break_to_a_member() -> None:
    error = refused(Limits(microdollars_per_day=1), Used(), Wanted(1, 2), Holder.HOST)

    assert isinstance(error, PausedError)
    assert error.until == NEXT_DAY


def test_several_pictures_need_room_for_all_of_them() -> None:
    assert refused(Limits(pictures_per_day=10), Used(pictures_today=7), Wanted(4)) is not None
    assert refused(Limits(pictures_per_day=10), Used(pictures_today=7), Wanted(3)) is None


def test_what_is_shut_for_longest_is_told() -> None:
    limits = Limits(pictures_per_hour=1, pictures_per_day=1, cooldown_s=60)

    error = refused(limits, Used(1, 1, latest_at=NOW))

    assert isinstance(error, LimitReachedError)
    assert error.window is Window.DAY


def test_what_has_a_time_is_told_before_what_has_none() -> None:
    error = refused(Limits(at_once=1, cooldown_s=60), Used(at_once=1, latest_at=NOW))

    assert isinstance(error, CooldownError)


def test_every_account_must_have_room() -> None:
    member = Account(Holder.MEMBER, Limits(pictures_per_day=5), Used(pictures_today=1))
    server = Account(Holder.SERVER, Limits(pictures_per_hour=5), Used(pictures_this_hour=5))

    assert refusal([member], Wanted(), NOW) is None
    assert isinstance(refusal([member, server], Wanted(), NOW), LimitReachedError)


def test_the_next_free_moment_is_now_where_nothing_is_shut() -> None:
    assert next_free_at([Account(Holder.MEMBER, Limits(), Used())], Wanted(), NOW) == NOW


counts = st.none() | st.integers(0, 6)
some_limits = st.builds(Limits, counts, counts, counts, counts, counts, counts)
some_used = st.builds(
    Used,
    *[st.integers(0, 6)] * 5,
    st.none() | st.integers(0, 10).map(lambda seconds: NOW - timedelta(seconds=seconds)),
)
some_accounts = st.lists(st.builds(Account, st.sampled_from(Holder), some_limits, some_used))


def emptied(account: Account, now: datetime) -> Account:
    """What is left of an account at a later moment, with nothing under way and nothing new."""
    used = account.used
    return Account(
        account.holder,
        account.limits,
        Used(
            pictures_this_hour=used.pictures_this_hour if now < NEXT_HOUR else 0,
            pictures_today=used.pictures_today if now < NEXT_DAY else 0,
            microdollars_today=used.microdollars_today if now < NEXT_DAY else 0,
            microdollars_this_month=used.microdollars_this_month if now < NEXT_MONTH else 0,
            latest_at=used.latest_at,
        ),
    )


@given(some_accounts)
def test_a_request_is_taken_at_the_moment_that_it_was_told(accounts: list[Account]) -> None:
    roomy = [account for account in accounts if not _never(account.limits)]
    free_at = next_free_at(roomy, Wanted(1, 1), NOW)
    later = [emptied(account, free_at) for account in roomy]

    assert refusal(later, Wanted(1, 1), free_at) is None


def _never(limits: Limits) -> bool:
    bounds = (
        limits.pictures_per_hour,
        limits.pictures_per_day,
        limits.at_once,
        limits.microdollars_per_day,
        limits.microdollars_per_month,
    )
    return 0 in bounds


@given(some_accounts)
def test_nothing_is_refused_exactly_where_nothing_is_shut(accounts: list[Account]) -> None:
    error = refusal(accounts, Wanted(), NOW)

    if error is None:
        assert next_free_at(accounts, Wanted(), NOW) == NOW


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
