"""A job whose process may have lost it to another one, and what its message still says."""

import asyncio
from dataclasses import replace

from bot.domain.errors import ConnectionLostError
from bot.domain.jobs import Done, Failed
from bot.domain.journal import JournalEntry
from bot.services.job_making import Workshop
from bot.services.lease import Lease
from tests.unit.jobs import a_job
from tests.unit.journals import OWNER
from tests.unit.scripted import (
    PAINTED,
    SUBMITTED,
    RecordingDisplay,
    ScriptedApi,
    Step,
    a_workshop,
    joined,
    journal_of,
)
from tests.unit.virtual_time import LoopClock

CUT: tuple[Step, ...] = (*SUBMITTED, 60, ConnectionLostError())


def shared(*script: Step) -> Workshop:
    """Give a workshop whose process has beaten once, just now."""
    lease = Lease(LoopClock(), alone=False)
    lease.renew(LoopClock().monotonic())
    return replace(a_workshop(ScriptedApi(script)), lease=lease)


def taken_by_another(workshop: Workshop) -> JournalEntry:
    entries = journal_of(workshop).entries
    entries[9001] = entries[9001].taken_up(OWNER + 1)
    return entries[9001]


async def test_an_end_is_told_late_where_the_job_is_still_ours() -> None:
    display, workshop = RecordingDisplay(), shared(*CUT)

    await joined(a_job(), workshop).run(display)

    assert isinstance(display.last, Failed)
    assert not journal_of(workshop).entries[9001].open


async def test_an_end_is_not_told_of_a_job_that_another_process_has_by_now() -> None:
    display, workshop = RecordingDisplay(), shared(*CUT)

    async with asyncio.TaskGroup() as group:
        group.create_task(joined(a_job(), workshop).run(display))
        await LoopClock().sleep(30)
        theirs = taken_by_another(workshop)

    assert not any(isinstance(state, Failed) for state in display.states)
    assert display.abandoned
    assert journal_of(workshop).entries[9001] == theirs


async def test_a_job_that_is_lost_shows_nothing_more_from_that_moment_on() -> None:
    display, workshop = RecordingDisplay(), shared(*CUT)
    run = joined(a_job(), workshop)

    async with asyncio.TaskGroup() as group:
        group.create_task(run.run(display))
        await LoopClock().sleep(30)
        run.lose()
        assert display.abandoned


async def test_a_picture_that_is_paid_for_is_shown_whoever_has_the_job() -> None:
    display, workshop = RecordingDisplay(), shared(*PAINTED)
    workshop.lease.renew(LoopClock().monotonic() - 3600)

    await joined(a_job(), workshop).run(display)

    assert isinstance(display.last, Done)
