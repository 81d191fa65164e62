"""Policies at hand, on virtual time."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.model_rules import ServerModels
from bot.domain.server_policy import PolicyChange, ServerPolicy
from bot.storage.cached_policies import CachedPolicies
from bot.storage.database import PATIENCE_S
from tests.unit.virtual_time import LoopClock

ChangeT = TypeVar("ChangeT", bound=PolicyChange)

SERVER, OTHER, MODERATOR = 1, 2, 3
UNDECIDED = ServerPolicy(ServerModels("get3w/flux-dev"))


class SlowPolicies:
    """Keeps policies; each use takes a while and is counted."""

    def __init__(self) -> None:
        self.kept: dict[int, ServerPolicy] = {}
        self.readings: Counter[int] = Counter()
        self.changed_by: list[int] = []
        self.trouble: StoreUnavailableError | None = None

    async def get(self, server_id: int) -> ServerPolicy:
        self.readings[server_id] += 1
        found = self.kept.get(server_id, UNDECIDED)
        await LoopClock().sleep(0.5)
        return found

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        await LoopClock().sleep(0.1)
        self.changed_by.append(by_id)
        change = step(self.kept.get(server_id, UNDECIDED))
        self.kept[server_id] = change.after
        if self.trouble:
            raise self.trouble
        return change


class AwayPolicies(SlowPolicies):
    """Gives up as late as a database does."""

    async def get(self, server_id: int) -> ServerPolicy:
        self.readings[server_id] += 1
        await LoopClock().sleep(PATIENCE_S)
        raise StoreUnavailableError(StoreTrouble.AWAY)


def forbid(term: str) -> Callable[[ServerPolicy], PolicyChange]:
    return lambda policy: PolicyChange(policy, replace(policy, terms=(*policy.terms, term)))


@pytest.fixture
def slow() -> SlowPolicies:
    return SlowPolicies()


@pytest.fixture
def cached(slow: SlowPolicies, clock: LoopClock) -> CachedPolicies:
    return CachedPolicies(slow, clock)


async def test_a_policy_is_read_once(slow: SlowPolicies, cached: CachedPolicies) -> None:
    for _ in range(5):
        assert await cached.get(SERVER) == UNDECIDED

    assert slow.readings[SERVER] == 1


async def test_many_who_ask_at_once_wait_for_one_reading(
    slow: SlowPolicies, cached: CachedPolicies
) -> None:
    await asyncio.gather(*(cached.get(SERVER) for _ in range(100)))

    assert slow.readings[SERVER] == 1


async def test_servers_do_not_wait_for_each_other(cached: CachedPolicies, clock: LoopClock) -> None:
    began = clock.monotonic()
    await asyncio.gather(*(cached.get(server_id) for server_id in range(10)))

    assert clock.monotonic() - began == 0.5


async def test_what_another_process_changed_is_known_within_half_a_minute(
    slow: SlowPolicies, cached: CachedPolicies, clock: LoopClock
) -> None:
    began = clock.monotonic()
    await cached.get(SERVER)
    slow.kept[SERVER] = replace(UNDECIDED, terms=("dog",))
    await clock.sleep(began + 30 - clock.monotonic())

    assert (await cached.get(SERVER)).terms == ("dog",)


async def test_a_change_made_here_is_known_here_at_once_and_costs_no_reading(
    slow: SlowPolicies, cached: CachedPolicies
) -> None:
    await cached.get(SERVER)
    await cached.change(SERVER, MODERATOR, forbid("dog"))

    assert (await cached.get(SERVER)).terms == ("dog",)
    assert slow.readings[SERVER] == 1


async def test_a_reading_that_began_before_a_change_does_not_outlive_it(
    cached: CachedPolicies,
) -> None:
    reading = asyncio.create_task(cached.get(SERVER))
    await asyncio.sleep(0)
    await cached.change(SERVER, MODERATOR, forbid("dog"))
    await reading

    assert (await cached.get(SERVER)).terms == ("dog",)


async def test_a_change_of_one_server_leaves_the_others_at_hand(
    slow: SlowPolicies, cached: CachedPolicies
) -> None:
    await cached.get(OTHER)
    await cached.change(SERVER, MODERATOR, forbid("dog"))

    assert await cached.get(OTHER) == UNDECIDED
    assert slow.readings[OTHER] == 1


async def test_after_a_change_of_unknown_outcome_the_truth_is_read(
    slow: SlowPolicies, cached: CachedPolicies
) -> None:
    await cached.get(SERVER)
    slow.trouble = StoreUnavailableError(StoreTrouble.AWAY)
    with pytest.raises(StoreUnavailableError):
        await cached.change(SERVER, MODERATOR, forbid("dog"))

    assert (await cached.get(SERVER)).terms == ("dog",)
    assert slow.readings[SERVER] == 2


async def test_what_is_forgotten_is_read_anew(slow: SlowPolicies, cached: CachedPolicies) -> None:
    await cached.get(SERVER)
    cached.forget(SERVER)
    await cached.get(SERVER)

    assert slow.readings[SERVER] == 2


async def test_a_crowd_is_told_at_once_that_the_database_is_away(clock: LoopClock) -> None:
    cached = CachedPolicies(AwayPolicies(), clock)
    began_s = clock.monotonic()

    asked = (cached.get(SERVER) for _ in range(10))
    found = await asyncio.gather(*asked, return_exceptions=True)

    assert {type(each) for each in found} == {StoreUnavailableError}
    assert clock.monotonic() - began_s == pytest.approx(PATIENCE_S)
