"""What happened is kept and told, whatever stands in the way, and nobody waits for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.domain.log_entries import Told
from bot.services.log_desk import LINES_MAX
from bot.services.server_log import ARRIVALS_MAX, QueuedServerLog, open_server_log
from tests.unit.log_side import LOG_CHANNEL_ID, Channels, Decided, Table, an_entry
from tests.unit.virtual_time import LoopClock, quiet

OTHER_SERVER_ID, OTHER_CHANNEL_ID = 1002, 2010


@dataclass
class Scene:
    """A log between a table, settings and channels."""

    log: QueuedServerLog
    table: Table
    decided: Decided
    channels: Channels
    clock: LoopClock = field(default_factory=LoopClock)

    def refuse(self, times: int = 1, **after: str) -> None:
        for minute in range(times):
            self.log.record(an_entry("request.refused", "term", after=after, minutes=minute))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    table, decided, channels = Table(), Decided(), Channels()
    decided.log_to(LOG_CHANNEL_ID)
    async with open_server_log(table, decided, channels) as log:
        yield Scene(log, table, decided, channels)


async def test_an_entry_is_kept_and_told_at_once(scene: Scene) -> None:
    scene.log.record(an_entry())
    await quiet()

    assert scene.table.entries == [an_entry()]
    (posted,) = scene.channels.posted
    assert (posted.at_s, posted.channel_id, posted.lines) == (0, LOG_CHANNEL_ID, [Told(an_entry())])


async def test_what_is_kept_already_is_only_told(scene: Scene) -> None:
    scene.log.tell(an_entry())
    await quiet()

    assert scene.table.entries == []
    assert len(scene.channels.posted) == 1


async def test_without_a_log_channel_entries_are_only_kept(scene: Scene) -> None:
    scene.decided.settings.clear()

    scene.log.record(an_entry())
    await scene.clock.sleep(60)

    assert len(scene.table.entries) == 1
    assert scene.channels.attempts_s == []


async def test_entries_that_gather_are_one_message(scene: Scene) -> None:
    scene.log.record(*(an_entry(subject=str(number)) for number in range(7)))
    await quiet()

    (posted,) = scene.channels.posted
    assert posted.subjects == [str(number) for number in range(7)]


async def test_a_message_has_ten_lines_and_comes_every_two_seconds(scene: Scene) -> None:
    scene.log.record(*(an_entry(subject=str(number)) for number in range(25)))
    await scene.clock.sleep(60)

    assert [(p.at_s, len(p.lines)) for p in scene.channels.posted] == [(0, 10), (2, 10), (4, 5)]
    subjects = [subject for posted in scene.channels.posted for subject in posted.subjects]
    assert subjects == [str(number) for number in range(25)]


async def test_entries_that_come_one_after_the_other_keep_to_the_pace(scene: Scene) -> None:
    for number in range(8):
        scene.log.record(an_entry(subject=str(number)))
        await scene.clock.sleep(0.5)
    await scene.clock.sleep(10)

    assert [posted.at_s for posted in scene.channels.posted] == [0, 2, 4]


async def test_what_a_message_has_no_room_for_comes_in_the_next(scene: Scene) -> None:
    scene.channels.room = 2

    scene.log.record(*(an_entry(subject=str(number)) for number in range(3)))
    await scene.clock.sleep(10)

    assert [posted.subjects for posted in scene.channels.posted] == [["0", "1"], ["2"]]


async def test_refusals_that_repeat_are_counted(scene: Scene) -> None:
    scene.refuse(12)
    await quiet()

    (posted,) = scene.channels.posted
    (line,) = posted.lines
    assert line.times == 12
    assert line.entry.at == an_entry(minutes=11).at
    assert len(scene.table.entries) == 12


async def test_refusals_that_differ_are_told_apart(scene: Scene) -> None:
    scene.refuse(why="term")
    scene.refuse(why="budget")
    await quiet()

    assert [line.times for line in scene.channels.posted[0].lines] == [1, 1]


async def test_repeats_are_counted_over_a_failed_attempt(scene: Scene) -> None:
    scene.channels.shut.add(LOG_CHANNEL_ID)
    scene.refuse(2)
    await quiet()
    scene.channels.shut.clear()
    scene.refuse(3)
    await scene.clock.sleep(60)

    (posted,) = scene.channels.posted
    assert [line.times for line in posted.lines] == [5]


async def test_prompts_are_kept_and_told_nowhere_by_default(scene: Scene) -> None:
    scene.refuse(prompt="a secret", why="term")
    await quiet()

    assert scene.table.entries[0].after == {"why": "term"}
    assert scene.channels.posted[0].lines[0].entry.after == {"why": "term"}


async def test_prompts_are_kept_and_told_where_the_server_wants_them(scene: Scene) -> None:
    scene.decided.log_to(LOG_CHANNEL_ID, log_prompts=True)

    scene.refuse(prompt="a cat")
    await quiet()

    assert scene.table.entries[0].after == {"prompt": "a cat"}
    assert scene.channels.posted[0].lines[0].entry.after == {"prompt": "a cat"}


async def test_refusals_that_differ_in_a_prompt_that_is_not_told_are_counted(scene: Scene) -> None:
    scene.refuse(prompt="one")
    scene.refuse(prompt="two")
    await quiet()

    assert [line.times for line in scene.channels.posted[0].lines] == [2]


async def test_a_database_that_is_away_is_tried_again(scene: Scene) -> None:
    scene.table.away = 3

    scene.log.record(an_entry())
    await scene.clock.sleep(30)

    assert scene.table.entries == [an_entry()]
    assert len(scene.channels.posted) == 1


async def test_an_entry_that_cannot_be_kept_stops_no_other(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.log.record(an_entry(subject="poison"))
    await quiet()
    scene.log.record(an_entry())
    await quiet()

    assert scene.table.entries == [an_entry()]
    assert "1 entries of the log were lost" in caplog.text


async def test_a_channel_that_cannot_be_written_to_is_tried_again(scene: Scene) -> None:
    scene.channels.shut.add(LOG_CHANNEL_ID)
    scene.log.record(an_entry())
    await scene.clock.sleep(4)
    scene.channels.shut.clear()
    await scene.clock.sleep(4)

    (posted,) = scene.channels.posted
    assert posted.at_s == 5


async def test_a_channel_is_tried_ever_more_seldom(scene: Scene) -> None:
    scene.channels.shut.add(LOG_CHANNEL_ID)
    scene.log.record(an_entry())
    await scene.clock.sleep(1600)

    assert scene.channels.attempts_s == [0, 5, 20, 80, 380, 980, 1580]


async def test_another_channel_is_written_to_at_once(scene: Scene) -> None:
    scene.channels.shut.add(LOG_CHANNEL_ID)
    scene.log.record(an_entry())
    await scene.clock.sleep(1000)
    scene.decided.log_to(OTHER_CHANNEL_ID)
    scene.log.record(an_entry(subject="log_channel"))
    await quiet()

    (posted,) = scene.channels.posted
    assert posted.channel_id == OTHER_CHANNEL_ID
    assert posted.subjects == ["retention_days", "log_channel"]


async def test_a_shut_channel_stops_no_other_server(scene: Scene) -> None:
    scene.decided.log_to(OTHER_CHANNEL_ID, OTHER_SERVER_ID)
    scene.channels.shut.add(LOG_CHANNEL_ID)

    scene.log.record(an_entry(), an_entry(server_id=OTHER_SERVER_ID))
    await quiet()

    (posted,) = scene.channels.posted
    assert (posted.server_id, posted.channel_id) == (OTHER_SERVER_ID, OTHER_CHANNEL_ID)
    assert [line.entry.server_id for line in posted.lines] == [OTHER_SERVER_ID]


async def test_a_slow_channel_stops_no_other_server(scene: Scene) -> None:
    scene.decided.log_to(OTHER_CHANNEL_ID, OTHER_SERVER_ID)
    scene.channels.latency_s = 15

    scene.log.record(an_entry())
    scene.log.record(an_entry(server_id=OTHER_SERVER_ID))
    await scene.clock.sleep(16)

    assert [posted.at_s for posted in scene.channels.posted] == [0, 0]


async def test_what_gathers_before_a_shut_channel_is_bounded(scene: Scene) -> None:
    scene.channels.shut.add(LOG_CHANNEL_ID)
    scene.log.record(*(an_entry(subject=str(number)) for number in range(LINES_MAX + 30)))
    await scene.clock.sleep(1)
    scene.channels.shut.clear()
    await scene.clock.sleep(60)

    first = scene.channels.posted[0]
    assert (first.left_out, first.subjects[0]) == (30, "30")
    assert sum(len(posted.lines) for posted in scene.channels.posted) == LINES_MAX
    assert sum(posted.left_out for posted in scene.channels.posted) == 30


async def test_what_arrives_faster_than_it_is_kept_is_bounded(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(ARRIVALS_MAX + 3):
        scene.log.tell(an_entry())
    await quiet()

    assert "3 entries of the log were too many to be kept" in caplog.text


async def test_the_end_waits_for_what_has_arrived() -> None:
    table, decided, channels, clock = Table(), Decided(), Channels(), LoopClock()
    decided.log_to(LOG_CHANNEL_ID)

    async with open_server_log(table, decided, channels) as log:
        log.record(*(an_entry(subject=str(number)) for number in range(25)))
        began_s = clock.monotonic()

    assert len(table.entries) == 25
    assert [len(posted.lines) for posted in channels.posted] == [10, 10, 5]
    assert clock.monotonic() == began_s


async def test_the_end_does_not_wait_for_a_shut_channel() -> None:
    table, decided, channels, clock = Table(), Decided(), Channels(), LoopClock()
    decided.log_to(LOG_CHANNEL_ID)
    channels.shut.add(LOG_CHANNEL_ID)

    async with open_server_log(table, decided, channels) as log:
        log.record(an_entry())
        await quiet()
        began_s = clock.monotonic()

    assert clock.monotonic() == began_s
    assert len(table.entries) == 1


async def test_the_end_waits_five_seconds_for_a_channel_at_most() -> None:
    table, decided, clock = Table(), Decided(), LoopClock()
    decided.log_to(LOG_CHANNEL_ID)

    async with open_server_log(table, decided, Channels(latency_s=60)) as log:
        log.record(an_entry())
        await quiet()
        began_s = clock.monotonic()

    assert clock.monotonic() - began_s == 5


async def test_the_end_tells_of_what_could_not_be_kept(caplog: pytest.LogCaptureFixture) -> None:
    async with open_server_log(Table(away=99), Decided(), Channels()) as log:
        log.record(an_entry())

    assert "1 entries of the log were lost: the database is away" in caplog.text


async def test_the_log_of_a_server_does_not_grow_while_nothing_happens(scene: Scene) -> None:
    scene.log.record(an_entry())
    await scene.clock.sleep(10)
    before = len(scene.channels.attempts_s)
    await scene.clock.sleep(1000)

    assert len(scene.channels.attempts_s) == before
