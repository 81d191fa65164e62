"""What the host's processes decide together, on either database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alerts import Cause
from bot.domain.server_policy import HOST
from bot.observability.clock import SystemClock
from bot.services.alert_turns import AlertTurns
from bot.services.host import HostState
from bot.services.safety_pause import SafetyPauses
from bot.storage.database import Database
from bot.storage.policies import StoredPolicies
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.policies import HOST_DEFAULT, MODERATOR, NOW
from tests.unit.host_side import LogBook
from tests.unit.jobs import OWNER_ID, a_job

SECOND = timedelta(seconds=1)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[StoredPolicies]:
    async with open_writer(database, BUSY_S) as writer:
        yield StoredPolicies(database, writer, SystemClock(), HOST_DEFAULT)


@pytest.fixture
async def there(database: Database) -> AsyncIterator[StoredPolicies]:
    """Write by another writer, as another process does."""
    async with open_writer(database, BUSY_S) as writer:
        yield StoredPolicies(database, writer, SystemClock(), HOST_DEFAULT)


async def test_a_pause_is_kept_and_ended(here: StoredPolicies, there: StoredPolicies) -> None:
    clock = SystemClock()
    pausing = HostState(here, clock, paused_by_settings=False)
    obeying = HostState(there, clock, paused_by_settings=False)

    await pausing.pause(MODERATOR)
    pause = await obeying.paused()
    assert pause is not None
    assert pause.by_id == MODERATOR

    await obeying.resume(MODERATOR)
    assert await pausing.paused() is None


async def test_refusals_at_the_same_moment_are_all_counted(
    here: StoredPolicies, there: StoredPolicies
) -> None:
    log = LogBook()
    ours, theirs = SafetyPauses(here, log), SafetyPauses(there, log)
    jobs = [a_job(9000 + number) for number in range(3)]

    await asyncio.gather(
        ours.note_refusal(jobs[0], NOW),
        theirs.note_refusal(jobs[1], NOW),
        ours.note_refusal(jobs[2], NOW),
    )

    assert await theirs.until(OWNER_ID, NOW + SECOND) == NOW + timedelta(hours=1)
    assert len([entry for entry in log.entries if entry.action == "member.pause"]) == 1


async def test_members_who_are_refused_at_the_same_moment_do_not_undo_each_other(
    here: StoredPolicies, there: StoredPolicies
) -> None:
    log = LogBook()
    pauses = (SafetyPauses(here, log), SafetyPauses(there, log))
    jobs = [
        replace(job, visit=replace(job.visit, member_id=member))
        for member in range(1, 11)
        for job in (a_job(member * 10 + number) for number in range(3))
    ]

    await asyncio.gather(
        *(pauses[number % 2].note_refusal(job, NOW) for number, job in enumerate(jobs))
    )

    assert all([await pauses[0].until(member, NOW + SECOND) for member in range(1, 11)])


async def test_one_of_many_takes_the_turn_to_tell(
    here: StoredPolicies, there: StoredPolicies
) -> None:
    clock = SystemClock()
    turns = (AlertTurns(here, clock), AlertTurns(there, clock))

    taken = await asyncio.gather(
        *(turns[number % 2].take(Cause.BUDGET_USED) for number in range(20))
    )

    assert taken.count(True) == 1


async def test_the_hosts_decisions_stay_out_of_servers(here: StoredPolicies) -> None:
    await HostState(here, SystemClock(), paused_by_settings=False).pause(MODERATOR)

    assert (await here.get(1001)).settings == {}
    assert (await here.get(HOST)).settings != {}
