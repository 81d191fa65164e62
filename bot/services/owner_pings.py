"""One mention for whoever waited long, once their picture is there or isn't coming."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.jobs import Cancelled, FinalState
from bot.domain.journal import JournalEntry
from bot.domain.ports import Clock
from bot.services.personal_defaults import PersonalDefaults

# Whoever waits no longer than that still looks.
PINGED_AFTER = timedelta(minutes=2)


class PingPost(Protocol):
    """Writes mentions."""

    async def mention(self, entry: JournalEntry, final: FinalState) -> None:
        """Mention a job's owner below its message, once however often it is called; never fails."""
        ...


@dataclass(frozen=True, slots=True)
class OwnerPings:
    """Decides who is mentioned at the end of a job."""

    defaults: PersonalDefaults
    post: PingPost
    clock: Clock

    async def end_told(self, entry: JournalEntry, final: FinalState) -> None:
        """Mention the owner of a public job that took long, unless they don't want it or ended it.

        Parameters
        ----------
        entry
            With the message that tells the end.
        """
        job = entry.job
        long = self.clock.now() - entry.accepted_at > PINGED_AFTER
        by_themselves = isinstance(final, Cancelled) and final.by_id == job.owner_id
        if not long or job.private or by_themselves or entry.message.message_id is None:
            return
        if await self.defaults.wants_pings(job.visit.server_id, job.owner_id):
            await self.post.mention(entry, final)
