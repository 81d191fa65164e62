"""The line as the jobs of one process stand in it, on a clock that jumps."""

import asyncio

import pytest

from bot.services.slot_line import LineRules, Place, SlotLine
from tests.unit.jobs import a_job
from tests.unit.journals import OWNER, Journals, an_entry
from tests.unit.virtual_time import LoopClock, quiet

OTHER = OWNER + 1


class Queue:
    """A line with its journal; places are taken and left in both."""

    def __init__(self, slots: int, *, alone: bool = True) -> None:
        self.journals = Journals()
        self.line = SlotLine(self.journals, LineRules(OWNER, slots, alone=alone), LoopClock())
        self.asked = 0

    def join(self, job_id: int) -> Place:
        entry = self.journals.put(an_entry(a_job(job_id)), self.line.room.slots)
        return self.line.join(entry)

    def leave(self, place: Place) -> None:
        del self.journals.entries[place.job.id]
        place.leave()

    async def keep_moving(self) -> None:
        while True:
            await self.line.renewed()
            self.asked += 1


def _ignored(position: int) -> None:
    raise AssertionError(f"told of position {position}")


@pytest.fixture
async def queue() -> Queue:
    return Queue(slots=1)


@pytest.fixture(autouse=True)
async def moving(queue: Queue) -> asyncio.Task[None]:
    return asyncio.create_task(queue.keep_moving())


async def test_the_first_places_have_their_slots_at_once() -> None:
    queue = Queue(slots=2)

    assert [queue.join(number).position for number in range(4)] == [0, 0, 1, 2]


async def test_a_place_in_a_slot_does_not_wait(queue: Queue) -> None:
    await queue.join(1).wait(_ignored)


async def test_slots_are_given_in_the_order_of_asking(queue: Queue) -> None:
    places = [queue.join(number) for number in range(4)]
    order: list[int] = []

    async def work(place: Place) -> None:
        await place.wait(lambda _: None)
        order.append(place.job.id)
        queue.leave(place)

    await asyncio.gather(*(work(place) for place in reversed(places)))

    assert order == [0, 1, 2, 3]


async def test_whoever_waits_is_told_of_each_step_forward(queue: Queue) -> None:
    *ahead, last = (queue.join(number) for number in range(4))
    told: list[int] = []
    waiting = asyncio.create_task(last.wait(told.append))

    for place in ahead:
        await LoopClock().sleep(1)
        queue.leave(place)
    await waiting

    assert told == [2, 1]


async def test_a_slot_that_becomes_free_is_given_at_once(queue: Queue) -> None:
    first, second = queue.join(1), queue.join(2)
    await LoopClock().sleep(5)
    began_s = LoopClock().monotonic()

    queue.leave(first)
    await second.wait(_ignored)

    assert LoopClock().monotonic() == began_s


async def test_leaving_the_line_moves_those_behind(queue: Queue) -> None:
    _, second, third, fourth = (queue.join(number) for number in range(4))

    queue.leave(third)
    await LoopClock().sleep(1)

    assert (second.position, fourth.position) == (1, 2)


async def test_leaving_twice_frees_one_slot_only(queue: Queue) -> None:
    first, second, third = (queue.join(number) for number in range(3))

    queue.leave(first)
    first.leave()
    await LoopClock().sleep(1)

    assert second.reached
    assert not third.reached


async def test_many_that_leave_at_once_are_asked_about_once(queue: Queue) -> None:
    places = [queue.join(number) for number in range(20)]
    await LoopClock().sleep(5)
    asked = queue.asked

    for place in places[1:15]:
        queue.leave(place)
    await LoopClock().sleep(1)

    assert queue.asked - asked == 1


async def test_nobody_is_asked_while_nobody_waits(queue: Queue) -> None:
    place = queue.join(1)
    await LoopClock().sleep(600)
    queue.leave(place)
    await LoopClock().sleep(600)

    assert queue.asked == 0


async def test_a_slot_that_another_process_frees_is_found_within_a_second() -> None:
    queue = Queue(slots=1, alone=False)
    moving = asyncio.create_task(queue.keep_moving())
    theirs = queue.journals.put(an_entry(a_job(1), owner=OTHER), 1)
    ours = queue.join(2)
    await LoopClock().sleep(30)

    del queue.journals.entries[theirs.job.id]
    began_s = LoopClock().monotonic()
    await ours.wait(lambda _: None)

    assert LoopClock().monotonic() - began_s <= 1
    moving.cancel()


async def test_a_refusal_for_load_lets_fewer_run() -> None:
    wide = Queue(slots=4)
    place = wide.join(1)

    place.refused_for_load()

    assert wide.line.room.slots == 2


async def test_the_line_goes_on_by_itself_once_the_api_is_less_busy() -> None:
    queue = Queue(slots=2)
    moving = asyncio.create_task(queue.keep_moving())
    first = queue.join(1)
    first.refused_for_load()
    second = queue.join(2)
    assert not second.reached

    await LoopClock().sleep(25)

    assert second.reached
    moving.cancel()


async def test_a_newcomer_is_told_its_fair_place(queue: Queue) -> None:
    for number in range(3):
        queue.join(number)
    await quiet()

    assert queue.join(3).position == 3
