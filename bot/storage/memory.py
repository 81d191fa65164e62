"""Run times at hand, for as long as the process lives."""

from collections import deque
from statistics import median

RUNS_KEPT = 20


class MemoryRunTimes:
    """The latest run times of each model."""

    def __init__(self) -> None:
        self._seconds: dict[str, deque[float]] = {}

    async def record(self, model: str, seconds: float) -> None:
        """Remember one run from submission to completion."""
        self._seconds.setdefault(model, deque(maxlen=RUNS_KEPT)).append(seconds)

    def typical_s(self, model: str) -> float | None:
        """Give the median of the latest runs in seconds; ``None`` before the first."""
        seconds = self._seconds.get(model)
        return median(seconds) if seconds else None
