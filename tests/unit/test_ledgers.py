"""Accounts and limits, as arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ledgers import (
    HOST_ACCOUNT,
    Account,
    Holder,
    Limit,
    Measure,
    Taking,
    reached_limit,
)

NOW = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
TOMORROW = datetime(2026, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MEMBER = Holder(1, 2)


def a_taking(at: datetime = NOW, pictures: int = 1, microdollars: int = 50_000) -> Taking:
    return Taking(9, 1, 2, "a/b", at, microdollars, pictures)


def after(*takings: Taking) -> Account:
    account = Account()
    for taking in takings:
        account = account.booked(taking)
    return account


def reached(account: Account, limit: Limit, taking: Taking | None = None) -> tuple[object, ...]:
    """Give what is used and when it is free again; nothing where the limit isn't reached."""
    taking = taking or a_taking()
    accounts = dict.fromkeys(taking.holders, account)
    found = reached_limit(taking, accounts, [limit])
    return () if found is None else (found.used, found.free_at)


def test_a_picture_is_booked_for_the_member_here_and_everywhere_the_server_and_the_host() -> None:
    assert a_taking().holders == (MEMBER, Holder(1), Holder(member_id=2), HOST_ACCOUNT)


def test_a_booking_counts_pictures_money_and_the_job() -> None:
    account = after(a_taking(pictures=3), a_taking(pictures=1))

    assert {measure: account.used(measure) for measure in Measure} == {
        Measure.PICTURES_AN_HOUR: 4,
        Measure.PICTURES_A_DAY: 4,
        Measure.JOBS_AT_ONCE: 2,
        Measure.MICRODOLLARS_A_DAY: 100_000,
        Measure.MICRODOLLARS_A_MONTH: 100_000,
        Measure.SECONDS_BETWEEN: 0,
    }


@pytest.mark.parametrize(
    ("moment", "hour", "day", "month"),
    [
        (NOW + timedelta(minutes=29), 1, 1, 50_000),
        (TOMORROW, 0, 0, 0),
        (NOW - HOUR, 1, 1, 50_000),
    ],
    ids=["the same hour", "a new hour, day and month", "a clock that is behind"],
)
def test_counts_begin_anew_with_their_windows(
    moment: datetime, hour: int, day: int, month: int
) -> None:
    account = after(a_taking()).at(moment)

    counts = (account.hour_pictures, account.day_pictures, account.month_microdollars)
    assert counts == (hour, day, month)


def test_a_new_hour_leaves_the_day_alone() -> None:
    account = after(a_taking(NOW - HOUR), a_taking(NOW))

    assert (account.hour_pictures, account.day_pictures) == (1, 2)


def test_jobs_at_once_know_no_window() -> None:
    assert after(a_taking()).at(TOMORROW + timedelta(days=40)).at_once == 1


@pytest.mark.parametrize(
    ("measure", "at_most", "free_at"),
    [
        (Measure.PICTURES_AN_HOUR, 1, TOMORROW),
        (Measure.PICTURES_A_DAY, 1, TOMORROW),
        (Measure.MICRODOLLARS_A_DAY, 99_999, TOMORROW),
        (Measure.MICRODOLLARS_A_MONTH, 99_999, TOMORROW),
        (Measure.JOBS_AT_ONCE, 1, None),
        (Measure.SECONDS_BETWEEN, 30, NOW + timedelta(seconds=30)),
    ],
)
def test_a_limit_that_is_reached_says_when_it_is_free(
    measure: Measure, at_most: int, free_at: datetime | None
) -> None:
    assert reached(after(a_taking()), Limit(MEMBER, measure, at_most))[1:] == (free_at,)


@pytest.mark.parametrize(
    ("measure", "at_most"),
    [
        (Measure.PICTURES_AN_HOUR, 2),
        (Measure.PICTURES_A_DAY, 2),
        (Measure.MICRODOLLARS_A_DAY, 100_000),
        (Measure.MICRODOLLARS_A_MONTH, 100_000),
        (Measure.JOBS_AT_ONCE, 2),
        (Measure.SECONDS_BETWEEN, 0),
    ],
)
def test_what_just_fits_is_granted(measure: Measure, at_most: int) -> None:
    assert reached(after(a_taking()), Limit(MEMBER, measure, at_most)) == ()


def test_the_first_picture_of_all_waits_for_nothing() -> None:
    assert reached(Account(), Limit(MEMBER, Measure.SECONDS_BETWEEN, 3600)) == ()


def test_the_time_between_pictures_counts_from_the_latest() -> None:
    account = after(a_taking(), a_taking(NOW - timedelta(seconds=20)))
    later = a_taking(NOW + timedelta(seconds=30))

    assert reached(account, Limit(MEMBER, Measure.SECONDS_BETWEEN, 30), later) == ()


def test_a_limit_of_nought_allows_nothing_and_names_no_time() -> None:
    assert reached(Account(), Limit(MEMBER, Measure.PICTURES_A_DAY, 0)) == (0, None)


def test_more_pictures_than_a_limit_ever_allows_name_no_time() -> None:
    limit = Limit(MEMBER, Measure.PICTURES_A_DAY, 3)

    found = reached_limit(
        a_taking(pictures=4), dict.fromkeys(a_taking().holders, Account()), [limit]
    )

    assert found
    assert found.never_fits
    assert found.free_at is None


def test_of_several_limits_the_one_that_lasts_longest_is_told() -> None:
    day, hour, at_once = (
        Limit(MEMBER, Measure.PICTURES_A_DAY, 1),
        Limit(MEMBER, Measure.PICTURES_AN_HOUR, 1),
        Limit(Holder(1), Measure.JOBS_AT_ONCE, 0),
    )
    morning = a_taking(NOW - 12 * HOUR)
    accounts = dict.fromkeys(morning.holders, after(morning))

    found = reached_limit(morning, accounts, [at_once, day, hour])

    assert found
    assert (found.limit, found.free_at) == (day, TOMORROW)


def test_a_limit_is_measured_by_its_own_holder() -> None:
    accounts = {**dict.fromkeys(a_taking().holders, Account()), Holder(1): after(a_taking())}

    assert reached_limit(a_taking(), accounts, [Limit(MEMBER, Measure.PICTURES_A_DAY, 1)]) is None
    assert reached_limit(a_taking(), accounts, [Limit(Holder(1), Measure.PICTURES_A_DAY, 1)])


def test_a_count_comes_back_only_in_windows_that_still_run() -> None:
    morning, now = NOW - 12 * HOUR, NOW
    account = after(a_taking(morning), a_taking(now)).count_returned(1, morning)

    assert (account.hour_pictures, account.day_pictures) == (1, 1)


def test_money_comes_back_only_in_windows_that_still_run() -> None:
    yesterday = NOW - 24 * HOUR
    account = after(a_taking(yesterday), a_taking(NOW)).money_returned(50_000, yesterday)

    assert (account.day_microdollars, account.month_microdollars) == (50_000, 50_000)


def test_the_two_ledgers_are_given_back_apart() -> None:
    account = after(a_taking())

    assert account.count_returned(1, NOW) == account._replace(hour_pictures=0, day_pictures=0)
    assert account.money_returned(50_000, NOW) == account._replace(
        day_microdollars=0, month_microdollars=0
    )


def test_nothing_falls_below_nought() -> None:
    account = Account().at(NOW)

    assert account.ended().count_returned(5, NOW).money_returned(5, NOW) == account
