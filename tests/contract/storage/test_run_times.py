"""Run times are kept through restarts; otherwise they are those of memory."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.database import Database
from bot.storage.run_times import StoredRunTimes
from bot.storage.tables import RunTimeRow
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.gates import GatedDatabase

MODEL = "get3w/flux-dev"


@pytest.fixture
async def times(database: Database) -> AsyncIterator[StoredRunTimes]:
    async with open_writer(database, BUSY_S) as writer:
        yield StoredRunTimes(database, writer)


async def after_a_restart(database: Database) -> StoredRunTimes:
    async with open_writer(database, BUSY_S) as writer:
        times = StoredRunTimes(database, writer)
        await times.load()
        return times


async def test_a_model_without_runs_has_no_typical_time(times: StoredRunTimes) -> None:
    assert times.typical_s(MODEL) is None


@pytest.mark.parametrize(("runs", "typical_s"), [([4], 4), ([9, 1, 2], 2), ([1, 2, 4, 90], 3)])
async def test_the_typical_time_is_the_median_here_and_after_a_restart(
    times: StoredRunTimes, database: Database, runs: list[float], typical_s: float
) -> None:
    for seconds in runs:
        await times.record(MODEL, seconds)

    assert times.typical_s(MODEL) == typical_s
    assert (await after_a_restart(database)).typical_s(MODEL) == typical_s


async def test_only_the_latest_runs_of_each_model_are_kept(
    times: StoredRunTimes, database: Database
) -> None:
    await times.record("a/one", 3)
    for seconds in [500.0] * 10 + [2.0] * 20:
        await times.record(MODEL, seconds)

    rows = await database.read(lambda c: c.scalar(select(func.count(RunTimeRow.id))))
    again = await after_a_restart(database)
    assert rows == 21
    assert (again.typical_s(MODEL), again.typical_s("a/one")) == (2, 3)


async def test_a_run_that_cannot_be_kept_counts_until_the_next_start(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    gated = GatedDatabase(database)
    gated.trouble = StoreUnavailableError(StoreTrouble.FULL)
    async with open_writer(gated) as writer:
        times = StoredRunTimes(database, writer)
        await times.record(MODEL, 3)

    assert times.typical_s(MODEL) == 3
    assert "run times aren't kept: the database has no space left" in caplog.text
