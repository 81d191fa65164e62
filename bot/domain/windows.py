"""The spans of time that counts are kept for: hours, days and months of UTC.

They are fixed and the same for everybody, so a count is one row and its end is known beforehand.
"""

from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache

_LONGEST_MONTH = timedelta(days=31)


class Window(Enum):
    """How long a count is kept."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"

    def start(self, moment: datetime) -> datetime:
        """Give the beginning of the window that a moment in UTC lies in."""
        hour, day, month = starts(moment)
        if self is Window.HOUR:
            return hour
        return day if self is Window.DAY else month

    def end(self, moment: datetime) -> datetime:
        """Give the beginning of the next window, when the count is nought again."""
        start = self.start(moment)
        if self is Window.MONTH:
            return (start + _LONGEST_MONTH).replace(day=1)
        return start + (timedelta(hours=1) if self is Window.HOUR else timedelta(days=1))


def starts(moment: datetime) -> tuple[datetime, datetime, datetime]:
    """Give the beginnings of the hour, the day and the month that a moment in UTC lies in."""
    return _starts(moment.replace(minute=0, second=0, microsecond=0))


# The moments of many bookings lie in the same few hours. All are in UTC: an equal hour of another
# zone would be taken for the same.
@lru_cache(maxsize=64)
def _starts(hour: datetime) -> tuple[datetime, datetime, datetime]:
    day = hour.replace(hour=0)
    return hour, day, day.replace(day=1)
