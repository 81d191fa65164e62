"""The line and the processes on both databases: fair, exact, and taken over when one dies."""

import asyncio
from datetime import timedelta

from bot.domain.errors import ConnectionLostError
from bot.domain.fair_line import InLine
from bot.domain.journal import Made, Step
from bot.domain.journal_ports import Lost, Room
from bot.domain.pictures import OutputLink
from bot.storage.database import Database
from bot.storage.journal import StoredJournal
from bot.storage.line import StoredLine
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.entries import (
    MEMBER,
    NONE_LOST,
    NOW,
    OTHER,
    OURS,
    QUIET,
    SERVER,
    THEIRS,
    accepted,
    an_entry,
    running,
)

NO_SLOT = Room(slots=0, member_waiting_max=1000)


async def in_line(journal: StoredJournal, job_id: int, *, owner: int = OURS, **of: int) -> None:
    await accepted(journal, an_entry(job_id, owner=owner, **of), NO_SLOT)


async def test_slots_are_handed_out_in_the_order_of_asking(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in (3, 1, 2):
        await in_line(journal, number)

    view = await line.move_up(OURS, 2)

    assert (set(view.started), view.places) == ({1, 2}, {3: 1})
    for number, granted in ((1, True), (2, True), (3, False)):
        entry = await journal.get(number)
        assert entry is not None
        assert entry.granted is granted


async def test_a_single_job_elsewhere_starts_among_the_next_two_of_500(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in range(500):
        await in_line(journal, number, member_id=number)
    await in_line(journal, 500, server_id=QUIET)

    assert 500 in (await line.move_up(OURS, 2)).started


async def test_no_more_slots_are_handed_out_than_there_are(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in range(6):
        await in_line(journal, number)
    await line.move_up(OURS, 2)

    again = await line.move_up(OURS, 3)

    assert len(again.started) == 3
    assert len(again.places) == 3


async def test_fewer_slots_than_run_already_start_nobody(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in range(3):
        await in_line(journal, number)
    await line.move_up(OURS, 2)

    view = await line.move_up(OURS, 1)

    assert view.places == {2: 1}


async def test_processes_that_ask_at_once_hand_out_each_slot_once(
    database: Database, journal: StoredJournal
) -> None:
    for number in range(20):
        await in_line(journal, number, owner=OURS if number % 2 else THEIRS)

    async with open_writer(database, BUSY_S) as one, open_writer(database, BUSY_S) as other:
        lines = StoredLine(database, one), StoredLine(database, other)
        await asyncio.gather(*(each.move_up(OURS, 7) for each in lines * 3))
        ours = await lines[0].move_up(OURS, 7)
        theirs = await lines[1].move_up(THEIRS, 7)

    assert len({*ours.started, *theirs.started}) == 7
    assert len({*ours.places.values(), *theirs.places.values()}) == 13


async def test_a_slot_given_by_another_process_is_seen(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=OURS)

    await line.move_up(THEIRS, 1)

    assert set((await line.move_up(OURS, 1)).started) == {1}


async def test_a_slot_is_free_once_the_pictures_exist(
    journal: StoredJournal, line: StoredLine
) -> None:
    entry = await running(journal, an_entry(1))
    await in_line(journal, 2)
    assert 2 not in (await line.move_up(OURS, 1)).started

    made = Made((OutputLink("https://cdn.example/1.png"),), 3.2)
    await journal.advance(entry, entry.completed(made))

    assert 2 in (await line.move_up(OURS, 1)).started


async def test_a_server_that_had_its_turn_lets_others_have_theirs(
    journal: StoredJournal, line: StoredLine
) -> None:
    ended = await running(journal, an_entry(1))
    for number, server_id in ((2, SERVER), (3, QUIET)):
        await in_line(journal, number, server_id=server_id, member_id=number)
    done = ended.failed(ConnectionLostError(), NOW)
    await journal.settle(ended, done, counts=False, charged=True)

    assert set((await line.move_up(OURS, 1)).started) == {3}


async def test_the_view_tells_a_newcomer_its_place(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in range(4):
        await in_line(journal, number)

    view = await line.move_up(OURS, 1)

    assert view.line.place_of(InLine(9, SERVER, MEMBER)) == 4
    assert view.line.place_of(InLine(9, QUIET, OTHER)) == 1


async def test_a_wish_to_cancel_is_told_to_the_owner_alone(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=THEIRS)
    await journal.ask_to_cancel(1, OTHER)

    assert (await line.move_up(THEIRS, 0)).cancelled_by == {1: OTHER}
    assert (await line.move_up(OURS, 0)).cancelled_by == {}


async def test_beats_tell_of_the_other_processes(line: StoredLine) -> None:
    await line.beat(THEIRS)
    await line.beat(THEIRS)

    assert await line.beat(OURS) == {THEIRS: 2}


async def test_what_a_process_still_works_on_is_not_taken_up_by_it(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=THEIRS)
    at_work = Lost((1,), NONE_LOST.accepted_before)

    assert list(await line.take_up(OURS, (THEIRS,), at_work)) == []
    assert [each.job.id for each in await line.take_up(OURS, (THEIRS,), NONE_LOST)] == [1]


async def test_what_a_process_has_when_it_leaves_is_anybodys(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=THEIRS)
    await line.move_up(THEIRS, 1)

    await line.leave(THEIRS)

    entry = await journal.get(1)
    assert entry is not None
    assert (entry.owner, entry.granted) == (None, False)
    assert [each.job.id for each in await line.take_up(OURS, (), NONE_LOST)] == [1]


async def test_a_process_that_left_is_not_told_of(line: StoredLine) -> None:
    await line.beat(THEIRS)
    await line.leave(THEIRS)

    assert await line.beat(OURS) == {}


async def test_a_process_without_a_beat_is_told_of_by_its_jobs(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=THEIRS)

    assert await line.beat(OURS) == {THEIRS: 0}


async def test_the_jobs_of_a_dead_process_are_taken_up_in_the_order_of_asking(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in (3, 1, 2):
        await in_line(journal, number, owner=THEIRS)
    await in_line(journal, 4, owner=OURS)

    entries = await line.take_up(OURS, [THEIRS], NONE_LOST)

    assert [entry.job.id for entry in entries] == [1, 2, 3]
    assert {entry.owner for entry in entries} == {OURS}
    assert [await journal.get(entry.job.id) for entry in entries] == entries


async def test_the_jobs_of_a_living_process_stay_with_it(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=THEIRS)

    assert await line.take_up(OURS, [], NONE_LOST) == []


async def test_alone_a_process_takes_up_everything(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1, owner=THEIRS)
    await in_line(journal, 2, owner=OURS)

    assert [e.job.id for e in await line.take_up(OURS, None, NONE_LOST)] == [1]


async def test_what_was_released_is_anybodys(journal: StoredJournal, line: StoredLine) -> None:
    kept = await accepted(journal, an_entry(1))
    await journal.advance(kept, kept.released())

    (entry,) = await line.take_up(THEIRS, [], NONE_LOST)

    assert (entry.owner, entry.granted) == (THEIRS, False)


async def test_what_was_sent_keeps_its_slot_when_it_is_taken_up(
    journal: StoredJournal, line: StoredLine
) -> None:
    await running(journal, an_entry(1, owner=THEIRS), "p-1")

    (entry,) = await line.take_up(OURS, [THEIRS], NONE_LOST)

    assert (entry.step, entry.prediction_id, entry.granted) == (Step.RUNNING, "p-1", True)


async def test_a_job_of_two_takers_goes_to_one(database: Database, journal: StoredJournal) -> None:
    for number in range(10):
        await in_line(journal, number, owner=404)

    async with open_writer(database, BUSY_S) as one, open_writer(database, BUSY_S) as other:
        lines = StoredLine(database, one), StoredLine(database, other)
        taken = await asyncio.gather(
            lines[0].take_up(OURS, [404], NONE_LOST), lines[1].take_up(THEIRS, [404], NONE_LOST)
        )

    assert sorted(len(each) for each in taken) == [0, 10]


async def test_a_job_of_ours_that_we_do_not_work_on_is_found_again(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in (1, 2):
        await in_line(journal, number)

    found = await line.take_up(OURS, [], Lost((2,), NOW + timedelta(seconds=1)))

    assert [entry.job.id for entry in found] == [1]


async def test_a_job_that_was_only_just_accepted_is_not_taken_for_lost(
    journal: StoredJournal, line: StoredLine
) -> None:
    await in_line(journal, 1)

    assert await line.take_up(OURS, [], Lost((), NOW)) == []


async def test_a_closed_job_is_nobodys(journal: StoredJournal, line: StoredLine) -> None:
    entry = await running(journal, an_entry(1))
    failed = entry.failed(ConnectionLostError(), NOW)
    await journal.settle(entry, failed, counts=False, charged=True)
    await journal.advance(failed, failed.closed())

    assert await line.take_up(THEIRS, None, NONE_LOST) == []


async def test_an_end_whose_message_was_not_told_is_taken_up(
    journal: StoredJournal, line: StoredLine
) -> None:
    entry = await running(journal, an_entry(1))
    failed = entry.failed(ConnectionLostError(), NOW)
    await journal.settle(entry, failed, counts=False, charged=True)

    (found,) = await line.take_up(THEIRS, [OURS], NONE_LOST)

    assert (found.step, type(found.error)) == (Step.FAILED, ConnectionLostError)


async def test_more_than_a_hundred_are_taken_up_by_and_by(
    journal: StoredJournal, line: StoredLine
) -> None:
    for number in range(130):
        await in_line(journal, number, owner=THEIRS)

    rounds = [await line.take_up(OURS, [THEIRS], NONE_LOST) for _ in range(3)]

    assert [len(entries) for entries in rounds] == [100, 30, 0]
