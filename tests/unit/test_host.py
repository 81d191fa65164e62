"""The host's switch, in one process and in two."""

from datetime import timedelta

import pytest

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.server_policy import HOST
from bot.services.host import HostState, Pause
from bot.storage.cached_policies import CachedPolicies
from tests.unit.host_side import KeptPolicies
from tests.unit.virtual_time import START, LoopClock

HOST_ID, OTHER_ID = 41, 42
HOUR = timedelta(hours=1)


@pytest.fixture
def policies() -> KeptPolicies:
    return KeptPolicies()


def a_process(
    policies: KeptPolicies, clock: LoopClock, *, paused_by_settings: bool = False
) -> HostState:
    at_hand = CachedPolicies(policies, clock, kept_s=0.8)
    return HostState(at_hand, clock, paused_by_settings=paused_by_settings)


@pytest.fixture
def state(policies: KeptPolicies, clock: LoopClock) -> HostState:
    return a_process(policies, clock)


async def test_nothing_is_paused_at_first(state: HostState) -> None:
    assert await state.paused() is None


async def test_a_pause_without_an_end_holds_until_somebody_ends_it(
    state: HostState, clock: LoopClock
) -> None:
    await state.pause(HOST_ID)
    await clock.sleep(30 * 86_400)

    assert await state.paused() == Pause(by_id=HOST_ID)
    assert await state.resume(OTHER_ID) is None
    assert await state.paused() is None


async def test_a_pause_with_an_end_ends_by_itself(state: HostState, clock: LoopClock) -> None:
    await state.pause(HOST_ID, START + HOUR)
    await clock.sleep(3599)
    assert await state.paused() == Pause(START + HOUR, HOST_ID)
    await clock.sleep(1)

    assert await state.paused() is None


async def test_a_new_pause_takes_the_place_of_the_one_before(state: HostState) -> None:
    await state.pause(HOST_ID, START + HOUR)
    await state.pause(OTHER_ID)

    assert await state.paused() == Pause(by_id=OTHER_ID)


async def test_another_process_obeys_within_a_second(
    policies: KeptPolicies, clock: LoopClock
) -> None:
    here, there = a_process(policies, clock), a_process(policies, clock)
    assert await there.paused() is None

    await here.pause(HOST_ID)
    await clock.sleep(1)
    assert await there.paused() == Pause(by_id=HOST_ID)

    await here.resume(HOST_ID)
    await clock.sleep(1)
    assert await there.paused() is None


async def test_no_command_ends_a_pause_of_the_settings(
    policies: KeptPolicies, clock: LoopClock
) -> None:
    state = a_process(policies, clock, paused_by_settings=True)

    assert await state.resume(HOST_ID) == Pause()
    assert await state.paused() == Pause()


async def test_a_pause_of_the_settings_needs_no_database(
    policies: KeptPolicies, clock: LoopClock
) -> None:
    policies.trouble = StoreUnavailableError(StoreTrouble.AWAY)

    assert await a_process(policies, clock, paused_by_settings=True).paused() == Pause()


async def test_where_nobody_knows_nothing_is_made(state: HostState, policies: KeptPolicies) -> None:
    policies.trouble = StoreUnavailableError(StoreTrouble.AWAY)

    with pytest.raises(StoreUnavailableError):
        await state.paused()


async def test_who_paused_and_who_resumed_is_kept_in_the_hosts_own_log(
    state: HostState, policies: KeptPolicies
) -> None:
    await state.pause(HOST_ID, START + HOUR)
    await state.resume(OTHER_ID)

    paused, resumed = policies.entries
    assert (paused.server_id, paused.actor_id, paused.action) == (HOST, HOST_ID, "host.pause")
    assert paused.after == {"by": "41", "until": (START + HOUR).isoformat()}
    assert (resumed.actor_id, resumed.action) == (OTHER_ID, "host.resume")
    assert (resumed.before, resumed.after) == (paused.after, None)


async def test_resuming_what_is_not_paused_is_nothing_to_tell_of(
    state: HostState, policies: KeptPolicies
) -> None:
    assert await state.resume(HOST_ID) is None
    assert policies.entries == []
