import asyncio

import pytest

from bot.presentation.pacing import (
    FREE_EDITS,
    OPEN_PROGRESS_EVERY_S,
    PROGRESS_EDITS_MAX,
    SLOW_FROM_EDITS,
    THRIFTY_FOR_S,
    ChannelPace,
    ChannelPaces,
    HiddenLimit,
)
from tests.unit.virtual_time import LoopClock


async def test_progress_goes_at_once_in_a_channel_that_was_quiet(clock: LoopClock) -> None:
    assert ChannelPace(clock, HiddenLimit(clock)).progress_wait_s() == 0


async def test_an_open_channel_lets_four_progress_edits_through_in_a_second(
    clock: LoopClock,
) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))

    pace.progress_goes()

    assert pace.progress_wait_s() == OPEN_PROGRESS_EVERY_S


def known_limit(clock: LoopClock) -> HiddenLimit:
    limit = HiddenLimit(clock)
    limit.met()
    return limit


async def test_progress_goes_freely_until_a_channel_has_met_the_hidden_limit(
    clock: LoopClock,
) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))

    for _ in range(PROGRESS_EDITS_MAX):
        pace.progress_goes()

    assert pace.progress_wait_s() == OPEN_PROGRESS_EVERY_S


async def test_a_429_in_one_channel_makes_progress_thrifty_in_all(clock: LoopClock) -> None:
    paces = ChannelPaces(clock)
    other = paces.of(2)
    for _ in range(FREE_EDITS):
        other.progress_goes()

    paces.of(1).limited(1)

    assert other.progress_wait_s() == 2


async def test_after_an_hour_without_a_429_progress_goes_freely_again(clock: LoopClock) -> None:
    pace = ChannelPace(clock, known_limit(clock))
    await clock.sleep(THRIFTY_FOR_S)

    for _ in range(FREE_EDITS):
        pace.progress_goes()

    assert pace.progress_wait_s() == OPEN_PROGRESS_EVERY_S


@pytest.mark.parametrize(
    ("edits", "wait_s"),
    [
        (FREE_EDITS - 1, OPEN_PROGRESS_EVERY_S),
        (FREE_EDITS, 2),
        (SLOW_FROM_EDITS - 1, 2),
        (SLOW_FROM_EDITS, 5),
    ],
)
async def test_progress_slows_the_more_of_the_hidden_limit_is_spent(
    clock: LoopClock, edits: int, wait_s: float
) -> None:
    pace = ChannelPace(clock, known_limit(clock))

    for _ in range(edits):
        pace.progress_goes()

    assert pace.progress_wait_s() == wait_s


async def test_progress_leaves_the_last_of_the_hidden_limit_to_pictures(clock: LoopClock) -> None:
    pace = ChannelPace(clock, known_limit(clock))
    for _ in range(PROGRESS_EDITS_MAX - 1):
        pace.progress_goes()
    await clock.sleep(10)
    pace.progress_goes()

    assert pace.progress_wait_s() == 50


async def test_final_edits_count_towards_the_hidden_limit(clock: LoopClock) -> None:
    pace = ChannelPace(clock, known_limit(clock))
    for _ in range(FREE_EDITS - 1):
        async with pace.final_turn():
            pass

    pace.progress_goes()

    assert pace.progress_wait_s() == 2


async def test_edits_of_a_minute_ago_do_not_count(clock: LoopClock) -> None:
    pace = ChannelPace(clock, known_limit(clock))
    for _ in range(PROGRESS_EDITS_MAX):
        pace.progress_goes()

    await clock.sleep(60)

    assert pace.progress_wait_s() == 0


async def test_nothing_goes_before_the_time_that_a_429_named(clock: LoopClock) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))

    pace.limited(7)

    assert pace.progress_wait_s() == 7


async def test_a_narrow_channel_lets_one_progress_edit_through_in_five_seconds(
    clock: LoopClock,
) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))
    pace.limited(1)
    await clock.sleep(1)
    assert pace.progress_wait_s() == 0

    pace.progress_goes()

    assert pace.progress_wait_s() == 5


async def test_a_channel_is_narrow_for_a_minute_after_the_named_time(clock: LoopClock) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))
    pace.limited(6)
    await clock.sleep(65.5)
    pace.progress_goes()
    assert pace.progress_wait_s() == 5

    await clock.sleep(0.5)

    assert pace.progress_wait_s() == 0


async def test_a_shorter_429_does_not_open_the_channel_earlier(clock: LoopClock) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))

    pace.limited(30)
    pace.limited(1)

    assert pace.progress_wait_s() == 30


async def test_a_final_edit_goes_at_once_while_the_channel_is_open(clock: LoopClock) -> None:
    pace, began_s = ChannelPace(clock, HiddenLimit(clock)), clock.monotonic()

    async with pace.final_turn(), pace.final_turn():
        assert clock.monotonic() == began_s


async def test_final_edits_of_a_narrow_channel_go_one_after_the_other(clock: LoopClock) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))
    pace.limited(3)
    went: list[tuple[int, float]] = []
    began_s = clock.monotonic()

    async def final(number: int) -> None:
        async with pace.final_turn():
            went.append((number, clock.monotonic() - began_s))
            await clock.sleep(2)

    await asyncio.gather(*(final(number) for number in range(3)))

    assert went == [(0, 3), (1, 5), (2, 7)]


async def test_progress_gives_way_while_a_final_edit_waits(clock: LoopClock) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))
    pace.limited(0)

    async with pace.final_turn():
        assert pace.progress_wait_s() == 5

    assert pace.progress_wait_s() == 0


async def test_a_final_edit_heeds_a_429_that_comes_while_it_waits(clock: LoopClock) -> None:
    pace, began_s = ChannelPace(clock, HiddenLimit(clock)), clock.monotonic()
    pace.limited(3)

    async def limit_again() -> None:
        await clock.sleep(2)
        pace.limited(8)

    async def final() -> float:
        async with pace.final_turn():
            return clock.monotonic() - began_s

    _, went_s = await asyncio.gather(limit_again(), final())

    assert went_s == 10


async def test_a_final_edit_that_fails_makes_room_for_the_next(clock: LoopClock) -> None:
    pace = ChannelPace(clock, HiddenLimit(clock))
    pace.limited(0)

    with pytest.raises(ConnectionResetError):
        async with pace.final_turn():
            raise ConnectionResetError

    assert pace.progress_wait_s() == 0
    async with asyncio.timeout(1), pace.final_turn():
        pass


async def test_jobs_of_one_channel_share_its_pace(clock: LoopClock) -> None:
    paces = ChannelPaces(clock)

    assert paces.of(1) is paces.of(1)
    assert paces.of(1) is not paces.of(2)


async def test_channels_that_nobody_asked_for_lately_are_forgotten(clock: LoopClock) -> None:
    paces = ChannelPaces(clock)
    old, kept = paces.of(1), paces.of(2)
    for channel_id in range(3, 10_001):
        paces.of(channel_id)
    paces.of(2)

    paces.of(99_999)

    assert paces.of(2) is kept
    assert paces.of(1) is not old
