"""What members decided for themselves: kept on both databases, and gone with them."""

import asyncio

import pytest

from bot.domain.preferences import Preferences
from bot.domain.requests import Shape
from bot.observability.clock import SystemClock
from bot.storage.database import Database
from bot.storage.member_records import StoredMemberRecords
from bot.storage.preferences import StoredPreferences
from bot.storage.retention import StoredRetention
from bot.storage.writer import JournalWriter
from tests.contract.storage.entries import MEMBER, NOW, OTHER, QUIET, SERVER
from tests.unit.virtual_time import START

DECIDED = Preferences("get3w/flux-dev", Shape.TALL, pinged=False)


@pytest.fixture
def preferences(database: Database, stores_writer: JournalWriter) -> StoredPreferences:
    return StoredPreferences(database, stores_writer, SystemClock())


async def test_what_is_decided_is_kept_for_its_member_and_server_alone(
    preferences: StoredPreferences,
) -> None:
    assert await preferences.get(SERVER, MEMBER) == Preferences()

    await preferences.put(SERVER, MEMBER, Preferences("a/b"))
    await preferences.put(SERVER, MEMBER, DECIDED)

    assert await preferences.get(SERVER, MEMBER) == DECIDED
    assert await preferences.get(SERVER, OTHER) == Preferences()
    assert await preferences.get(QUIET, MEMBER) == Preferences()


async def test_a_server_s_members_are_read_at_once_and_kept_at_hand(
    preferences: StoredPreferences, statements: list[str]
) -> None:
    await preferences.put(SERVER, MEMBER, DECIDED)
    await preferences.get(SERVER, MEMBER)
    statements.clear()

    for member_id in (MEMBER, OTHER):
        await preferences.get(SERVER, member_id)

    assert statements == []


async def test_a_crowd_that_asks_at_once_waits_for_one_reading(
    preferences: StoredPreferences, statements: list[str]
) -> None:
    await preferences.put(SERVER, MEMBER, DECIDED)
    statements.clear()

    found = await asyncio.gather(*(preferences.get(SERVER, MEMBER) for _ in range(50)))

    assert set(found) == {DECIDED}
    assert len([each for each in statements if "SELECT" in each]) == 1


async def test_what_was_read_beside_a_change_isn_t_kept_after_it(
    preferences: StoredPreferences,
) -> None:
    await asyncio.gather(
        preferences.get(SERVER, MEMBER),
        preferences.put(SERVER, MEMBER, DECIDED),
        preferences.get(SERVER, MEMBER),
    )

    assert await preferences.get(SERVER, MEMBER) == DECIDED


async def test_what_is_all_as_it_comes_isn_t_kept(
    preferences: StoredPreferences, retention: StoredRetention
) -> None:
    await preferences.put(SERVER, MEMBER, DECIDED)
    await preferences.put(SERVER, MEMBER, Preferences())

    assert await preferences.get(SERVER, MEMBER) == Preferences()
    assert SERVER not in await retention.servers()


async def test_a_member_takes_their_defaults_along_and_deletes_them(
    preferences: StoredPreferences, records: StoredMemberRecords
) -> None:
    await preferences.put(SERVER, MEMBER, DECIDED)
    await preferences.put(SERVER, OTHER, DECIDED)

    assert (await records.get(SERVER, MEMBER)).preferences == DECIDED
    await records.delete(SERVER, MEMBER, NOW)
    preferences.forget(SERVER)

    assert await preferences.get(SERVER, MEMBER) == Preferences()
    assert await preferences.get(SERVER, OTHER) == DECIDED


async def test_a_server_that_was_left_long_ago_takes_its_members_defaults_along(
    preferences: StoredPreferences, retention: StoredRetention
) -> None:
    await preferences.put(SERVER, MEMBER, DECIDED)
    await retention.left(SERVER, START)

    await retention.purge_left(NOW)
    preferences.forget(SERVER)

    assert await preferences.get(SERVER, MEMBER) == Preferences()
