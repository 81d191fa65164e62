"""A copy a day on virtual time, whatever the process does meanwhile."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.services.daily_copy import DailyCopy
from tests.unit.virtual_time import START, LoopClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Shelf:
    """Where copies are kept; ``full`` lets that many attempts fail."""

    made: list[datetime] = field(default_factory=list)
    full: int = 0

    async def latest(self, at: datetime) -> datetime | None:
        return max((moment for moment in self.made if moment <= at), default=None)

    async def make(self, at: datetime) -> str:
        if self.full:
            self.full -= 1
            raise StoreUnavailableError(StoreTrouble.FULL)
        self.made.append(at)
        return "a-copy"


async def lived(shelf: Shelf, how_long: timedelta) -> None:
    """Let a process live for a while."""
    copying = asyncio.create_task(DailyCopy(shelf, LoopClock()).keep_copying())
    await asyncio.wait({copying}, timeout=how_long.total_seconds())
    copying.cancel()
    await asyncio.gather(copying, return_exceptions=True)


async def test_a_process_makes_a_copy_at_once_and_then_one_a_day() -> None:
    shelf = Shelf()

    await lived(shelf, 2 * DAY + HOUR)

    assert shelf.made == [START, START + DAY, START + 2 * DAY]


async def test_one_that_is_restarted_every_hour_makes_no_more_of_them() -> None:
    shelf = Shelf()

    for _ in range(30):
        await lived(shelf, HOUR)

    assert shelf.made == [START, START + DAY]


async def test_one_that_was_away_for_a_week_makes_one_at_its_start() -> None:
    shelf = Shelf([START - 7 * DAY])

    await lived(shelf, HOUR)

    assert shelf.made == [START - 7 * DAY, START]


async def test_a_copy_of_the_future_holds_nobody_back() -> None:
    shelf = Shelf([START + 400 * DAY])

    await lived(shelf, DAY + HOUR)

    assert shelf.made[1:] == [START, START + DAY]


class LosingShelf(Shelf):
    """Where no copy is found again."""

    async def latest(self, at: datetime) -> datetime | None:
        del at


async def test_copies_that_are_not_found_again_are_made_a_minute_apart() -> None:
    shelf = LosingShelf()

    await lived(shelf, timedelta(minutes=3, seconds=1))

    assert shelf.made == [START + timedelta(minutes=minute) for minute in range(4)]


async def test_a_copy_that_fails_is_told_and_tried_again_after_an_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf = Shelf(full=2)

    await lived(shelf, 3 * HOUR)

    assert shelf.made == [START + 2 * HOUR]
    assert (
        caplog.messages == ["no copy of the database today: it has no space left on its disk"] * 2
    )
