"""The journal on both databases: written once, by whoever owns a job, together with its books."""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, update

from bot.domain.deeds import Deed
from bot.domain.errors import Charge, ConnectionLostError, InputRefusedError
from bot.domain.jobs import Origin
from bot.domain.journal import JournalEntry, Made, Step
from bot.domain.journal_ports import Accepted, LostJobError, MemberWaits, Room
from bot.domain.ledgers import Holder, Limit, Measure, ReachedLimit
from bot.domain.pictures import OutputLink
from bot.storage.database import Database
from bot.storage.journal import StoredJournal
from bot.storage.ledger import StoredLedger
from bot.storage.line import StoredLine
from bot.storage.tables import JobRow
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.entries import (
    CHANNEL,
    MEMBER,
    NOW,
    OTHER,
    OURS,
    ROOM,
    SERVER,
    THEIRS,
    accepted,
    an_entry,
    running,
    taking,
)

MADE = Made((OutputLink("https://cdn.example/1.png"), None), 3.2, flagged=True, seed=42)
HERE = Holder(SERVER, MEMBER)


async def test_an_accepted_job_comes_back_as_it_was(journal: StoredJournal) -> None:
    entry = await accepted(journal, an_entry())

    assert await journal.get(1) == entry
    assert entry.granted


async def test_an_unknown_job_is_not_there(journal: StoredJournal) -> None:
    assert await journal.get(404) is None


async def test_each_step_comes_back_as_it_was(journal: StoredJournal) -> None:
    entry = await accepted(journal, an_entry())
    steps = (
        lambda e: e.answered(6001),
        lambda e: e.submitted(NOW),
        lambda e: e.running("p-1"),
        lambda e: e.at_percent(46),
        lambda e: e.completed(MADE),
        lambda e: e.delivered(NOW),
    )

    for step in steps:
        before, entry = entry, step(entry)
        await journal.advance(before, entry)
        assert await journal.get(1) == entry

    assert entry.message.token == ""
    assert not entry.open


@pytest.mark.parametrize("channel_id", [CHANNEL + 1, CHANNEL + 2], ids=["its own", "another"])
async def test_the_message_in_which_a_result_stands_comes_back(
    journal: StoredJournal, channel_id: int
) -> None:
    at_work = await running(journal, an_entry())
    completed = at_work.completed(MADE)
    await journal.advance(at_work, completed)
    await journal.advance(completed, completed.standing(channel_id, 7001).delivered(NOW))

    kept = await journal.get(1)
    assert kept is not None
    assert (kept.channel_id, kept.message.message_id) == (channel_id, 7001)


@pytest.mark.parametrize(
    "error", [ConnectionLostError(), InputRefusedError("seed", 7)], ids=["plain", "with fields"]
)
async def test_an_error_comes_back_with_its_fields(
    journal: StoredJournal, error: ConnectionLostError | InputRefusedError
) -> None:
    entry = await running(journal, an_entry())

    await journal.settle(entry, entry.failed(error, NOW), counts=False, charged=True)

    kept = await journal.get(1)
    assert kept is not None
    assert type(kept.error) is type(error)
    assert vars(kept.error or error) == vars(error)


async def test_a_job_is_accepted_once(journal: StoredJournal, ledger: StoredLedger) -> None:
    await running(journal, an_entry())

    again = await journal.accept(an_entry(), taking(an_entry()), (), ROOM)

    assert isinstance(again, Accepted)
    assert again.taken.again
    kept = await journal.get(1)
    assert kept is not None
    assert kept.step is Step.RUNNING
    assert (await ledger.account(HERE, NOW)).day_pictures == 1


async def test_of_many_deliveries_of_one_interaction_one_is_new(journal: StoredJournal) -> None:
    entry = an_entry()

    done = await asyncio.gather(
        *(journal.accept(entry, taking(entry), (), ROOM) for _ in range(20))
    )

    assert sum(isinstance(each, Accepted) and not each.taken.again for each in done) == 1


async def test_a_limit_that_is_reached_leaves_no_row(journal: StoredJournal) -> None:
    limit = Limit(HERE, Measure.PICTURES_A_DAY, 0)

    refused = await journal.accept(an_entry(), taking(an_entry()), (limit,), ROOM)

    assert isinstance(refused, ReachedLimit)
    assert await journal.get(1) is None


async def test_slots_are_given_while_there_are_any(journal: StoredJournal) -> None:
    entries = [await accepted(journal, an_entry(number)) for number in range(1, 5)]

    assert [entry.granted for entry in entries] == [True, True, False, False]


async def test_a_free_slot_is_not_given_past_those_who_wait(journal: StoredJournal) -> None:
    for number in (1, 2, 3):
        await accepted(journal, an_entry(number))
    first = await journal.get(1)
    assert first is not None
    await journal.settle(first, ended(first), counts=False, charged=False)

    assert not (await accepted(journal, an_entry(4))).granted


async def test_a_member_may_have_so_many_in_line_and_no_more(
    journal: StoredJournal, ledger: StoredLedger
) -> None:
    room = Room(slots=1, member_waiting_max=2)
    for number in (1, 2, 3):
        await accepted(journal, an_entry(number), room)

    refused = await journal.accept(an_entry(4), taking(an_entry(4)), (), room)

    assert refused == MemberWaits(2)
    assert await journal.get(4) is None
    assert (await ledger.account(HERE, NOW)).day_pictures == 3
    assert not (await accepted(journal, an_entry(5, member_id=OTHER), room)).granted


