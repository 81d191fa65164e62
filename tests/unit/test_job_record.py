"""The entry of one job in the hands of its process, with a database that comes and goes."""

import asyncio
from dataclasses import replace

import pytest
from typing_extensions import override

from bot.domain.errors import Charge, ConnectionLostError, StoreTrouble, StoreUnavailableError
from bot.domain.job_ends import Stand
from bot.domain.journal import JournalEntry, Made, Step
from bot.domain.journal_ports import LostJobError
from bot.services.job_record import JobRecord
from tests.unit.jobs import a_job
from tests.unit.journals import Journals, an_entry
from tests.unit.virtual_time import START, LoopClock

AWAY = StoreUnavailableError(StoreTrouble.AWAY)
JOB_ID = a_job().id
MADE = Made((), 3.2)


class LosingAnswers(Journals):
    """Keeps what is written, and says that it didn't."""

    @override
    async def advance(self, before: JournalEntry, after: JournalEntry) -> None:
        await super().advance(before, after)
        raise AWAY


class Slow(Journals):
    """Takes a second for each write."""

    @override
    async def advance(self, before: JournalEntry, after: JournalEntry) -> None:
        await LoopClock().sleep(1)
        await super().advance(before, after)


def a_record(journals: Journals) -> JobRecord:
    entry = journals.put(an_entry(a_job()), 1)
    return JobRecord(entry, journals, LoopClock())


def answered(entry: JournalEntry) -> JournalEntry:
    return entry.answered(6001)


def submitted(entry: JournalEntry) -> JournalEntry:
    return entry.submitted(START)


def failed(entry: JournalEntry) -> JournalEntry:
    return entry.failed(ConnectionLostError(), START)


async def test_each_step_is_written() -> None:
    journals = Journals()
    record = a_record(journals)

    for change in (answered, submitted, JournalEntry.running):
        await record.step(change)

    assert journals.steps == [Step.QUEUED, Step.SUBMITTED, Step.RUNNING]
    assert journals.entries[JOB_ID] == record.entry


async def test_what_is_noted_is_written_with_the_next_step() -> None:
    journals = Journals()
    record = a_record(journals)

    record.note(answered)
    await record.must_step(submitted)

    assert journals.steps == [Step.SUBMITTED]
    assert journals.entries[JOB_ID].message.message_id == 6001


async def test_a_step_that_must_be_written_and_cannot_be_is_not_taken() -> None:
    journals = Journals()
    record = a_record(journals)
    record.note(answered)
    journals.away = AWAY

    with pytest.raises(StoreUnavailableError):
        await record.must_step(submitted)

    assert (record.entry.step, record.entry.charge) == (Step.QUEUED, Charge.NOTHING)


async def test_a_later_step_brings_along_what_could_not_be_written() -> None:
    journals = Journals()
    record = a_record(journals)
    await record.step(answered)
    await record.must_step(submitted)
    journals.away = AWAY
    await record.step(lambda entry: entry.running("p-1"))
    journals.away = None

    await record.step(lambda entry: entry.completed(MADE))

    kept = journals.entries[JOB_ID]
    assert (kept.step, kept.prediction_id) == (Step.COMPLETED, "p-1")


async def test_an_end_is_written_as_soon_as_the_database_is_back() -> None:
    journals = Journals()
    record = a_record(journals)
    journals.away = AWAY
    ending = asyncio.create_task(record.end(failed, Stand(counts=False, charged=True)))
    await LoopClock().sleep(60)
    assert not ending.done()

    journals.away = None
    await ending

    assert journals.entries[JOB_ID].step is Step.FAILED


async def test_a_step_of_another_process_is_told() -> None:
    journals = Journals()
    record = a_record(journals)
    journals.entries[JOB_ID] = replace(record.entry, owner=99)

    with pytest.raises(LostJobError):
        await record.step(answered)


async def test_a_write_whose_answer_was_lost_is_not_taken_for_another_process() -> None:
    journals = LosingAnswers()
    record = a_record(journals)

    await record.step(answered)
    await record.end(failed, Stand(counts=False, charged=True))

    assert journals.steps == [Step.QUEUED, Step.FAILED]


async def test_a_write_goes_on_though_whoever_waited_for_it_has_left() -> None:
    journals = Slow()
    record = a_record(journals)
    await record.step(answered)
    writing = asyncio.create_task(record.must_step(submitted))
    await LoopClock().sleep(0.5)

    writing.cancel()
    await record.step(JournalEntry.running)

    assert journals.steps == [Step.QUEUED, Step.SUBMITTED, Step.RUNNING]


async def test_a_slot_that_the_line_gave_is_no_step_of_ours() -> None:
    journals = Journals()
    journals.entries[JOB_ID] = an_entry(a_job())
    record = JobRecord(journals.entries[JOB_ID], journals, LoopClock())
    journals.entries[JOB_ID] = journals.entries[JOB_ID].with_slot()

    record.learn(JournalEntry.with_slot)
    await record.step(answered)

    assert journals.entries[JOB_ID].granted
