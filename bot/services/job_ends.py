"""What follows the end of a job, beside its message and its books."""

from dataclasses import dataclass

from bot.domain.jobs import Done, Failed, FinalState, Job
from bot.domain.journal import JournalEntry
from bot.domain.ports import PictureCopies
from bot.services.failures import Failures
from bot.services.owner_pings import OwnerPings


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Fulfils ``JobEnds``."""

    failures: Failures
    copies: PictureCopies
    pings: OwnerPings | None = None

    async def ended(self, job: Job, final: FinalState) -> None:
        """Copy what only its member sees, and take note of what went wrong."""
        if isinstance(final, Failed):
            await self.failures.note(job, final.error)
        if isinstance(final, Done) and job.private:
            await self.copies.copy(job, final.pictures)

    async def told(self, entry: JournalEntry, final: FinalState) -> None:
        """Tell an owner who waited long that their message tells the end."""
        if self.pings is not None:
            await self.pings.end_told(entry, final)
