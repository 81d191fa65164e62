"""The jobs of the past on both databases: listed for their member, and let go of."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.domain.journal import JournalEntry, Made
from bot.domain.pictures import OutputLink
from bot.storage.database import Database
from bot.storage.job_history import StoredJobHistory, old_jobs
from bot.storage.journal import StoredJournal
from bot.storage.opening import open_database
from bot.storage.retention import StoredRetention
from bot.storage.snowflakes import first_id_at
from bot.storage.urls import read_database_url
from bot.storage.writer import JournalWriter
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.entries import MEMBER, NOW, OTHER, QUIET, SERVER, an_entry, running

MADE = Made((OutputLink("https://cdn.example/1.png"),), 3.2)
LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def history(database: Database, stores_writer: JournalWriter) -> StoredJobHistory:
    return StoredJobHistory(database, stores_writer)


async def painted(journal: StoredJournal, job_id: int, **of: int) -> JournalEntry:
    entry = await running(journal, an_entry(job_id, **of))
    made = entry.completed(MADE)
    await journal.advance(entry, made)
    done = made.delivered(NOW)
    await journal.settle(made, done, counts=True, charged=True)
    return done


async def test_the_newest_comes_first_and_pages_follow_one_another(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    for number in range(1, 6):
        await painted(journal, number)

    first = await history.page(SERVER, MEMBER, 2)
    then = await history.page(SERVER, MEMBER, 2, first[-1].job.id)

    assert [entry.job.id for entry in (*first, *then)] == [5, 4, 3, 2]


async def test_a_page_before_a_page_is_the_nearest_one(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    for number in range(1, 6):
        await painted(journal, number)

    newer = await history.page(SERVER, MEMBER, 2, after_id=2)

    assert [entry.job.id for entry in newer] == [4, 3]


async def test_what_is_made_but_not_brought_is_listed_too(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    entry = await running(journal, an_entry(1))
    await journal.advance(entry, entry.completed(MADE))

    assert [e.job.id for e in await history.page(SERVER, MEMBER, 9)] == [1]


async def test_a_job_is_found_by_its_message_for_its_own_member_alone(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    mine = await painted(journal, 1)

    assert await history.of_message(SERVER, MEMBER, 6001) == mine
    assert await history.of_message(SERVER, OTHER, 6001) is None
    assert await history.of_message(QUIET, MEMBER, 6001) is None
    assert await history.get(1) == mine
    assert await history.get(2) is None


async def test_only_own_pictures_of_this_server_are_listed(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    await painted(journal, 1, member_id=OTHER)
    await painted(journal, 2, server_id=QUIET)
    await running(journal, an_entry(3))
    mine = await painted(journal, 4)

    assert await history.page(SERVER, MEMBER, 9) == [mine]


async def test_all_that_a_member_asked_for_is_listed(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    await painted(journal, 1)
    await running(journal, an_entry(2))
    await painted(journal, 3, member_id=OTHER)

    assert [e.job.id for e in await history.of_member(SERVER, MEMBER)] == [2, 1]


async def test_what_is_old_and_closed_is_named_for_removal(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    await painted(journal, 1)
    await running(journal, an_entry(2))
    await painted(journal, 3, server_id=QUIET)

    assert list(await history.before(SERVER, LATER)) == [1]
    assert list(await history.before(SERVER, NOW)) == []


async def test_what_discord_s_clock_calls_young_is_kept(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    await painted(journal, first_id_at(LATER))
    await painted(journal, first_id_at(LATER) - 1)

    assert list(await history.before(SERVER, LATER)) == [first_id_at(LATER) - 1]


async def test_what_is_old_is_looked_for_in_its_server_alone(tmp_path: Path) -> None:
    def plan(connection: Connection) -> str:
        asked = old_jobs(SERVER, NOW).compile(connection, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
        return " ".join(str(row[-1]) for row in rows)

    place = read_database_url(f"sqlite:///{tmp_path}/bot.sqlite3")
    async with open_database(place, patience_s=BUSY_S) as database:
        used = await database.read(plan)

    assert used == "SEARCH jobs USING INDEX ix_jobs_server_id_member_id_job_id (server_id=?)"


async def test_what_is_under_way_is_never_removed(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    await painted(journal, 1)
    await running(journal, an_entry(2))

    await history.remove([1, 2])

    assert await journal.get(1) is None
    assert await journal.get(2) is not None


async def test_of_what_is_not_closed_yet_the_addresses_go_at_once(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    entry = await running(journal, an_entry(1))
    made = entry.completed(MADE)
    await journal.advance(entry, made)

    await history.remove([1])

    kept = await journal.get(1)
    assert kept is not None
    assert kept.pictures == ()
    await journal.advance(made, made.delivered(NOW))
    closed = await journal.get(1)
    assert closed is not None
    assert closed.pictures == ()


async def test_where_the_api_has_a_picture_is_forgotten_and_the_rest_stays(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    mine, other = await painted(journal, 1), await painted(journal, 2)
    under_way = await running(journal, an_entry(3))

    await history.forget_outputs([1, 3])

    assert await history.get(1) == replace(mine, made=replace(MADE, outputs=()))
    assert await history.get(2) == other
    assert await history.get(3) == under_way


async def test_a_line_of_pictures_isn_t_cut_where_one_in_the_middle_goes(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    for number in range(1, 6):
        await painted(journal, number, parent_id=number - 1)

    await history.remove([2, 3])
    await history.remove([1])

    kept = {number: await history.get(number) for number in range(1, 6)}
    origins = {n: e.job.origin and e.job.origin.job_id for n, e in kept.items() if e}
    assert origins == {4: None, 5: 4}


async def test_a_server_that_was_left_is_named_once_it_is_long_ago(
    retention: StoredRetention,
) -> None:
    await retention.left(SERVER, NOW)

    assert list(await retention.left_before(LATER)) == [SERVER]
    assert list(await retention.left_before(NOW)) == []


async def test_a_line_is_a_job_and_all_that_came_of_it_in_its_server(
    journal: StoredJournal, history: StoredJobHistory
) -> None:
    await painted(journal, 1, parent_id=0)
    for number in range(2, 12):
        await painted(journal, number, parent_id=number - 1, member_id=MEMBER + number % 2)
    await painted(journal, 12, parent_id=1, member_id=OTHER)
    await painted(journal, 13, parent_id=2, server_id=QUIET)
    await painted(journal, 14, parent_id=0)
    await running(journal, an_entry(15, parent_id=11))

    line = await history.line(SERVER, 1, 100)

    assert [entry.job.id for entry in line] == [*range(1, 13), 15]
    assert [entry.job.id for entry in await history.line(SERVER, 11, 100)] == [11, 15]
    assert [entry.job.id for entry in await history.line(SERVER, 1, 3)] == [1, 2, 3]
    assert await history.line(QUIET, 1, 100) == []
