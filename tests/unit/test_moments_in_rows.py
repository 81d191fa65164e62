"""How SQLite, which knows no moments, is given them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from bot.storage.declaring import Moment

SQLITE = sqlite.dialect()
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.timezones())  # noqa: DTZ001  the zone comes with each


def written(moment: datetime | None) -> object:
    process = Moment().dialect_impl(SQLITE).bind_processor(SQLITE)
    assert process is not None
    return process(moment)


def read(text: object) -> datetime | None:
    process = Moment().dialect_impl(SQLITE).result_processor(SQLITE, None)
    assert process is not None
    found = process(text)
    assert found is None or isinstance(found, datetime)
    return found


@given(MOMENTS)
def test_a_moment_is_written_as_the_library_would_write_it(moment: datetime) -> None:
    process = sqlite.DATETIME().bind_processor(SQLITE)
    assert process is not None

    assert written(moment) == process(moment.astimezone(UTC).replace(tzinfo=None))


@given(MOMENTS)
def test_a_moment_that_was_written_is_read_as_the_same_in_utc(moment: datetime) -> None:
    found = read(written(moment))

    # In an hour that a zone has twice, a moment of that zone is equal to none of another.
    assert found == moment.astimezone(UTC)
    assert found is not None
    assert found.tzinfo is UTC


def test_no_moment_is_none() -> None:
    assert written(None) is None
    assert read(None) is None
