"""What one process decides is known to the others in time, over one PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from bot.storage.cached_policies import KEPT_S, CachedPolicies
from bot.storage.stores import Stores, open_stores
from bot.storage.urls import read_database_url
from tests.contract.storage.databases import Postgres
from tests.contract.storage.policies import HOST_DEFAULT, MODERATOR, SERVER, forbid
from tests.image_api_client import SleepingClock


@dataclass
class Two:
    """Two processes with a clock that passes for both at once."""

    first: Stores
    second: Stores
    clock: SleepingClock


@pytest.fixture
async def two(postgres: Postgres) -> AsyncIterator[Two]:
    place, clock = read_database_url(postgres.new_database()), SleepingClock()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_stores(place, clock, HOST_DEFAULT))
        second = await stack.enter_async_context(open_stores(place, clock, HOST_DEFAULT))
        yield Two(first, second, clock)


async def terms(policies: CachedPolicies) -> tuple[str, ...]:
    return (await policies.get(SERVER)).terms


async def test_a_rule_is_known_in_every_process_within_half_a_minute(two: Two) -> None:
    await terms(two.second.policies)
    await two.first.policies.change(SERVER, MODERATOR, forbid("dog"))

    await two.clock.sleep(KEPT_S)

    assert KEPT_S <= 30
    assert await terms(two.second.policies) == ("dog",)


async def test_until_then_a_process_may_go_by_what_it_has_read(two: Two) -> None:
    await terms(two.second.policies)
    await two.first.policies.change(SERVER, MODERATOR, forbid("dog"))

    await two.clock.sleep(KEPT_S - 1)

    assert await terms(two.second.policies) == ()
    assert two.second.policies.hits == 1


async def test_the_hosts_own_decisions_are_known_within_a_second(two: Two) -> None:
    await terms(two.second.host)
    await two.first.host.change(SERVER, MODERATOR, forbid("dog"))

    await two.clock.sleep(1.0)

    assert await terms(two.second.host) == ("dog",)


async def test_a_change_starts_from_what_the_other_process_decided(two: Two) -> None:
    await terms(two.second.policies)
    await two.first.policies.change(SERVER, MODERATOR, forbid("dog"))

    await two.second.policies.change(SERVER, MODERATOR, forbid("cat"))

    assert set(await terms(two.second.policies)) == {"cat", "dog"}
