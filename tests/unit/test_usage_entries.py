"""One job's taking to its end, as arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ledgers import Account, Taking
from bot.domain.usage_entries import UsageEntry

NOW = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ENTRY = UsageEntry(9, 1, 2, "a/b", 2, 100_000, NOW)
BOOKED = Account().booked(Taking(9, 1, 2, "a/b", NOW, 100_000, 2))


def what_is_left(entry: UsageEntry, settled: UsageEntry) -> tuple[int, int, int]:
    account = entry.withdrawn(BOOKED, settled)
    return account.day_pictures, account.month_microdollars, account.at_once


def test_the_first_end_is_the_end() -> None:
    settled = ENTRY.settled(NOW, counts=True, charged=True)

    assert settled.settled(LATER, counts=True, charged=True) == settled


def test_what_was_given_back_is_not_taken_again() -> None:
    settled = ENTRY.settled(NOW, counts=False, charged=False)

    assert settled.settled(LATER, counts=True, charged=True) == settled


@pytest.mark.parametrize(
    ("counts", "charged", "left"),
    [
        (True, True, (2, 100_000, 0)),
        (False, True, (0, 100_000, 0)),
        (True, False, (2, 0, 0)),
        (False, False, (0, 0, 0)),
    ],
)
def test_an_account_keeps_what_stands(
    *, counts: bool, charged: bool, left: tuple[int, int, int]
) -> None:
    assert what_is_left(ENTRY, ENTRY.settled(LATER, counts=counts, charged=charged)) == left


def test_a_second_end_makes_no_room_for_another_job() -> None:
    ended = ENTRY.settled(NOW, counts=True, charged=True)

    assert what_is_left(ended, ended.settled(LATER, counts=False, charged=True)) == (0, 100_000, 1)


@pytest.mark.parametrize(("made", "left"), [(0, 0), (1, 1), (2, 2), (3, 2), (None, 2)])
def test_of_the_pictures_those_that_were_made_count_and_the_money_stays(
    made: int | None, left: int
) -> None:
    settled = ENTRY.settled(LATER, counts=True, charged=True, made=made)

    assert what_is_left(ENTRY, settled) == (left, 100_000, 0)


def test_what_is_given_back_after_some_were_missing_is_given_back_once() -> None:
    fewer = ENTRY.settled(NOW, counts=True, charged=True, made=1)
    account = ENTRY.withdrawn(BOOKED, fewer)

    failed = fewer.settled(LATER, counts=False, charged=True, made=1)
    assert fewer.withdrawn(account, failed).day_pictures == 0
