"""Many jobs while all kinds of things go wrong; ``make soak`` has ten times as many."""

from pathlib import Path

from tests.contract.storage.databases import running_postgres
from tests.soak.soaking import Plan, Report, soak

SEED = 4711
ANSWERED_WITHIN_S = 1.0


def told(report: Report) -> str:
    return "\n".join(report.lines())


async def test_a_hundred_jobs_under_misfortune_all_end_truly(tmp_path: Path) -> None:
    report = await soak(Plan(jobs=100, seed=SEED), tmp_path)

    print(told(report))  # noqa: T201  the seed has to be known
    assert report.verdict.breaches == []
    assert report.verdict.taken > 80
    assert report.verdict.pictures > 40
    assert report.killed
    assert report.stopped > 1
    assert report.faults


async def test_processes_that_are_restarted_in_turn_lose_nothing(tmp_path: Path) -> None:
    with running_postgres() as postgres:
        url = postgres.new_database()
        report = await soak(Plan(40, SEED, url, processes=2, in_turn=True), tmp_path)

    print(told(report))  # noqa: T201  the seed has to be known
    assert report.verdict.breaches == []
    assert report.p99_s <= ANSWERED_WITHIN_S
    assert (report.killed, report.stopped) == (1, 4)
