"""What a command costs the database: its check, and its booking."""

import asyncio

from bot.domain.requests import ImageRequest
from bot.observability.clock import SystemClock
from bot.services.bookings import Bookings, Till
from bot.services.spending import Spending
from bot.storage.stores import Stores, open_stores
from bot.storage.urls import DatabasePlace, SqliteFile
from tests.contract.storage.policies import (
    HOST_DEFAULT,
    MODERATOR,
    a_rule,
    block,
    forbid,
    put,
    set_to,
)
from tests.contract.storage.statements import of_ours
from tests.unit.books import SERVER_ID, Counter, a_visit
from tests.unit.jobs import a_job
from tests.unit.journals import ROOM, an_entry


class StandingClock(SystemClock):
    """Nothing that is at hand grows old, unless it is told to."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def monotonic(self) -> float:
        return self.at_s


def counter_on(stores: Stores) -> Counter:
    return Counter(stores.policies, ledgers=stores.ledger, host_policies=stores.host)


async def test_a_first_check_in_a_server_costs_two_queries_and_the_next_ones_none(
    place: DatabasePlace, statements: list[str]
) -> None:
    async with open_stores(place, StandingClock(), HOST_DEFAULT) as stores:
        for step in (put(a_rule()), set_to(member_at_once=1), forbid("dog"), block(7)):
            await stores.policies.change(SERVER_ID, MODERATOR, step)
        stores.policies.forget(SERVER_ID)
        statements.clear()
        admission = counter_on(stores).admission

        await admission.admit(a_visit(), ImageRequest("A cat", ""))
        first = of_ours(statements)
        for member in range(100, 120):
            await admission.admit(a_visit(member), ImageRequest("A cat", HOST_DEFAULT))

    assert (len(first), of_ours(statements)) == (2, first)


async def test_only_where_other_processes_may_change_them_are_rules_read_again(
    place: DatabasePlace, statements: list[str]
) -> None:
    clock = StandingClock()
    async with open_stores(place, clock, HOST_DEFAULT) as stores:
        await stores.policies.get(SERVER_ID)
        statements.clear()
        clock.at_s = 3_600.0
        await stores.policies.get(SERVER_ID)

    assert len(of_ours(statements)) == (0 if isinstance(place, SqliteFile) else 1)


async def bookings_on(stores: Stores) -> Bookings:
    counter = counter_on(stores)
    await counter.admission.admit(a_visit(), ImageRequest("A cat", ""))
    till = Till(stores.journal, counter.host, counter.catalogue, Spending(None, counter.alerts))
    return Bookings(till, counter.book, counter.log, counter.clock)


def words_of(statements: list[str]) -> list[str]:
    return [text.split()[0] for text in of_ours(statements)]


async def test_a_booking_reads_three_times_and_writes_thrice(
    place: DatabasePlace, statements: list[str]
) -> None:
    async with open_stores(place, StandingClock(), HOST_DEFAULT) as stores:
        bookings = await bookings_on(stores)
        statements.clear()
        await bookings.take(an_entry(a_job()), ROOM)

    assert words_of(statements) == ["SELECT", "SELECT", "SELECT", "INSERT", "INSERT", "INSERT"]


async def test_bookings_that_gather_read_what_they_share_once(
    place: DatabasePlace, statements: list[str]
) -> None:
    async with open_stores(place, StandingClock(), HOST_DEFAULT) as stores:
        bookings = await bookings_on(stores)
        statements.clear()
        jobs = [a_job(number) for number in range(1, 51)]
        await asyncio.gather(*(bookings.take(an_entry(job), ROOM) for job in jobs))

    assert words_of(statements).count("SELECT") == 3
