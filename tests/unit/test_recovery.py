"""Going on with what others have left: each step of a job, as another process finds it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.errors import (
    Charge,
    ConnectionLostError,
    InterruptedByStopError,
    StoreTrouble,
    StoreUnavailableError,
)
from bot.domain.events import Accepted, Completed
from bot.domain.jobs import Cancelled, Done, Failed, JobState
from bot.domain.journal import JournalEntry, Made, Step
from bot.domain.ports import JobDisplay
from bot.services.generation import Generation
from bot.services.lease import Lease
from bot.services.recovery import (
    BEAT_EVERY_S,
    DEAD_AFTER_S,
    Heartbeats,
    Recovery,
    UnknownWhetherAnsweredError,
    Watch,
)
from tests.unit.books import Counter
from tests.unit.jobs import a_job, a_picture
from tests.unit.journals import OWNER, Journals, an_entry
from tests.unit.scripted import (
    PAINTED,
    PICTURE_LINK,
    RecordingDisplay,
    ScriptedApi,
    Shelves,
    a_workshop,
)
from tests.unit.virtual_time import START, LoopClock

DEAD = OWNER + 1
POLLED = (Accepted(polled=True), 5, Completed((PICTURE_LINK,)))
MADE = Made((PICTURE_LINK,), 3.2)


@dataclass
class FoundMessages:
    """Finds the messages of jobs; fulfils ``Displays``."""

    message_id: int | None = 6001
    away: bool = False
    slow_s: float = 0.0
    taken_meanwhile: Sequence[JournalEntry] = ()
    journals: Journals = field(default_factory=Journals)
    displays: dict[int, RecordingDisplay] = field(default_factory=dict[int, RecordingDisplay])

    async def find(self, entry: JournalEntry) -> int | None:
        assert entry.step is Step.ACCEPTED
        for taken in self.taken_meanwhile:
            self.journals.entries[taken.job.id] = taken
        self.taken_meanwhile = []
        await LoopClock().sleep(self.slow_s)
        if self.away:
            raise UnknownWhetherAnsweredError
        return self.message_id

    def reopen(self, entry: JournalEntry) -> JobDisplay:
        display = self.displays[entry.job.id] = RecordingDisplay()
        return display


class House:
    """A process that finds what another one has left."""

    def __init__(self, api: ScriptedApi, *, alone: bool = True, slots: int = 2) -> None:
        self.api = api
        self.counter = Counter()
        self.shelves = Shelves()
        self.messages = FoundMessages()
        shop = a_workshop(api, slots=slots, counter=self.counter, archive=self.shelves)
        self.lease = Lease(LoopClock(), alone=alone)
        shop = replace(shop, lease=self.lease)
        self.journals = self.counter.journals
        self.generation = Generation(self.counter.bookings, shop)
        watch = Watch(OWNER, alone, shop.lease, self.journals, self.messages, LoopClock())
        self.recovery = Recovery(self.generation, watch)

    def leave(self, entry: JournalEntry) -> None:
        self.journals.entries[entry.job.id] = entry

    async def recover(self) -> None:
        with self.at_work():
            await LoopClock().sleep(60)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        tasks = [
            asyncio.create_task(work)
            for work in (self.recovery.keep_watch(), self.generation.keep_line_moving())
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    def last(self, job_id: int = 9001) -> JobState:
        return self.messages.displays[job_id].last

    def kept(self, job_id: int = 9001) -> JournalEntry:
        return self.journals.entries[job_id]


def left(job_id: int = 9001) -> JournalEntry:
    return an_entry(a_job(job_id), owner=DEAD)


def queued(job_id: int = 9001) -> JournalEntry:
    return left(job_id).answered(6001)


def running(prediction_id: str | None = None) -> JournalEntry:
    return queued().with_slot().submitted(START).running(prediction_id)


async def test_what_was_never_sent_is_painted() -> None:
    house = House(ScriptedApi(PAINTED))
    house.leave(queued())

    await house.recover()

    assert isinstance(house.last(), Done)
    assert house.api.submissions == 1
    assert house.kept().step is Step.DELIVERED


async def test_a_slot_that_was_given_before_the_crash_is_given_again() -> None:
    house = House(ScriptedApi(PAINTED), slots=1)
    house.leave(queued().with_slot())

    await house.recover()

    assert isinstance(house.last(), Done)


async def test_the_order_of_asking_survives() -> None:
    house = House(ScriptedApi(PAINTED), slots=1)
    for job_id in (3, 1, 2):
        house.leave(queued(job_id))

    await house.recover()

    ends = sorted((display.at_s[-1], job) for job, display in house.messages.displays.items())
    assert [job for _, job in ends] == [1, 2, 3]


async def test_a_task_with_a_name_is_asked_for_and_never_submitted_again() -> None:
    house = House(ScriptedApi(POLLED))
    house.leave(running("p-1"))

    await house.recover()

    assert isinstance(house.last(), Done)
    assert (house.api.resumed, house.api.submissions) == (["p-1"], 0)


@pytest.mark.parametrize("step", ["submitted", "running"])
async def test_a_task_without_a_name_ends_honestly(step: str) -> None:
    house = House(ScriptedApi(PAINTED))
    house.leave(running() if step == "running" else queued().with_slot().submitted(START))

    await house.recover()

    last = house.last()
    assert isinstance(last, Failed)
    assert isinstance(last.error, InterruptedByStopError)
    assert last.error.charge is Charge.MAYBE
    assert house.api.requests == []
    assert (house.kept().step, house.kept().open) == (Step.INTERRUPTED, False)


async def test_a_picture_that_exists_is_fetched_and_brought() -> None:
    house = House(ScriptedApi(PAINTED))
    house.leave(running("p-1").completed(MADE))

    await house.recover()

    assert isinstance(house.last(), Done)
    assert house.api.requests == []


async def test_a_picture_that_is_kept_is_brought_as_it_is() -> None:
    house = House(ScriptedApi(PAINTED))
    only_on_disk = Made((None,), 3.2, seed=42)
    picture = a_picture(b"as it was")
    house.shelves.kept[9001] = (picture,)
    house.leave(running().completed(only_on_disk))

    await house.recover()

    last = house.last()
    assert isinstance(last, Done)
    assert (last.pictures, last.seed) == ((picture,), 42)


async def test_an_end_that_nobody_was_told_of_is_told() -> None:
    house = House(ScriptedApi(PAINTED))
    house.leave(running().failed(ConnectionLostError(), START))

    await house.recover()

    last = house.last()
    assert isinstance(last, Failed)
    assert isinstance(last.error, ConnectionLostError)
    assert (house.kept().step, house.kept().open) == (Step.FAILED, False)


@pytest.mark.parametrize("asked", [True, False])
async def test_a_cancel_that_nobody_was_told_of_is_told(*, asked: bool) -> None:
    house = House(ScriptedApi(PAINTED))
    entry = running()
    house.leave(
        replace(entry, cancel_by=4002) if asked else entry.cancelled(4002, Charge.MAYBE, START)
    )

    await house.recover()

    assert house.last() == Cancelled(4002, Charge.MAYBE)
    assert (house.kept().step, house.kept().open) == (Step.CANCELLED, False)


async def test_a_job_whose_first_answer_arrived_goes_on() -> None:
    house = House(ScriptedApi(PAINTED))
    house.leave(left())

    await house.recover()

    assert isinstance(house.last(), Done)
    assert house.kept().message.message_id == 6001


async def test_a_job_that_was_never_answered_is_dropped() -> None:
    house = House(ScriptedApi(PAINTED))
    house.messages.message_id = None
    house.leave(left())

    await house.recover()

    assert house.api.requests == []
    assert (house.kept().step, house.kept().open) == (Step.INTERRUPTED, False)
    assert list(house.generation.at_work) == []


async def test_a_job_that_others_took_while_discord_was_asked_ends_no_watch() -> None:
    house = House(ScriptedApi(PAINTED))
    house.messages.message_id = None
    house.messages.taken_meanwhile = [left()]
    house.messages.journals = house.journals
    house.leave(left())

    await house.recover()

    assert house.journals.beats[OWNER] > 5


async def test_while_discord_does_not_say_whether_it_was_answered_a_job_waits() -> None:
    house = House(ScriptedApi(PAINTED))
    house.messages.away = True
    house.leave(left())

    with house.at_work():
        await LoopClock().sleep(30)
        assert house.api.requests == []

        house.messages.away = False
        await LoopClock().sleep(120)

    assert isinstance(house.last(), Done)


async def test_a_job_that_waits_for_discord_to_say_takes_no_slot_from_others() -> None:
    house = House(ScriptedApi(PAINTED), slots=1)
    house.messages.away = True
    house.leave(left(1))

    with house.at_work():
        await LoopClock().sleep(30)
        house.leave(replace(queued(2), owner=None))
        await LoopClock().sleep(30)

    assert isinstance(house.last(2), Done)
    assert house.kept(1).owner is None


async def test_after_a_silence_a_process_lets_go_of_what_others_have_taken() -> None:
    house = House(ScriptedApi(PAINTED), alone=False, slots=0)
    await house.generation.accept(a_job(1), an_entry(a_job(1)).message)
    display = RecordingDisplay()
    house.generation.start(1, display)

    with house.at_work():
        await LoopClock().sleep(1)
        house.journals.away = StoreUnavailableError(StoreTrouble.AWAY)
        await LoopClock().sleep(DEAD_AFTER_S)
        house.journals.entries[1] = house.kept(1).taken_up(DEAD)
        house.journals.away = None
        await LoopClock().sleep(2)

    assert display.abandoned
    assert list(house.generation.at_work) == []


async def test_a_process_beats_while_discord_takes_its_time() -> None:
    house = House(ScriptedApi(PAINTED), alone=False)
    house.messages.slow_s, house.messages.away = 15, True
    for job_id in range(1, 9):
        house.leave(left(job_id).released())

    with house.at_work():
        for _ in range(8):
            before = house.journals.beats.get(OWNER, 0)
            await LoopClock().sleep(2 * BEAT_EVERY_S)
            assert house.journals.beats[OWNER] > before
            assert house.lease.held()


async def test_a_process_beats_before_all_its_shards_are_connected() -> None:
    house, ready = House(ScriptedApi(PAINTED), alone=False), asyncio.Event()
    house.leave(queued().released())

    async def shards_are_up() -> None:
        await ready.wait()

    watching = asyncio.create_task(house.recovery.keep_watch(shards_are_up))
    await LoopClock().sleep(DEAD_AFTER_S)
    assert house.journals.beats[OWNER] > 3
    assert house.lease.held()
    assert house.messages.displays == {}

    ready.set()
    await LoopClock().sleep(BEAT_EVERY_S)
    assert 9001 in house.messages.displays
    watching.cancel()


async def test_a_mistake_is_logged_and_ends_no_watch(caplog: pytest.LogCaptureFixture) -> None:
    house = House(ScriptedApi(PAINTED))

    with house.at_work():
        house.journals.away = ValueError("a mistake of ours")
        await LoopClock().sleep(3)
        house.journals.away = None
        await LoopClock().sleep(60)

    assert "a mistake of ours" in caplog.text
    assert house.journals.beats[OWNER] > 5


async def test_beside_others_only_the_dead_are_taken_over_and_within_half_a_minute() -> None:
    house = House(ScriptedApi(PAINTED), alone=False)
    house.leave(queued())
    house.journals.beats[DEAD] = 7

    with house.at_work():
        await LoopClock().sleep(DEAD_AFTER_S - 1)
        assert house.messages.displays == {}

        await LoopClock().sleep(30 - DEAD_AFTER_S)
        assert 9001 in house.messages.displays


async def test_a_process_that_beats_keeps_its_jobs() -> None:
    house = House(ScriptedApi(PAINTED), alone=False)
    house.leave(queued())

    with house.at_work():
        for _ in range(20):
            await house.journals.beat(DEAD)
            await LoopClock().sleep(BEAT_EVERY_S)

    assert house.messages.displays == {}


async def test_what_was_released_is_taken_up_at_once() -> None:
    house = House(ScriptedApi(PAINTED), alone=False)
    house.leave(queued().released())

    with house.at_work():
        await LoopClock().sleep(1)

    assert 9001 in house.messages.displays


async def test_a_process_that_stops_takes_nothing_up() -> None:
    house = House(ScriptedApi(PAINTED))
    house.generation.stop_accepting()
    house.leave(queued())

    await house.recover()

    assert house.messages.displays == {}
    assert house.journals.beats[OWNER] > 5


async def test_a_message_that_could_not_be_told_is_brought_later() -> None:
    house = House(ScriptedApi(PAINTED))
    display = RecordingDisplay(arrives=False)
    await house.generation.accept(a_job(), an_entry(a_job()).message)
    house.generation.start(9001, display)

    with house.at_work():
        await LoopClock().sleep(30)
        assert (house.kept().step, house.kept().open) == (Step.COMPLETED, True)

        await LoopClock().sleep(60)

    assert isinstance(house.last(), Done)
    assert house.kept().step is Step.DELIVERED
    assert house.api.submissions == 1


def test_a_process_is_gone_once_its_beats_have_not_grown_for_long() -> None:
    beats = Heartbeats()

    assert beats.gone({1: 5, 2: 5}, 0) == []
    assert beats.gone({1: 6, 2: 5}, DEAD_AFTER_S / 2) == []
    assert beats.gone({1: 7, 2: 5}, DEAD_AFTER_S) == [2]


def test_a_process_is_not_gone_because_we_could_not_look() -> None:
    beats = Heartbeats()
    beats.gone({1: 5}, 0)

    assert beats.gone({1: 5}, 3 * DEAD_AFTER_S) == []
    assert beats.gone({1: 5}, 3 * DEAD_AFTER_S + DEAD_AFTER_S / 2) == []


def test_a_process_that_was_forgotten_is_a_new_one_where_it_counts_the_same_again() -> None:
    beats = Heartbeats()
    moments = [n * DEAD_AFTER_S / 4 for n in range(5)]
    assert [list(beats.gone({1: 1}, moment_s)) for moment_s in moments][-1] == [1]

    beats.forget([1])

    assert beats.gone({1: 1}, DEAD_AFTER_S + 1) == []


def test_a_process_that_comes_back_is_alive_again() -> None:
    beats = Heartbeats()
    beats.gone({1: 5}, 0)

    assert beats.gone({1: 6}, 3 * DEAD_AFTER_S) == []
