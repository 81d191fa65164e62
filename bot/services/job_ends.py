"""What follows the end of a job, beside its message: the books first of all."""

from dataclasses import dataclass

from bot.domain.jobs import FinalState, Job
from bot.services.bookings import Bookings


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Fulfils ``JobEnds``."""

    bookings: Bookings

    async def ended(self, job: Job, final: FinalState) -> None:
        """Settle the job."""
        await self.bookings.settle(job, final)
