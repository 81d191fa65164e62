"""What the inside tells whoever counts, where it happens."""

import logging

import pytest

from bot.client.shard_watch import ShardWatch
from bot.domain.errors import ConnectionLostError
from bot.domain.happenings import Happening, JobEnded, MessageEdited, ShardTurned, StateSuperseded
from bot.domain.jobs import Failed
from bot.presentation.pacing import ChannelPace, HiddenLimit
from bot.presentation.progress import ProgressMessage
from bot.presentation.sending import InteractionRoad, SendBrokenError, SendLimitedError
from tests.unit.discord_side import DiscordSide, a_delivery, told
from tests.unit.jobs import a_job, done, running
from tests.unit.virtual_time import LoopClock


class Ear:
    """Hears everything, and gives what is of one kind."""

    def __init__(self) -> None:
        self.heard: list[Happening] = []

    def __call__(self, happening: Happening) -> None:
        self.heard.append(happening)

    @property
    def edits(self) -> list[tuple[bool, str]]:
        return [tuple(each) for each in self.heard if isinstance(each, MessageEdited)]

    @property
    def superseded(self) -> int:
        return sum(isinstance(each, StateSuperseded) for each in self.heard)


@pytest.fixture
def ear() -> Ear:
    return Ear()


def a_message(side: DiscordSide, ear: Ear, clock: LoopClock) -> ProgressMessage:
    channel, job = ChannelPace(clock, HiddenLimit(clock)), a_job()
    delivery = a_delivery(side, job, channel=channel, observe=ear)
    return ProgressMessage(job, running(), delivery, channel, clock)


async def test_each_edit_is_told_with_what_it_was_for(clock: LoopClock, ear: Ear) -> None:
    side = DiscordSide()

    await told(a_message(side, ear, clock), running(10), 1.5, running(20), 1.5, done())

    assert ear.edits == [(False, "sent"), (False, "sent"), (True, "sent")]
    assert len(side.sent) == 3


async def test_states_that_were_never_shown_are_told_of(clock: LoopClock, ear: Ear) -> None:
    states = [running(10), 0.1, running(20), 0.1, running(30), 0.1, running(40), 2.0]

    await told(a_message(DiscordSide(), ear, clock), *states, done())

    # 10 was shown at once, and 20 and 30 gave way to 40 while the writer waited for its turn.
    assert ear.superseded == 2
    assert len(ear.edits) == 3


async def test_a_state_that_was_shown_is_not_superseded(clock: LoopClock, ear: Ear) -> None:
    await told(a_message(DiscordSide(), ear, clock), running(10), 2.0, running(20), 2.0, done())

    assert ear.superseded == 0


async def test_an_edit_that_is_not_taken_is_told_with_what_stood_in_the_way(
    clock: LoopClock, ear: Ear
) -> None:
    side = DiscordSide(script={InteractionRoad: [SendLimitedError(1.0), SendBrokenError()]})
    message = a_message(side, ear, clock)

    await told(message, running(10), 1.5, Failed(ConnectionLostError()))

    assert ear.edits == [(False, "SendLimited"), (True, "SendBroken"), (True, "sent")]


def test_a_shard_that_comes_goes_and_comes_back_is_told_of(ear: Ear) -> None:
    shards = ShardWatch(ear)

    shards.came(0)
    shards.went(0)
    shards.went(0)
    shards.came(0, resumed=True)

    assert ear.heard == [ShardTurned("identified"), ShardTurned("lost"), ShardTurned("resumed")]


def test_the_shards_that_are_connected_are_known(ear: Ear) -> None:
    shards = ShardWatch(ear)
    for shard in (0, 1, 2):
        shards.came(shard)

    shards.went(1)

    assert set(shards.connected) == {0, 2}


def test_a_shard_that_never_was_there_is_not_lost(ear: Ear) -> None:
    ShardWatch(ear).went(0)

    assert ear.heard == []


def test_a_short_absence_is_worth_no_line(ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    shards = ShardWatch(ear)

    with caplog.at_level(logging.INFO):
        shards.came(0)
        shards.went(0)
        shards.came(0, resumed=True)

    assert caplog.records == []


def test_what_is_told_of_a_job_names_nobody() -> None:
    assert set(JobEnded._fields) == {"model", "outcome", "reason", "times"}
