from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import Running, estimated_percent, reference_of
from tests.unit.jobs import a_job
from tests.unit.virtual_time import START


@pytest.mark.parametrize(
    ("elapsed_s", "percent"), [(0, 0), (1, 10), (2.5, 25), (5, 50), (9, 90), (10, 91)]
)
def test_an_estimate_takes_even_steps_up_to_ninety_percent(elapsed_s: float, percent: int) -> None:
    assert estimated_percent(elapsed_s, typical_s=10) == percent


@pytest.mark.parametrize("typical_s", [0, 0.001, 1, 7, 600])
def test_an_estimate_never_reaches_99_percent_however_late_it_is(typical_s: float) -> None:
    assert estimated_percent(1_000_000, typical_s) == 98


def test_an_estimate_before_its_start_is_nothing_yet() -> None:
    assert estimated_percent(-3, typical_s=10) == 0


@given(st.floats(0.1, 600), st.floats(0, 5000), st.floats(0, 5000))
def test_an_estimate_never_shrinks(typical_s: float, one_s: float, other_s: float) -> None:
    early_s, late_s = sorted((one_s, other_s))

    assert estimated_percent(early_s, typical_s) <= estimated_percent(late_s, typical_s)


def test_without_a_number_or_a_past_run_there_is_no_percentage() -> None:
    assert Running(START).percent_at(START + timedelta(seconds=5)) is None


def test_a_number_of_the_api_counts_more_than_an_estimate() -> None:
    state = Running(START, percent=30, typical_s=10)

    assert state.percent_at(START + timedelta(seconds=9)) == 30
    assert not state.estimated


def test_with_a_past_run_the_percentage_is_an_estimate() -> None:
    state = Running(START, typical_s=10)

    assert state.percent_at(START + timedelta(seconds=4)) == 40
    assert state.estimated


def test_a_number_that_holds_an_estimate_is_an_estimate_itself() -> None:
    assert Running(START, percent=46, about=True).estimated


def test_a_reference_has_five_characters_that_survive_a_phone_call() -> None:
    references = {reference_of(number) for number in range(2000)}

    assert {len(reference) for reference in references} == {5}
    assert not set("ILOU") & set("".join(references))


def test_neighbouring_interactions_have_different_references() -> None:
    assert len({reference_of(number) for number in range(100)}) == 100


def test_a_job_and_its_interaction_have_the_same_reference() -> None:
    assert a_job(9001).reference == reference_of(9001)
