"""All stores together, as the bot opens them: what one process decides another one finds."""

from datetime import timedelta

from bot.domain.ledgers import HOST_ACCOUNT, Taking
from bot.domain.server_policy import HOST
from bot.observability.clock import SystemClock
from bot.storage.stores import open_stores
from bot.storage.urls import DatabasePlace
from tests.contract.storage.policies import (
    HOST_DEFAULT,
    MODERATOR,
    NOW,
    SERVER,
    a_rule,
    an_entry,
    block,
    forbid,
    put,
    set_to,
)
from tests.contract.storage.statements import of_ours


async def test_what_was_kept_is_found_by_the_next_process(place: DatabasePlace) -> None:
    async with open_stores(place, SystemClock(), HOST_DEFAULT) as stores:
        await stores.policies.change(SERVER, MODERATOR, forbid("dog"))
        await stores.host.change(HOST, MODERATOR, set_to(paused=True))
        await stores.audit.record(an_entry())
        await stores.ledger.take(Taking(1, SERVER, 2, "a/b", NOW, 50_000), [])
        await stores.run_times.record("a/b", 3)
        await stores.retention.left(SERVER, NOW)

    async with open_stores(place, SystemClock(), HOST_DEFAULT) as stores:
        assert (await stores.policies.get(SERVER)).terms == ("dog",)
        assert (await stores.host.get(HOST)).settings == {"paused": True}
        assert len(await stores.audit.page(SERVER, 5)) == 1
        assert (await stores.ledger.account(HOST_ACCOUNT, NOW)).day_pictures == 1
        assert stores.run_times.typical_s("a/b") == 3
        assert (await stores.records.get(SERVER, 2)).account.day_pictures == 1
        assert list(await stores.retention.purge_left(NOW + timedelta(days=30))) == [SERVER]


async def test_a_first_check_in_a_server_costs_one_query_and_the_next_ones_none(
    place: DatabasePlace, statements: list[str]
) -> None:
    async with open_stores(place, SystemClock(), HOST_DEFAULT) as stores:
        for step in (put(a_rule()), set_to(a=1), forbid("dog"), block(7)):
            await stores.policies.change(SERVER, MODERATOR, step)
        stores.policies.forget(SERVER)
        statements.clear()

        policy = await stores.policies.get(SERVER)
        first = of_ours(statements)
        for _ in range(100):
            assert await stores.policies.get(SERVER) is policy

        assert (len(first), of_ours(statements)) == (1, first)
