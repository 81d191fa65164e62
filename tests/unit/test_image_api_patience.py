"""How long to wait for what."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.patience import Patience, Watch, busy_pause_s, poll_pause_s
from tests.image_api_client import SleepingClock

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("retry_after", "pause_s"),
    [
        (None, 2.0),
        ("5", 5.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("61", 60.0),
        ("9" * 400, 2.0),
        ("inf", 2.0),
        ("nan", 2.0),
        ("1e3", 2.0),
        ("\u0663", 2.0),
        ("Tue, 01 Jan 2030 12:00:30 GMT", 30.0),
        ("Tue, 01 Jan 2030 12:00:30 -0000", 30.0),
        ("Tue, 01 Jan 2030 13:00:30 +0100", 30.0),
        ("Tue, 01 Jan 2030 11:00:00 GMT", 0.0),
        ("Tue, 01 Jan 2031 12:00:00 GMT", 60.0),
        ("Tue, 99 Jan 2030 12:00:00 GMT", 2.0),
        ("tomorrow", 2.0),
    ],
)
def test_what_the_service_asks_for_is_honoured_up_to_a_minute(
    retry_after: str | None, pause_s: float
) -> None:
    assert busy_pause_s(retry_after, 1, NOW) == pause_s


@given(st.text() | st.from_regex(r"\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d \S+"))
def test_no_header_makes_for_an_endless_wait_or_an_error(retry_after: str) -> None:
    assert 0.0 <= busy_pause_s(retry_after, 1, NOW) <= 60.0


def test_without_a_word_of_the_service_pauses_double() -> None:
    assert [busy_pause_s(None, n, NOW) for n in (1, 2, 3, 4)] == [2.0, 4.0, 8.0, 8.0]


@given(st.integers(min_value=0, max_value=100_000))
def test_polls_are_between_one_and_five_seconds_apart(round_number: int) -> None:
    assert 0.9 <= poll_pause_s(round_number) <= 5.5


def test_each_clock_runs_from_what_it_watches() -> None:
    clock = SleepingClock()
    watch = Watch(clock, Patience(silence_s=10, progress_s=20, deadline_s=100))
    watch.start()
    clock.passed_s += 9
    assert (watch.news_left_s, watch.deadline_left_s) == (11, 91)
    assert not watch.silent_too_long
    clock.passed_s += 1
    assert watch.silent_too_long
    watch.heard()
    watch.progressed()
    assert not watch.silent_too_long
    assert (watch.news_left_s, watch.deadline_left_s) == (20, 90)


def test_news_are_not_awaited_beyond_the_deadline() -> None:
    clock = SleepingClock()
    watch = Watch(clock, Patience(progress_s=20, deadline_s=30))
    watch.start()
    clock.passed_s += 15
    watch.progressed()
    assert watch.news_left_s == 15
