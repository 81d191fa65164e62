"""When things happened to one job: what an operator measures the bot by."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What happens to a job, in the order in which it does; the value names the span up to it."""

    ANSWERED = "answered"
    SLOT = "slot"
    PROGRESS = "progress"
    COMPLETED = "completed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class JobTimes:
    """Seconds from the acceptance of a job to what happened to it here; ``None`` where it didn't.

    Attributes
    ----------
    answered_s
        To the first answer, which its member sees.
    slot_s
        To its turn in front of the API.
    progress_s
        To the first percentage, or the first word that it is worked on.
    completed_s
        Until the API said that the pictures are made.
    delivered_s
        Until Discord had the last state of the message.
    """

    answered_s: float | None = None
    slot_s: float | None = None
    progress_s: float | None = None
    completed_s: float | None = None
    delivered_s: float | None = None

    @property
    def picture_s(self) -> float | None:
        """From the end of the making to the delivery."""
        if self.completed_s is None or self.delivered_s is None:
            return None
        return self.delivered_s - self.completed_s


class JobWatch:
    """Takes the times of one job; each moment counts once, the first time.

    Parameters
    ----------
    accepted_s
        When it was accepted, on the scale of the moments.
    """

    def __init__(self, accepted_s: float) -> None:
        self._accepted_s = accepted_s
        self._seconds: dict[str, float] = {}

    def mark(self, moment: Moment, now_s: float) -> None:
        """Take note that something happened now."""
        self._seconds.setdefault(f"{moment}_s", max(0.0, now_s - self._accepted_s))

    @property
    def times(self) -> JobTimes:
        """All that happened so far."""
        return JobTimes(**self._seconds)
