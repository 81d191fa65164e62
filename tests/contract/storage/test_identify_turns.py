"""Turns to open a session, among processes that share a database."""

import asyncio

from bot.domain.identify_ports import IDENTIFY_EVERY_S
from bot.storage.identify_turns import StoredIdentifyTurns
from bot.storage.opening import open_database
from bot.storage.policies import StoredPolicies
from bot.storage.urls import read_database_url
from bot.storage.writer import JournalWriter, open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.databases import Postgres

_OLD = """
    INSERT INTO server_settings (server_id, name, value, changed_at, changed_by)
    VALUES (0, 'identify.0', '{}', now(), 0)
"""


async def test_a_turn_is_given_once_in_five_seconds(stores_writer: JournalWriter) -> None:
    turns = StoredIdentifyTurns(stores_writer)

    assert await turns.take(0) == 0.0
    assert 4.0 < await turns.take(0) <= IDENTIFY_EVERY_S


async def test_buckets_have_turns_of_their_own(stores_writer: JournalWriter) -> None:
    turns = StoredIdentifyTurns(stores_writer)

    assert [await turns.take(bucket) for bucket in range(4)] == [0.0, 0.0, 0.0, 0.0]


async def test_a_turn_is_no_decision_of_the_hosts_that_a_change_would_take_away(
    stores_writer: JournalWriter, policies: StoredPolicies
) -> None:
    turns = StoredIdentifyTurns(stores_writer)
    await turns.take(0)

    kept = await policies.get(0)

    assert set(kept.settings) == {"identify.0"}


async def test_of_many_processes_at_once_one_has_the_turn(postgres: Postgres) -> None:
    place = read_database_url(postgres.new_database())

    async def process() -> float:
        async with (
            open_database(place, patience_s=BUSY_S) as database,
            open_writer(database, BUSY_S) as writer,
        ):
            return await StoredIdentifyTurns(writer).take(0)

    waits_s = await asyncio.gather(*(process() for _ in range(5)))

    assert min(waits_s) == 0.0
    assert len([wait_s for wait_s in waits_s if wait_s > 0]) == 4


async def test_a_turn_that_a_wrong_clock_took_holds_nobody_up(postgres: Postgres) -> None:
    url = postgres.new_database()
    async with open_database(read_database_url(url), patience_s=BUSY_S) as database:
        name = url.partition("/test_")[2].partition("?")[0]
        postgres.server.psql(f"\\c test_{name}\n{_OLD.format('99999999999.0')}")

        async with open_writer(database, BUSY_S) as writer:
            assert await StoredIdentifyTurns(writer).take(0) == 0.0
