import asyncio
import time
from datetime import timedelta

import pytest

from tests.unit.virtual_time import START, DeadlockError, LoopClock, VirtualLoop


async def test_waiting_takes_no_real_time(clock: LoopClock) -> None:
    began_s = time.monotonic()

    await clock.sleep(3600)

    assert time.monotonic() - began_s < 60


async def test_the_clock_jumps_exactly_to_the_next_timer(clock: LoopClock) -> None:
    began_s = clock.monotonic()

    await clock.sleep(0.25)

    assert clock.monotonic() - began_s == 0.25
    assert clock.now() == START + timedelta(seconds=0.25)


async def test_timers_fire_in_their_order(clock: LoopClock) -> None:
    order: list[float] = []

    async def note(seconds: float) -> None:
        await clock.sleep(seconds)
        order.append(seconds)

    await asyncio.gather(note(3), note(1), note(2))

    assert order == [1, 2, 3]


async def test_a_timeout_ends_a_wait_in_virtual_time(clock: LoopClock) -> None:
    began_s = clock.monotonic()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(840):
            await asyncio.Event().wait()

    assert clock.monotonic() - began_s == 840


async def test_a_thread_takes_no_virtual_time(clock: LoopClock) -> None:
    began_s = clock.monotonic()

    async with asyncio.timeout(1):
        assert await asyncio.to_thread(sum, range(100_000)) == 4999950000

    assert clock.monotonic() == began_s


def test_waiting_for_ever_is_a_deadlock_and_not_a_hang() -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(DeadlockError):
        runner.run(asyncio.Event().wait())
