"""Who tells the host of a cause, among processes and restarts."""

import pytest

from bot.domain.alerts import Cause
from bot.services.alert_turns import AlertTurns
from tests.unit.host_side import KeptPolicies
from tests.unit.virtual_time import LoopClock


@pytest.fixture
def turns(clock: LoopClock) -> AlertTurns:
    return AlertTurns(KeptPolicies(), clock)


async def test_a_cause_is_told_of_once_an_hour(turns: AlertTurns, clock: LoopClock) -> None:
    assert await turns.take(Cause.BUDGET_USED)
    await clock.sleep(3599)
    assert not await turns.take(Cause.BUDGET_USED)
    await clock.sleep(1)

    assert await turns.take(Cause.BUDGET_USED)


async def test_causes_do_not_silence_each_other(turns: AlertTurns) -> None:
    assert all([await turns.take(cause) for cause in Cause])


async def test_of_two_processes_one_tells(clock: LoopClock) -> None:
    policies = KeptPolicies()
    here, there = AlertTurns(policies, clock), AlertTurns(policies, clock)

    assert [await here.take(Cause.ACCOUNT_REFUSED), await there.take(Cause.ACCOUNT_REFUSED)] == [
        True,
        False,
    ]
