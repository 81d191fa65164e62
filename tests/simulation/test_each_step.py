"""Each step of each short story, with a crash, a restart or another process at it.

Each step meets one of them here, in turn, and all of them in ``make soak``.
"""

from collections.abc import Callable

import pytest

from tests.simulation.enumeration import STORIES, Case, Fate, outcomes, run_case


@pytest.mark.parametrize("story", STORIES)
def test_whatever_happens_at_any_step_every_job_ends_truly(
    story: str, record_property: Callable[[str, object], None]
) -> None:
    cases = 0
    for case, verdict in outcomes(story, in_turn=True):
        assert verdict.breaches == [], "\n".join([str(case), *verdict.tape])
        cases += 1

    record_property("cases", cases)
    assert cases > 2 * len(Fate)


def test_a_killed_process_does_nothing_more() -> None:
    killed = run_case(Case("a stream without a name", Fate.RESTART, crossing=9))

    assert killed.first_crossings == 9
    assert killed.crossings > 9
