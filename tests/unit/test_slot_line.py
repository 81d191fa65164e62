import asyncio

import pytest

from bot.services.slot_line import Place, SlotLine
from tests.unit.virtual_time import quiet


def _ignored(position: int) -> None:
    raise AssertionError(f"told of position {position}")


async def test_the_first_places_have_their_slots_at_once() -> None:
    line = SlotLine(2)

    assert [line.join().position for _ in range(4)] == [0, 0, 1, 2]


async def test_a_place_in_a_slot_does_not_wait() -> None:
    await SlotLine(1).join().wait(_ignored)


async def test_slots_are_given_in_the_order_of_coming() -> None:
    line = SlotLine(1)
    places = [line.join() for _ in range(4)]
    order: list[int] = []

    async def work(number: int, place: Place) -> None:
        await place.wait(lambda _: None)
        order.append(number)
        place.leave()

    await asyncio.gather(*(work(n, place) for n, place in enumerate(places)))

    assert order == [0, 1, 2, 3]


async def test_whoever_waits_is_told_of_each_step_forward() -> None:
    line = SlotLine(1)
    first, second, third, last = (line.join() for _ in range(4))
    told: list[int] = []
    waiting = asyncio.create_task(last.wait(told.append))

    for place in (first, second, third):
        await quiet()
        place.leave()
    await waiting

    assert told == [2, 1]


async def test_leaving_the_line_moves_only_those_behind() -> None:
    line = SlotLine(1)
    _, second, third, fourth = (line.join() for _ in range(4))

    third.leave()

    assert (second.position, fourth.position) == (1, 2)


async def test_leaving_twice_frees_one_slot_only() -> None:
    line = SlotLine(1)
    first, second, third = (line.join() for _ in range(3))

    first.leave()
    first.leave()

    assert second.reached
    assert not third.reached


async def test_a_place_that_left_the_line_takes_no_slot() -> None:
    line = SlotLine(1)
    first, second, third = (line.join() for _ in range(3))

    second.leave()
    first.leave()
    third.leave()

    assert line.join().reached


async def test_a_wait_that_is_broken_off_keeps_the_place_until_it_is_left() -> None:
    line = SlotLine(1)
    first, second = line.join(), line.join()
    waiting = asyncio.create_task(second.wait(_ignored))
    await quiet()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    second.leave()
    first.leave()

    assert line.join().reached


async def test_slots_tells_how_many_may_run_at_once() -> None:
    assert SlotLine(7).slots == 7
