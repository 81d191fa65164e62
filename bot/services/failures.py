"""What went wrong lately, for whoever hosts the bot: no prompts, and only what a process remembers.

The log has all of it; this is for a glance from Discord.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts import AccountAlert
from bot.domain.errors import AccountRefusedError, GenerationError, SafetyRefusedError
from bot.domain.jobs import Job
from bot.domain.ports import Alerts, Clock
from bot.services.safety_pause import SafetyPauses

FAILURES_KEPT = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that ended without a picture; the log has it under its reference."""

    at: datetime
    reference: str
    error: GenerationError


class Failures:
    """Takes note of failed jobs, and tells whom a failure concerns beyond its member."""

    def __init__(self, alerts: Alerts, safety: SafetyPauses, clock: Clock) -> None:
        self._alerts = alerts
        self._safety = safety
        self._clock = clock
        self._latest: deque[Failure] = deque(maxlen=FAILURES_KEPT)

    async def note(self, job: Job, error: GenerationError) -> None:
        """Take note that a job ended by an error; never fails."""
        now = self._clock.now()
        self._latest.appendleft(Failure(now, job.reference, error))
        if isinstance(error, AccountRefusedError):
            self._alerts.tell(AccountAlert(error.status))
        if isinstance(error, SafetyRefusedError):
            await self._safety.note_refusal(job, now)

    def latest(self) -> tuple[Failure, ...]:
        """List the last few, newest first."""
        return tuple(self._latest)
