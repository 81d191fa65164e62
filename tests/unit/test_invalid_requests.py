"""How many refusals of Discord's are let come to, long before it shuts anybody out."""

import pytest

from bot.observability.invalid_requests import (
    SPARING_FROM,
    STOP_FROM,
    WINDOW_S,
    HeldBackError,
    InvalidRequests,
)


class Watch:
    """A clock in a hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def invalid(watch: Watch) -> InvalidRequests:
    return InvalidRequests(watch)


def refuse(invalid: InvalidRequests, times: int) -> None:
    for _ in range(times):
        invalid.note()


def test_everything_may_be_sent_while_few_are_refused(invalid: InvalidRequests) -> None:
    refuse(invalid, SPARING_FROM - 1)

    invalid.check(essential=False)
    assert invalid.count == SPARING_FROM - 1


def test_what_could_be_refused_is_held_back_and_first_answers_go(invalid: InvalidRequests) -> None:
    refuse(invalid, SPARING_FROM)

    invalid.check(essential=True)
    with pytest.raises(HeldBackError):
        invalid.check(essential=False)


def test_nothing_is_sent_well_before_discord_shuts_anybody_out(invalid: InvalidRequests) -> None:
    refuse(invalid, STOP_FROM)

    with pytest.raises(HeldBackError):
        invalid.check(essential=True)
    assert STOP_FROM * 2 <= 10_000


def test_what_was_refused_counts_for_ten_minutes(invalid: InvalidRequests, watch: Watch) -> None:
    refuse(invalid, SPARING_FROM)
    watch.now_s += WINDOW_S

    invalid.check(essential=False)
    assert invalid.count == 0


def test_the_host_is_told_once_in_a_window(invalid: InvalidRequests, watch: Watch) -> None:
    told = list[int]()
    invalid.on_sparing = told.append
    refuse(invalid, SPARING_FROM)

    for _ in range(3):
        invalid.check(essential=True)
    assert told == [SPARING_FROM]

    watch.now_s += WINDOW_S - 1
    refuse(invalid, SPARING_FROM)
    watch.now_s += 2
    invalid.check(essential=True)
    assert len(told) == 2
