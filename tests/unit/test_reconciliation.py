"""The books of a day against its bill."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.domain.alerts import SpendApartAlert
from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.happenings import Happening, SpendCompared
from bot.services.reconciliation import Reconciliation
from tests.unit.host_side import Told
from tests.unit.ledger_side import Ledgers
from tests.unit.virtual_time import START, LoopClock

DAY = date(2026, 1, 1)


class Bill:
    """What the API says; ``None`` where it doesn't."""

    def __init__(self, microdollars: int | None) -> None:
        self.microdollars = microdollars
        self.asked: list[date] = []

    async def microdollars_on(self, day: date) -> int | None:
        self.asked.append(day)
        return self.microdollars


class Books(Ledgers):
    """Says that a day has cost so much, or that the database is away."""

    def __init__(self, microdollars: int | None) -> None:
        super().__init__()
        self.microdollars = microdollars

    async def charged_on(self, day: date) -> int:
        assert day == DAY
        if self.microdollars is None:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return self.microdollars


class Side:
    """A comparison, and who hears of it."""

    def __init__(self, booked: int | None, billed: int | None, clock: LoopClock) -> None:
        self.told, self.seen, self.bill = Told(), list[Happening](), Bill(billed)
        self.work = Reconciliation(Books(booked), self.bill, self.told, self.seen.append, clock)


@pytest.mark.parametrize(
    ("booked", "billed"),
    [(4_000_000, 4_211_000), (4_300_000, 4_000_000), (0, 4_000_000), (4_000_000, 0)],
)
async def test_books_that_are_over_five_percent_apart_are_told_of(
    clock: LoopClock, booked: int, billed: int
) -> None:
    side = Side(booked, billed, clock)

    await side.work.compare(DAY)

    assert side.told.alerts == [SpendApartAlert(DAY, booked, billed)]


@pytest.mark.parametrize(
    ("booked", "billed"),
    [(4_000_000, 4_000_000), (4_000_000, 4_200_000), (0, 0), (10_000, 40_000)],
)
async def test_what_is_close_or_a_few_cents_is_worth_no_word(
    clock: LoopClock, booked: int, billed: int
) -> None:
    side = Side(booked, billed, clock)

    await side.work.compare(DAY)

    assert side.told.alerts == []


async def test_how_far_they_are_apart_is_counted(clock: LoopClock) -> None:
    side = Side(3_000_000, 4_000_000, clock)

    await side.work.compare(DAY)

    assert side.seen == [SpendCompared(0.25)]


@pytest.mark.parametrize(("booked", "billed"), [(4_000_000, None), (None, 4_000_000)])
async def test_where_one_of_both_cannot_be_read_nothing_is_said(
    clock: LoopClock, booked: int | None, billed: int | None
) -> None:
    side = Side(booked, billed, clock)

    await side.work.compare(DAY)

    assert side.told.alerts == []
    assert side.seen == []


async def test_each_day_is_compared_once_after_it_has_ended(clock: LoopClock) -> None:
    side = Side(0, None, clock)

    comparing = asyncio.create_task(side.work.keep_comparing())
    await clock.sleep(timedelta(days=3).total_seconds())
    comparing.cancel()

    yesterday = START.date() - timedelta(days=1)
    assert side.bill.asked == [yesterday + timedelta(days=n) for n in range(4)]
