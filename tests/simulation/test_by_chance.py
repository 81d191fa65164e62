"""Stories told by chance: a thousand jobs of them here, a hundred thousand in ``make soak``."""

import pytest

from tests.simulation.chance import JOBS, run_seed
from tests.simulation.soak import main

SEEDS = range(10)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_by_chance_every_job_ends_truly(seed: int) -> None:
    verdict = run_seed(seed)

    assert verdict.breaches == [], "\n".join(verdict.tape)
    assert verdict.jobs >= JOBS


def test_a_seed_tells_the_same_story_again() -> None:
    once, again = run_seed(3, taped=True), run_seed(3, taped=True)

    assert once.tape == again.tape
    assert len(once.tape) > JOBS


def test_another_seed_tells_another_story() -> None:
    assert run_seed(1, 10, taped=True).tape != run_seed(2, 10, taped=True).tape


def test_a_seed_can_be_read_from_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--replay", "1"]) == 0

    assert "seed 1: 0 breaches" in capsys.readouterr().out
