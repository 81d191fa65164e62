import pytest

from bot.storage.memory import MemoryRunTimes

MODEL = "get3w/flux-dev"


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
