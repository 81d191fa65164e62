"""What the journal's writer does while the database is away, on virtual time."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar, cast

import pytest
from sqlalchemy import Connection

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.writer import open_writer
from tests.unit.virtual_time import LoopClock

T = TypeVar("T")

LOCKED = StoreUnavailableError(StoreTrouble.LOCKED)
FULL = StoreUnavailableError(StoreTrouble.FULL)
LOST = StoreUnavailableError(StoreTrouble.AWAY)


class TroubledDatabase:
    """Fails its first transactions, with ``None`` only after ten seconds."""

    def __init__(
        self, before: Iterable[Exception | None] = (), *, at_commit: bool = False, slow_s: float = 0
    ) -> None:
        self.troubles = list(before)
        self.at_commit = at_commit
        self.slow_s = slow_s
        self.runs = 0

    async def read(self, query: Callable[[Connection], T]) -> T:
        raise NotImplementedError

    async def write(self, change: Callable[[Connection], T]) -> T:
        trouble = self.troubles.pop(0) if self.troubles else ()
        if trouble is None:
            await LoopClock().sleep(10)
            raise LOST
        if self.at_commit or not isinstance(trouble, Exception):
            await LoopClock().sleep(self.slow_s)
            self.runs += 1
            result = change(cast("Connection", None))
        if isinstance(trouble, Exception):
            raise trouble
        return result


def seven(_: Connection) -> int:
    return 7


async def test_a_lock_that_goes_away_in_time_is_not_told(clock: LoopClock) -> None:
    database = TroubledDatabase([LOCKED, LOCKED, LOST])

    async with open_writer(database) as writer:
        assert await writer.write(seven) == 7
    assert clock.monotonic() < 1024 + 1.5


async def test_order_is_kept_through_a_time_without_the_database() -> None:
    database = TroubledDatabase([LOCKED])
    done: list[int] = []

    def noting(number: int) -> Callable[[Connection], None]:
        return lambda _: done.append(number)

    async with open_writer(database) as writer:
        await asyncio.gather(*(writer.write(noting(number)) for number in range(5)))
    assert done == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("trouble", [LOCKED, LOST])
async def test_after_a_second_and_a_half_the_caller_hears_what_is_wrong(
    clock: LoopClock, trouble: StoreUnavailableError
) -> None:
    async with open_writer(TroubledDatabase([trouble] * 100)) as writer:
        with pytest.raises(StoreUnavailableError) as refused:
            await writer.write(seven)

        assert refused.value.trouble is trouble.trouble
        assert clock.monotonic() == pytest.approx(1024 + 1.5)


async def test_what_nobody_waits_for_any_more_is_not_written_when_the_database_is_back() -> None:
    database = TroubledDatabase([LOCKED] * 31)
    async with open_writer(database) as writer:
        with pytest.raises(StoreUnavailableError):
            await writer.write(seven)

    assert database.runs == 0


async def test_a_full_disk_is_told_at_once(clock: LoopClock) -> None:
    async with open_writer(TroubledDatabase([FULL])) as writer:
        with pytest.raises(StoreUnavailableError) as refused:
            await writer.write(seven)

        assert refused.value.trouble is StoreTrouble.FULL
        assert clock.monotonic() == 1024
        assert await writer.write(seven) == 7


async def test_a_connection_lost_at_the_commit_is_told_and_nothing_runs_twice() -> None:
    database = TroubledDatabase([LOST], at_commit=True)

    async with open_writer(database) as writer:
        with pytest.raises(StoreUnavailableError):
            await writer.write(seven)

    assert database.runs == 1


async def test_a_transaction_that_hangs_does_not_hold_its_callers(clock: LoopClock) -> None:
    database = TroubledDatabase([None])
    async with open_writer(database) as writer:
        with pytest.raises(StoreUnavailableError):
            await writer.write(seven)
        assert clock.monotonic() == 1024 + 1.5


async def test_a_change_whose_turn_comes_after_its_caller_has_left_is_not_made() -> None:
    database = TroubledDatabase(slow_s=2)
    made: list[int] = []
    async with open_writer(database) as writer:
        with pytest.raises(StoreUnavailableError):
            await writer.write(lambda _: made.append(1))

    assert (database.runs, made) == (1, [])


async def test_a_mistake_of_ours_in_the_database_fails_its_callers_and_not_the_writer() -> None:
    database = TroubledDatabase([ZeroDivisionError(), ZeroDivisionError()])

    async with open_writer(database) as writer:
        with pytest.raises(ZeroDivisionError):
            await writer.write(seven)
        assert await writer.write(seven) == 7
