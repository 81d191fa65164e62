"""What the host can see of the last failures, and who else hears of one."""

import pytest

from bot.domain.alerts import AccountAlert
from bot.domain.errors import (
    AccountRefusedError,
    GenerationError,
    SafetyRefusedError,
    ServiceBusyError,
)
from bot.services.failures import Failures
from bot.services.safety_pause import SafetyPauses
from tests.unit.host_side import KeptPolicies, LogBook, Told
from tests.unit.jobs import OWNER_ID, a_job
from tests.unit.virtual_time import LoopClock


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def pauses() -> SafetyPauses:
    return SafetyPauses(KeptPolicies(), LogBook())


@pytest.fixture
def failures(told: Told, pauses: SafetyPauses, clock: LoopClock) -> Failures:
    return Failures(told, pauses, clock)


async def test_the_last_five_are_remembered_newest_first(
    failures: Failures, clock: LoopClock
) -> None:
    jobs = [a_job(9000 + number) for number in range(7)]
    for job in jobs:
        await failures.note(job, ServiceBusyError())
        await clock.sleep(1)

    latest = failures.latest()
    assert [failure.reference for failure in latest] == [job.reference for job in jobs[:1:-1]]
    assert latest[0].at > latest[1].at


async def test_no_prompt_is_remembered(failures: Failures) -> None:
    await failures.note(a_job(prompt="my secret garden"), ServiceBusyError())

    assert "garden" not in repr(failures.latest())


async def test_the_host_hears_that_the_account_is_refused(failures: Failures, told: Told) -> None:
    await failures.note(a_job(), AccountRefusedError(403))

    assert told.alerts == [AccountAlert(403)]


@pytest.mark.parametrize("error", [ServiceBusyError(), SafetyRefusedError()])
async def test_the_host_is_not_woken_for_other_failures(
    failures: Failures, told: Told, error: GenerationError
) -> None:
    await failures.note(a_job(), error)

    assert told.alerts == []


async def test_refusals_by_the_safety_filter_count_against_their_member(
    failures: Failures, pauses: SafetyPauses, clock: LoopClock
) -> None:
    for number in range(3):
        await failures.note(a_job(9000 + number), SafetyRefusedError())

    assert await pauses.until(OWNER_ID, clock.now()) is not None


async def test_other_failures_do_not_count_against_their_member(
    failures: Failures, pauses: SafetyPauses, clock: LoopClock
) -> None:
    for number in range(9):
        await failures.note(a_job(9000 + number), ServiceBusyError())

    assert await pauses.until(OWNER_ID, clock.now()) is None
