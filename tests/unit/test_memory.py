import pytest

from bot.storage.memory import MemoryRunningJobs, MemoryRunTimes
from tests.unit.jobs import a_job

MODEL = "get3w/flux-dev"


async def test_a_running_job_is_found_until_it_is_removed() -> None:
    jobs = MemoryRunningJobs()
    await jobs.add(a_job(1))

    assert await jobs.get(1) == a_job(1)
    await jobs.remove(1)
    assert await jobs.get(1) is None


async def test_removing_a_job_that_is_not_there_does_nothing() -> None:
    await MemoryRunningJobs().remove(1)


async def test_a_model_without_runs_has_no_typical_time() -> None:
    assert MemoryRunTimes().typical_s(MODEL) is None


@pytest.mark.parametrize(("runs", "typical_s"), [([4], 4), ([9, 1, 2], 2), ([1, 2, 4, 90], 3)])
async def test_the_typical_time_is_the_median(runs: list[float], typical_s: float) -> None:
    times = MemoryRunTimes()
    for seconds in runs:
        await times.record(MODEL, seconds)

    assert times.typical_s(MODEL) == typical_s


async def test_only_the_latest_runs_count() -> None:
    times = MemoryRunTimes()
    for seconds in [500.0] * 50 + [2.0] * 20:
        await times.record(MODEL, seconds)

    assert times.typical_s(MODEL) == 2


async def test_each_model_has_its_own_times() -> None:
    times = MemoryRunTimes()
    await times.record("a/one", 3)

    assert times.typical_s("b/two") is None
