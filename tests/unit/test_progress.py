"""The writer of one message, on virtual time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import ConnectionLostError
from bot.domain.jobs import Failed, Running, Waiting
from bot.presentation.sending import (
    InteractionRoad,
    MessageGoneError,
    SendBrokenError,
    SendLimitedError,
    SendRefusedError,
)
from tests.unit.discord_side import DiscordSide, Window, a_message, told
from tests.unit.jobs import done, running
from tests.unit.virtual_time import START, LoopClock


def percents(side: DiscordSide) -> list[str]:
    """List what each progress edit that was taken said of the percentage."""
    lines = [text.splitlines()[0] for text in side.texts]
    return [line.split(" ", 2)[2] for line in lines if " %" in line]


async def test_the_first_edit_goes_at_once() -> None:
    side = DiscordSide()

    await told(a_message(side, running()), running(10), 0.5, done())

    assert side.sent[0].at_s == 0
    assert percents(side) == ["10 %"]


async def test_progress_is_sent_at_most_once_a_second() -> None:
    side = DiscordSide()
    events = [step for n in range(1, 31) for step in (running(n), 0.1)]

    await told(a_message(side, running()), *events, done())

    moments = [sent.at_s for sent in side.sent[:-1]]
    assert moments == pytest.approx([0, 1, 2])


async def test_only_the_newest_state_is_shown() -> None:
    side = DiscordSide()
    states = [running(10), 0.1, running(20), 0.1, running(30), 2]

    await told(a_message(side, running()), *states, done())

    assert percents(side) == ["10 %", "30 %"]


async def test_a_smaller_percentage_is_never_shown() -> None:
    side = DiscordSide()
    states = [running(60), 1, running(20), 1, running(None), 1, running(70), 1]

    await told(a_message(side, running()), *states, done())

    assert percents(side) == ["60 %", "70 %"]


async def test_a_smaller_number_than_the_estimate_is_held_at_the_estimate() -> None:
    side = DiscordSide()
    estimating = Running(START, typical_s=10)

    await told(a_message(side, running()), estimating, 6, running(20), 3, running(80), 2, done())

    assert percents(side)[-2:] == ["about 60 %", "80 %"]


async def test_a_state_that_reads_the_same_is_not_sent() -> None:
    side = DiscordSide()

    await told(a_message(side, running(10)), running(10), 3, running(10), 3, done())

    assert len(side.sent) == 1


async def test_an_estimate_moves_by_itself_once_a_second() -> None:
    side = DiscordSide()
    first = Running(START, typical_s=10)

    await told(a_message(side, first), 3.5, done())

    assert percents(side) == ["about 10 %", "about 20 %", "about 30 %"]


async def test_nothing_is_sent_while_nothing_changes() -> None:
    side = DiscordSide()

    await told(a_message(side, running()), 600, done())

    assert len(side.sent) == 1


async def test_the_first_place_in_line_is_shown_at_most_once_in_five_seconds() -> None:
    side = DiscordSide()
    steps = [step for n in range(20) for step in (Waiting(1, START + timedelta(seconds=n)), 1)]

    await told(a_message(side, Waiting(2)), *steps, done())

    assert [sent.at_s for sent in side.sent[:-1]] == pytest.approx([0, 5, 10, 15])


async def test_a_place_far_back_in_line_is_shown_more_rarely() -> None:
    side = DiscordSide()
    steps = [step for n in range(1000, 900, -1) for step in (Waiting(n), 10)]

    await told(a_message(side, Waiting(1001)), *steps, done())

    assert len(side.sent[:-1]) == 3


async def test_the_start_of_the_work_does_not_wait_like_a_place_in_line() -> None:
    side = DiscordSide()

    await told(a_message(side, Waiting(2)), Waiting(1), 0.2, running(), 10, done())

    assert [sent.at_s for sent in side.sent[:-1]] == pytest.approx([0, 1])


async def test_the_end_does_not_wait_for_its_turn() -> None:
    side = DiscordSide()

    await told(a_message(side, running()), running(50), 0.1, running(60), 0.1, done())

    assert side.sent[-1].at_s == pytest.approx(0.2)
    assert percents(side) == ["50 %"]


async def test_the_writer_ends_with_the_final_edit() -> None:
    side = DiscordSide()
    message = a_message(side, running())

    await told(message, Failed(ConnectionLostError()), running(99), done())

    assert len(side.sent) == 1
    assert "The connection was lost." in side.texts[0]


async def test_a_slow_edit_is_waited_for_and_never_broken_off() -> None:
    hanging = asyncio.Event()
    side = DiscordSide(script={InteractionRoad: [hanging]})
    message = a_message(side, running())
    writer = asyncio.create_task(message.keep_current())
    message.show(running(10))
    await LoopClock().sleep(1)
    message.show(done())
    await LoopClock().sleep(10)
    assert side.sent == []

    hanging.set()
    await writer

    assert side.broken_off == 0
    assert [bool(sent.edit.uploads) for sent in side.sent] == [False, True]


async def test_no_more_progress_is_sent_after_the_end_came() -> None:
    side = DiscordSide(latency_s=3)

    await told(a_message(side, running()), running(10), 1, running(20), 1, done())

    assert len(percents(side)) == 1


async def test_the_last_slot_of_the_bucket_is_kept_for_the_end() -> None:
    side = DiscordSide(own_limit=(3, 60))
    events = [step for n in range(1, 11) for step in (running(n), 1)]

    await told(a_message(side, running()), *events, done())

    assert [sent.at_s for sent in side.sent] == pytest.approx([0, 1, 10])
    assert side.sent == side.taken


async def test_progress_goes_on_when_the_bucket_is_full_again() -> None:
    side = DiscordSide(own_limit=(2, 10), latency_s=1)
    events = [step for n in range(1, 31) for step in (running(n), 1)]

    await told(a_message(side, running()), *events, done())

    assert side.sent == side.taken
    assert [sent.at_s for sent in side.sent[:-1]] == pytest.approx([1, 12, 23])


@pytest.mark.parametrize("latency_s", [0.0, 0.02, 0.3])
async def test_29_events_in_3_seconds_provoke_no_429_and_hold_up_no_picture(
    latency_s: float,
) -> None:
    side = DiscordSide(own_limit=(5, 2), latency_s=latency_s)
    events = [step for n in range(1, 30) for step in (running(3 * n), 3 / 29)]

    await told(a_message(side, running()), *events, done())

    assert side.sent == side.taken
    assert side.sent[-1].edit.uploads
    # On its way may be one progress edit that had left before.
    assert side.sent[-1].at_s - 3 <= 2 * latency_s + 0.05


@pytest.mark.parametrize("run_s", [20, 44, 75, 240])
async def test_a_long_run_never_meets_the_hidden_limit_that_its_picture_would_wait_for(
    run_s: int,
) -> None:
    side = DiscordSide(hidden_limit=Window(30, 60))
    events = [step for n in range(run_s) for step in (running(99 * n // run_s), 1)]

    await told(a_message(side, running()), *events, done())

    assert side.sent == side.taken
    assert side.sent[-1].at_s == pytest.approx(run_s)


async def test_progress_that_fails_is_dropped_and_the_next_one_goes() -> None:
    side = DiscordSide(script={InteractionRoad: [SendBrokenError(), SendRefusedError(400, 50035)]})
    events = [step for n in (10, 20, 30) for step in (running(n), 1)]

    await told(a_message(side, running()), *events, done())

    assert percents(side) == ["30 %"]


async def test_progress_that_failed_is_shown_by_the_next_state_though_it_reads_the_same() -> None:
    side = DiscordSide(script={InteractionRoad: [SendBrokenError()]})

    await told(a_message(side, running()), running(10), 1, running(10), 1, done())

    assert percents(side) == ["10 %"]


async def test_a_429_makes_progress_wait_as_long_as_it_says() -> None:
    side = DiscordSide(script={InteractionRoad: [SendLimitedError(8)]})
    events = [step for n in range(1, 11) for step in (running(n), 1)]

    await told(a_message(side, running()), *events, done())

    assert [sent.at_s for sent in side.sent[:-1]] == pytest.approx([0, 8])


async def test_after_a_429_progress_slows_to_one_edit_in_five_seconds() -> None:
    side = DiscordSide(script={InteractionRoad: [SendLimitedError(1)]})
    events = [step for n in range(1, 19) for step in (running(n), 1)]

    await told(a_message(side, running()), *events, done())

    assert [sent.at_s for sent in side.sent[:-1]] == pytest.approx([0, 5, 10, 15])


async def test_nothing_is_ever_sent_to_a_deleted_message_again() -> None:
    side = DiscordSide(script={InteractionRoad: [MessageGoneError()]})
    events = [step for n in range(1, 6) for step in (running(n), 2)]

    await told(a_message(side, running()), *events, done())

    assert len(side.sent) == 1


async def test_a_message_that_is_found_deleted_waits_for_its_end_and_nothing_else() -> None:
    side = DiscordSide(script={InteractionRoad: [MessageGoneError()]})
    message = a_message(side, running(), shown=False)

    await told(message, 5, running(10), 5, done())

    assert len(side.sent) == 1


async def test_an_expected_end_goes_in_time_though_the_api_falls_silent() -> None:
    side = DiscordSide()
    state = replace(running(60), ready_at=START + timedelta(seconds=30))

    await told(a_message(side, running()), state, 120, done())

    assert [sent.at_s for sent in side.sent[:-1]] == pytest.approx([0, 20], abs=0.1)
    assert [" · ready <t:" in text for text in side.texts] == [True, False, False]


async def test_an_expected_end_shows_only_while_it_is_some_way_off() -> None:
    side = DiscordSide()
    soon = replace(running(90), ready_at=START + timedelta(seconds=9))
    later = replace(running(10), ready_at=START + timedelta(seconds=90))

    await told(a_message(side, running()), later, 1, soon, 1, done())

    assert [" · ready <t:" in text for text in side.texts] == [True, False, False]


async def test_nothing_is_shown_of_a_job_that_others_may_have_taken_up() -> None:
    side, ours = DiscordSide(), asyncio.Event()
    message = a_message(side, running(), still_ours=ours.is_set)

    async def later() -> None:
        await LoopClock().sleep(30)
        ours.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(later())
        await told(message, running(10), 20, running(20), 15, done())

    assert percents(side) == ["20 %"]
    assert side.sent[0].at_s >= 30


async def test_a_picture_is_shown_whoever_may_have_taken_the_job_up() -> None:
    side = DiscordSide()
    message = a_message(side, running(), still_ours=lambda: False)

    await told(message, running(10), 5, done())

    assert percents(side) == []
    assert len(side.sent) == 1
