"""Processes that are restarted in turn lose nothing, and members hardly notice."""

from pathlib import Path

from tests.contract.storage.databases import running_postgres
from tests.soak.soaking import Plan, soak

SEED = 4711
ANSWERED_WITHIN_S = 1.0


async def test_processes_that_are_restarted_in_turn_lose_nothing(tmp_path: Path) -> None:
    with running_postgres() as postgres:
        url = postgres.new_database()
        report = await soak(Plan(40, SEED, url, processes=2, in_turn=True), tmp_path)

    print("\n".join(report.lines()))  # noqa: T201  the seed has to be known
    assert report.verdict.breaches == []
    assert report.p99_s <= ANSWERED_WITHIN_S
    assert (report.killed, report.stopped) == (1, 4)
