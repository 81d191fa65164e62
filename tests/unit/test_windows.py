from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.windows import Window


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "moment", "start", "end"),
    [
        (Window.HOUR, "2026-05-31T23:59:59", "2026-05-31T23:00", "2026-06-01T00:00"),
        (Window.DAY, "2026-05-31T23:59:59", "2026-05-31T00:00", "2026-06-01T00:00"),
        (Window.DAY, "2026-05-31T00:00:00", "2026-05-31T00:00", "2026-06-01T00:00"),
        (Window.MONTH, "2026-01-31T12:00:00", "2026-01-01T00:00", "2026-02-01T00:00"),
        (Window.MONTH, "2026-12-31T12:00:00", "2026-12-01T00:00", "2027-01-01T00:00"),
        (Window.MONTH, "2028-02-29T12:00:00", "2028-02-01T00:00", "2028-03-01T00:00"),
    ],
)
def test_a_window_begins_and_ends_by_utc(window: Window, moment: str, start: str, end: str) -> None:
    assert window.start(at(moment)) == at(start)
    assert window.end(at(moment)) == at(end)


moments = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.sampled_from(Window), moments)
def test_every_moment_lies_in_its_window(window: Window, moment: datetime) -> None:
    assert window.start(moment) <= moment < window.end(moment)


@given(st.sampled_from(Window), moments)
def test_the_next_window_begins_where_the_last_one_ends(window: Window, moment: datetime) -> None:
    assert window.start(window.end(moment)) == window.end(moment)
