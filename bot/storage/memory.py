"""State that lives as long as the process, behind the domain's ports."""

from collections import deque
from statistics import median

from bot.domain.jobs import Job

RUNS_KEPT = 20


class MemoryRunningJobs:
    """The jobs that have not ended."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}

    async def add(self, job: Job) -> None:
        """Remember a job that was accepted."""
        self._jobs[job.id] = job

    async def get(self, job_id: int) -> Job | None:
        """Find a job that has not ended."""
        return self._jobs.get(job_id)

    async def remove(self, job_id: int) -> None:
        """Forget a job that has ended."""
        self._jobs.pop(job_id, None)


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
