"""Discord's ids, which tell when they were given.

https://discord.com/developers/docs/reference#snowflakes
"""

from datetime import UTC, datetime, timedelta

_FIRST_SNOWFLAKE = datetime(2015, 1, 1, tzinfo=UTC)
_TIMESTAMP_SHIFT = 22


def first_id_at(moment: datetime) -> int:
    """Give the least id that Discord could give at a moment."""
    milliseconds = (moment - _FIRST_SNOWFLAKE) // timedelta(milliseconds=1)
    return milliseconds << _TIMESTAMP_SHIFT
