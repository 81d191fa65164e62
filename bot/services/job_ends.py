"""What follows the end of a job, beside its message: the books first of all."""

from dataclasses import dataclass

from bot.domain.errors import GenerationError
from bot.domain.jobs import Failed, FinalState, Job
from bot.services.bookings import Bookings
from bot.services.failures import Failures


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Fulfils ``JobEnds``."""

    bookings: Bookings
    failures: Failures

    async def ended(self, job: Job, final: FinalState) -> None:
        """Settle a job, and take note of what went wrong."""
        await self.bookings.settle(job, final)
        if isinstance(final, Failed) and isinstance(final.error, GenerationError):
            await self.failures.note(job, final.error)
