"""A crowd that asks at the same moment causes one reading."""

import asyncio

import pytest

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.one_reading import OneReading
from tests.unit.virtual_time import LoopClock, quiet

CROWD = 1_000


class Shelf:
    """Takes a second for each reading."""

    def __init__(self, *, away: bool = False) -> None:
        self.readings = 0
        self.away = away

    async def read(self) -> int:
        self.readings += 1
        await LoopClock().sleep(1)
        if self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return self.readings


async def test_all_who_ask_meanwhile_are_given_what_one_reading_finds() -> None:
    shelf, reading = Shelf(), OneReading[int]()

    found = await asyncio.gather(*(reading.of(shelf.read) for _ in range(CROWD)))

    assert found == [1] * CROWD


async def test_all_hear_in_the_same_turn_of_the_loop() -> None:
    shelf, reading, clock = Shelf(), OneReading[int](), LoopClock()
    crowd = [asyncio.create_task(reading.of(shelf.read)) for _ in range(CROWD)]

    await clock.sleep(1)
    await quiet()

    assert all(task.done() for task in crowd)


async def test_who_asks_afterwards_reads_anew() -> None:
    shelf, reading = Shelf(), OneReading[int]()
    await reading.of(shelf.read)

    assert await reading.of(shelf.read) == 2


async def test_all_hear_of_a_failure_and_nobody_waits_for_another() -> None:
    shelf, reading, clock = Shelf(away=True), OneReading[int](), LoopClock()
    began_s = clock.monotonic()

    asked = (reading.of(shelf.read) for _ in range(CROWD))
    found = await asyncio.gather(*asked, return_exceptions=True)

    assert {type(each) for each in found} == {StoreUnavailableError}
    assert shelf.readings == 1
    assert clock.monotonic() - began_s == pytest.approx(1)


async def test_where_the_reader_is_cancelled_another_of_the_crowd_reads() -> None:
    shelf, reading = Shelf(), OneReading[int]()
    first, *others = [asyncio.create_task(reading.of(shelf.read)) for _ in range(3)]
    await quiet()

    first.cancel()

    assert await asyncio.gather(*others) == [2, 2]
