"""The simulation itself: a bug that is planted comes to light, and is gone afterwards."""

import pytest

from tests.simulation.chance import run_seed
from tests.simulation.enumeration import Case, Fate, run_case
from tests.simulation.mutations import PLANTS, Plant
from tests.simulation.soak import evidence_by_story


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_comes_to_light(plant: Plant) -> None:
    assert evidence_by_story(plant) is not None


def test_ten_bugs_can_be_planted_and_leave_nothing_behind() -> None:
    assert len({plant.name for plant in PLANTS}) == 10

    for plant in PLANTS:
        with plant.bug():
            pass

    assert run_case(Case("a line", Fate.RESTART)).breaches == []


def test_a_bug_that_is_found_by_chance_shows_its_tape() -> None:
    first_come_first_served = next(plant for plant in PLANTS if plant.story == "a line")

    with first_come_first_served.bug():
        verdict = run_seed(0)

    assert any("BREACH" in line for line in verdict.tape)
