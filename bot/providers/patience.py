"""How long to wait for what, and the clocks of one generation.

Four clocks, since each sees what the others miss: no connection (*connect*), no bytes (*silence*),
bytes that tell nothing new, such as comments that keep the connection alive (*progress*), and
progress without an end (*deadline*).
"""

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom

from bot.domain.ports import Clock

BUSY_PAUSE_MAX_S = 60.0
_BUSY_PAUSES_S = (2.0, 4.0, 8.0)
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")

_POLL_PAUSE_FIRST_S = 1.0
_POLL_PAUSE_MAX_S = 5.0
_POLL_PAUSE_GROWTH = 1.3
_POLL_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of waiting for the image API, in seconds.

    Attributes
    ----------
    connect_s
        For a connection, over all tries.
    silence_s
        Without a byte on a stream, or without a readable answer to polling.
    progress_s
        Without news on a stream.
    deadline_s
        From submission to the last event, whatever happens in between.
    """

    connect_s: float = 10.0
    silence_s: float = 60.0
    progress_s: float = 180.0
    deadline_s: float = 600.0


class Watch:
    """The running clocks of one generation, from its latest submission on."""

    def __init__(self, clock: Clock, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._submitted_at_s = self._heard_at_s = self._news_at_s = 0.0

    def start(self) -> None:
        """Start all clocks anew."""
        self._submitted_at_s = self._heard_at_s = self._news_at_s = self._clock.monotonic()

    def heard(self) -> None:
        """Note an answer, or that asking begins: the silence is over."""
        self._heard_at_s = self._clock.monotonic()

    def progressed(self) -> None:
        """Note news of the task."""
        self._news_at_s = self._clock.monotonic()

    @property
    def deadline_left_s(self) -> float:
        """Seconds until the deadline; not positive once it has passed."""
        return self._submitted_at_s + self._patience.deadline_s - self._clock.monotonic()

    @property
    def news_left_s(self) -> float:
        """Seconds until either news are overdue or the deadline has passed."""
        news_left_s = self._news_at_s + self._patience.progress_s - self._clock.monotonic()
        return min(news_left_s, self.deadline_left_s)

    @property
    def silent_too_long(self) -> bool:
        """Whether the last answer is further back than can be borne."""
        return self._clock.monotonic() - self._heard_at_s >= self._patience.silence_s


def busy_pause_s(retry_after: str | None, refusals: int, now: datetime) -> float:
    """Tell how long to wait after a 429.

    Parameters
    ----------
    retry_after
        The header of that name: seconds or a date; anything else counts as missing.
    refusals
        How many 429 there have been, this one included.
    now
        The time that a date is compared with, in UTC.
    """
    asked_s = _asked_s(retry_after or "", now)
    if asked_s is None:
        asked_s = _BUSY_PAUSES_S[min(refusals, len(_BUSY_PAUSES_S)) - 1]
    return min(max(asked_s, 0.0), BUSY_PAUSE_MAX_S)


def _asked_s(retry_after: str, now: datetime) -> float | None:
    if _SECONDS.fullmatch(retry_after.strip()):
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None


def poll_pause_s(round_number: int) -> float:
    """Tell how long to wait before a round of polling, counted from 0: 1 s growing to 5 s.

    The jitter keeps jobs that started together from asking together for ever.
    """
    growing_s = _POLL_PAUSE_FIRST_S * _POLL_PAUSE_GROWTH ** min(round_number, 10)
    jitter = SystemRandom().uniform(1 - _POLL_JITTER, 1 + _POLL_JITTER)
    return min(growing_s, _POLL_PAUSE_MAX_S) * jitter
