"""Many jobs at once under random misfortune; a seed replays exactly.

``SIMULATION_SEEDS`` in the environment sets how many seeds are tried.
"""

import os

import pytest

from tests.simulation.chance import run_seed

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "10"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_promise_is_broken_by_chance(seed: int) -> None:
    assert run_seed(seed).breaches == []


def test_a_seed_replays_exactly() -> None:
    assert run_seed(7, taped=True).tape == run_seed(7, taped=True).tape
