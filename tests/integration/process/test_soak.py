"""Many jobs while all kinds of things go wrong; ``make soak`` has ten times as many."""

from pathlib import Path

from tests.soak.soaking import Plan, soak

SEED = 4711


async def test_a_hundred_jobs_under_misfortune_all_end_truly(tmp_path: Path) -> None:
    report = await soak(Plan(jobs=100, seed=SEED), tmp_path)

    print("\n".join(report.lines()))  # noqa: T201  the seed has to be known
    assert report.verdict.breaches == []
    assert report.verdict.taken > 80
    assert report.verdict.pictures > 40
    assert report.killed
    assert report.stopped > 1
    assert report.faults
