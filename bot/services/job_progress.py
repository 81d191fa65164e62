"""What the events of a generation mean for its member: the state to show, and what it cost."""

from datetime import datetime, timedelta

from bot.domain.errors import Charge
from bot.domain.events import Accepted, Busy, GenerationEvent, Identified, Progressed, Submitting
from bot.domain.jobs import Delayed, JobState, Running, Waiting
from bot.domain.ports import Clock, RunTimes

_PERCENT_MAX = 99


class JobProgress:
    """Follows one job's events.

    Attributes
    ----------
    charge
        What can be said of money if the job ended now.
    prediction_id
        The API's name of the task, once it gave one.
    """

    def __init__(self, model: str, run_times: RunTimes, clock: Clock) -> None:
        self.charge = Charge.NOTHING
        self.prediction_id: str | None = None
        self._model = model
        self._run_times = run_times
        self._clock = clock
        self._submitted_s = clock.monotonic()
        self._started_at = clock.now()
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
                self.charge = Charge.MAYBE
                self._submitted_s = self._clock.monotonic()
            case Busy(retry_in_s):
                self.charge = Charge.NOTHING
                self._delayed = True
                return Delayed(self._clock.now() + timedelta(seconds=retry_in_s))
            case Accepted(polled):
                return self._accepted(polled=polled)
            case Identified(prediction_id):
                self.prediction_id = prediction_id
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
