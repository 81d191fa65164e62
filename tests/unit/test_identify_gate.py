"""What stands before each session: that enough are left, and that it is our turn."""

import asyncio
import logging

import pytest

from bot.client.identify_gate import (
    SESSIONS_KEPT,
    IdentifyGate,
    NoTurnError,
    OwnTurns,
    SessionStarts,
)
from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.identify_ports import IDENTIFY_EVERY_S
from tests.unit.virtual_time import LoopClock

PLENTY = SessionStarts(remaining=900, total=1000, reset_s=3600.0)
FEW = SessionStarts(remaining=SESSIONS_KEPT - 1, total=1000, reset_s=7200.0)


class Discord:
    """Says one thing after the other of its sessions, the last of them for good."""

    def __init__(self, *told: SessionStarts | None) -> None:
        self.told = list(told)
        self.asked = 0

    async def __call__(self) -> SessionStarts | None:
        self.asked += 1
        return self.told.pop(0) if len(self.told) > 1 else self.told[0]


class Turns:
    """Lets one wait for given times before the turn comes."""

    def __init__(self, *waits_s: float) -> None:
        self.waits_s = list(waits_s)
        self.buckets: list[int] = []
        self.trouble: StoreUnavailableError | None = None

    async def take(self, bucket: int) -> float:
        self.buckets.append(bucket)
        if self.trouble is not None:
            raise self.trouble
        return self.waits_s.pop(0) if self.waits_s else 0.0


async def test_with_plenty_of_sessions_nobody_waits(clock: LoopClock) -> None:
    gate = IdentifyGate(Discord(PLENTY), Turns(), clock)

    await gate.until_sessions_left(PLENTY)
    await gate.enter(0)

    assert gate.held == 0


async def test_below_fifty_it_waits_and_says_so_once(
    clock: LoopClock, caplog: pytest.LogCaptureFixture
) -> None:
    discord = Discord(FEW, FEW, PLENTY)
    gate = IdentifyGate(discord, Turns(), clock)

    with caplog.at_level(logging.INFO):
        await gate.until_sessions_left(FEW)

    assert discord.asked == 3
    assert [record.getMessage() for record in caplog.records] == [
        "waiting  49 of 1000 sessions are left, new ones come in 2.0 h"
    ]


async def test_a_discord_that_falls_silent_has_not_given_new_sessions(clock: LoopClock) -> None:
    discord = Discord(None, None, PLENTY)
    gate = IdentifyGate(discord, Turns(), clock)

    await gate.until_sessions_left(FEW)

    assert discord.asked == 3


async def test_a_silent_discord_is_not_asked_without_a_rest(clock: LoopClock) -> None:
    gate = IdentifyGate(Discord(None, None, PLENTY), Turns(), clock)
    began_s = clock.monotonic()

    await gate.until_sessions_left(SessionStarts(0, 1000, reset_s=0.0))

    assert clock.monotonic() - began_s >= 3 * IDENTIFY_EVERY_S


async def test_fifty_are_enough(clock: LoopClock) -> None:
    enough = SessionStarts(SESSIONS_KEPT, 1000, 3600.0)
    discord = Discord(enough)

    await IdentifyGate(discord, Turns(), clock).until_sessions_left(enough)

    assert discord.asked == 0


async def test_a_discord_that_does_not_say_holds_nobody_up(clock: LoopClock) -> None:
    gate = IdentifyGate(Discord(None), Turns(), clock)

    await gate.until_sessions_left(None)
    await gate.enter(3)

    assert gate.held == 0


async def test_a_shard_takes_the_turn_of_its_bucket(clock: LoopClock) -> None:
    turns = Turns()
    gate = IdentifyGate(Discord(PLENTY), turns, clock)
    await gate.until_sessions_left(SessionStarts(900, 1000, 3600.0, at_once=4))

    for shard in (0, 1, 5, 7):
        await gate.enter(shard)

    assert turns.buckets == [0, 1, 1, 3]


async def test_a_turn_that_is_not_ours_is_asked_for_again(clock: LoopClock) -> None:
    turns = Turns(5.0, 5.0)
    gate = IdentifyGate(Discord(PLENTY), turns, clock)

    await gate.enter(0)

    assert len(turns.buckets) == 3
    assert gate.held == 2


async def test_while_somebody_waits_for_a_turn_the_gate_is_busy(clock: LoopClock) -> None:
    gate = IdentifyGate(Discord(PLENTY), Turns(3600.0), clock)
    entering = asyncio.create_task(gate.enter(0))
    await clock.sleep(1.0)

    assert gate.busy
    entering.cancel()
    await asyncio.wait({entering})
    assert not gate.busy


async def test_no_turn_for_too_long_gives_the_connection_up(clock: LoopClock) -> None:
    gate = IdentifyGate(Discord(PLENTY), Turns(3600.0), clock)

    began_s = clock.monotonic()
    with pytest.raises(NoTurnError):
        await gate.enter(0)

    # The library's own patience with a shard that comes back ends after a minute.
    assert clock.monotonic() - began_s < 60


async def test_a_database_that_is_away_costs_a_turn_and_no_more(
    clock: LoopClock, caplog: pytest.LogCaptureFixture
) -> None:
    turns = Turns()
    turns.trouble = StoreUnavailableError(StoreTrouble.AWAY)

    await IdentifyGate(Discord(PLENTY), turns, clock).enter(0)

    assert "out of turn: the database can't be reached" in caplog.text


async def test_a_process_alone_spaces_its_own_shards(clock: LoopClock) -> None:
    turns = OwnTurns(clock)

    assert await turns.take(0) == 0.0
    assert await turns.take(1) == 0.0
    assert 5.0 < await turns.take(0) <= 5.25