async def test_a_step_is_refused_to_whoever_knows_another_one(journal: StoredJournal) -> None:
    kept = await accepted(journal, an_entry())
    sent = kept.answered(6001).submitted(NOW)
    await journal.advance(kept, sent)

    with pytest.raises(LostJobError):
        await journal.advance(kept, sent)


async def test_a_step_is_refused_to_whoever_lost_the_job(journal: StoredJournal) -> None:
    kept = await accepted(journal, an_entry())
    await journal.advance(kept, kept.taken_up(THEIRS))

    with pytest.raises(LostJobError):
        await journal.advance(kept, kept.answered(6001).submitted(NOW))


async def test_who_lets_go_of_a_job_lets_go_of_a_slot_that_it_never_heard_of(
    journal: StoredJournal, line: StoredLine
) -> None:
    kept = await accepted(journal, an_entry(), Room(slots=0, member_waiting_max=1))
    await line.move_up(OURS, 1)

    await journal.advance(kept, kept.released())

    entry = await journal.get(kept.job.id)
    assert entry is not None
    assert (entry.owner, entry.granted) == (None, False)


async def test_of_two_processes_that_hold_a_job_one_submits_it(
    database: Database, journal: StoredJournal
) -> None:
    kept = await accepted(journal, an_entry())
    sent = kept.answered(6001).submitted(NOW)

    async with open_writer(database, BUSY_S) as other:
        both = (journal, StoredJournal(database, other))
        outcomes = await asyncio.gather(
            *(each.advance(kept, sent) for each in both), return_exceptions=True
        )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LostJobError", "NoneType"]


async def test_a_closed_entry_takes_no_more_steps(journal: StoredJournal) -> None:
    entry = await running(journal, an_entry())
    made = entry.completed(MADE)
    await journal.advance(entry, made)
    await journal.settle(made, made.delivered(NOW), counts=True, charged=True)

    with pytest.raises(LostJobError):
        await journal.advance(made, made.failed(ConnectionLostError(), NOW))


async def test_an_end_and_what_the_job_took_are_settled_together(
    journal: StoredJournal, ledger: StoredLedger
) -> None:
    entry = await running(journal, an_entry())

    await journal.settle(entry, ended(entry), counts=False, charged=True)

    holding = await ledger.holding(1)
    assert holding is not None
    assert (holding.ended_at, holding.counted, holding.charged) == (NOW, False, True)


async def test_pictures_that_were_not_made_are_given_back_and_the_money_stays(
    journal: StoredJournal, ledger: StoredLedger
) -> None:
    entry = an_entry()
    asked = replace(taking(entry), pictures=4, microdollars=48_000)
    booked = await journal.accept(entry, asked, (), ROOM)
    assert isinstance(booked, Accepted)
    sent = booked.entry.answered(6001).submitted(NOW)
    await journal.advance(booked.entry, sent)

    made = Made((OutputLink("https://cdn.example/1.png"),) * 3, 3.2)
    await journal.settle(sent, sent.completed(made), counts=True, charged=True)

    account = await ledger.account(HERE, NOW)
    assert (account.day_pictures, account.day_microdollars) == (3, 48_000)
    lines = await ledger.usage(SERVER, NOW.date())
    assert [(line.pictures, line.microdollars) for line in lines] == [(3, 48_000)]


async def test_an_end_that_is_refused_settles_nothing(
    journal: StoredJournal, ledger: StoredLedger
) -> None:
    entry = await running(journal, an_entry())
    lost = replace(entry, owner=THEIRS)

    with pytest.raises(LostJobError):
        await journal.settle(lost, ended(lost), counts=False, charged=False)

    holding = await ledger.holding(1)
    assert holding is not None
    assert holding.ended_at is None


async def test_a_wish_to_cancel_waits_for_whoever_works_on_the_job(
    journal: StoredJournal,
) -> None:
    entry = await running(journal, an_entry())

    assert await journal.ask_to_cancel(1, OTHER)

    kept = await journal.get(1)
    assert kept is not None
    assert kept.cancel_by == OTHER
    await journal.advance(entry, entry.at_percent(50))
    assert await journal.get(1) == replace(entry.at_percent(50), cancel_by=OTHER)


async def test_a_picture_that_is_made_cannot_be_cancelled(journal: StoredJournal) -> None:
    entry = await running(journal, an_entry())
    await journal.advance(entry, entry.completed(MADE))

    assert not await journal.ask_to_cancel(1, OTHER)
    assert not await journal.ask_to_cancel(404, OTHER)


async def test_an_open_job_is_not_taken_for_abandoned(
    journal: StoredJournal, ledger: StoredLedger
) -> None:
    await running(journal, an_entry())

    assert await ledger.settle_abandoned(NOW.replace(year=2030), NOW) == 0


def ended(entry: JournalEntry) -> JournalEntry:
    return entry.failed(ConnectionLostError(), NOW)


async def test_what_may_have_cost_money_is_kept_with_the_entry(journal: StoredJournal) -> None:
    entry = await running(journal, an_entry(owner=OURS))

    assert entry.charge is Charge.MAYBE
    assert await journal.get(1) == entry


async def test_a_job_that_an_older_process_wrote_came_from_another_one_all_the_same(
    database: Database, journal: StoredJournal
) -> None:
    await accepted(journal, an_entry())

    def as_before(connection: Connection) -> None:
        showing = json.loads(connection.scalar(select(JobRow.showing)) or "")
        del showing["origin"]
        connection.execute(update(JobRow).values(showing=json.dumps(showing)))

    await database.write(as_before)

    kept = await journal.get(1)
    assert kept is not None
    assert kept.job.origin == Origin(1001, Deed.VARY)
