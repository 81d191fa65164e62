"""What the events of a generation mean for its member: the state to show."""

from datetime import datetime, timedelta

from bot.domain.events import Accepted, Busy, GenerationEvent, Progressed, Submitting
from bot.domain.jobs import Delayed, JobState, Running, Waiting
from bot.domain.journal import JournalEntry
from bot.domain.ports import Clock, RunTimes

_PERCENT_MAX = 99


class JobProgress:
    """Follows one job's events.

    Parameters
    ----------
    entry
        Where it stands; another process may have begun it.
    """

    def __init__(self, entry: JournalEntry, run_times: RunTimes, clock: Clock) -> None:
        self._model = entry.job.request.model
        self._run_times = run_times
        self._clock = clock
        self._started_at = entry.submitted_at or clock.now()
        since_s = (clock.now() - self._started_at).total_seconds()
        self._submitted_s = clock.monotonic() - since_s
        self._delayed = False
        self._measured: Running | None = None

    @property
    def took_s(self) -> float:
        """Seconds since the latest submission."""
        return self._clock.monotonic() - self._submitted_s

    def waiting(self, position: int, slots: int) -> Waiting:
        """Say that it waits in line, and when its turn may come."""
        typical_s = self._run_times.typical_s(self._model)
        if typical_s is None:
            return Waiting(position)
        rounds = -(-position // slots)
        return Waiting(position, self._clock.now() + timedelta(seconds=typical_s * rounds))

    def started(self) -> Running:
        """Say that its turn has come."""
        self._started_at = self._clock.now()
        return self.running()

    def running(self) -> Running:
        """Say that it is worked on, and nothing more."""
        return Running(self._started_at)

    def follow(self, event: GenerationEvent) -> JobState | None:
        """Take an event; give the state to show, where there is a new one."""
        match event:
            case Submitting():
                self._submitted_s = self._clock.monotonic()
            case Busy(retry_in_s):
                self._delayed = True
                return Delayed(self._clock.now() + timedelta(seconds=retry_in_s))
            case Accepted(polled):
                return self._accepted(polled=polled)
            case Progressed(fraction):
                return self._goes_on(fraction)
            case _:
                pass
        return None

    def _accepted(self, *, polled: bool) -> Running:
        if self._delayed:
            self._started_at = self._clock.now()
        return self._estimated() if polled else self.running()

    def _goes_on(self, fraction: float | None) -> Running:
        if fraction is not None:
            ready_at = _at_rate(self._started_at, self._clock.now(), fraction)
            self._measured = Running(self._started_at, _percent(fraction), ready_at=ready_at)
        return self._measured or self._estimated()

    def _estimated(self) -> Running:
        typical_s = self._run_times.typical_s(self._model)
        if typical_s is None:
            return self.running()
        ready_at = self._started_at + timedelta(seconds=typical_s)
        return Running(self._started_at, typical_s=typical_s, ready_at=ready_at)


def _percent(fraction: float) -> int:
    # 0.29 * 100 is 28.999…, which would read as 28.
    return max(0, min(_PERCENT_MAX, int(round(fraction * 100, 6))))


def _at_rate(started_at: datetime, now: datetime, fraction: float) -> datetime | None:
    if not 0 < fraction < 1:
        return None
    return started_at + (now - started_at) / fraction
