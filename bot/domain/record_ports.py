"""What the inside needs of the records about people: to hand them out, and to let go of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.journal import JournalEntry
from bot.domain.member_records import MemberRecord
from bot.domain.preferences import Preferences


class MemberRecords(Protocol):
    """What is kept about a member in a server."""

    async def get(self, server_id: int, member_id: int) -> MemberRecord:
        """Give all of it.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def delete(
        self, server_id: int, member_id: int, at: datetime, own_words: Collection[str] = ()
    ) -> int:
        """Remove what nobody else needs; tell how many jobs stay, because they are under way.

        What was used in a month that is over goes. What was used in this one loses its member, and
        counts go on counting, so that nobody gets a new quota by it. A block and the log stay.

        Parameters
        ----------
        own_words
            The actions whose entries hold what the member wrote: of theirs, only that it happened
            is kept.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class Retention(Protocol):
    """Letting go of what is old; each removes a little at a time, so that nobody waits for it."""

    async def purge(self, server_id: int, before: datetime) -> int:
        """Remove a server's usage, log and ended blocks of before a moment; tell how many rows.

        Raises
        ------
        StoreUnavailableError
            What was removed until then stays removed.
        """
        ...

    async def tidy(self, at: datetime) -> int:
        """Remove what counts for nothing any more in any server; tell how many rows.

        These are accounts whose windows are all over, and interactions older than a day.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def left(self, server_id: int, at: datetime) -> None:
        """Remember when the bot was found to have left a server; what is known already stays.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def returned(self, server_id: int) -> None:
        """Let a server keep everything: the bot is there.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def servers(self) -> Collection[int]:
        """Name all servers of which anything is kept.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def left_before(self, moment: datetime) -> Collection[int]:
        """Name the servers that were left before a moment.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def purge_left(self, before: datetime) -> Collection[int]:
        """Remove everything of the servers that were left before a moment; name them.

        A job that nobody ended stays, and its server with it, until it is settled.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class JobHistory(Protocol):
    """The jobs of the past."""

    async def page(
        self,
        server_id: int,
        member_id: int,
        size: int,
        before_id: int | None = None,
        *,
        after_id: int | None = None,
    ) -> Sequence[JournalEntry]:
        """List jobs of a member that have pictures, the newest first.

        Parameters
        ----------
        size
            The most that are listed: the latest, those just before one job, or those just after.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def of_message(
        self, server_id: int, member_id: int, message_id: int
    ) -> JournalEntry | None:
        """Find the job of a member whose message this is.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def get(self, job_id: int) -> JournalEntry | None:
        """Find a job.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def of_member(self, server_id: int, member_id: int) -> Sequence[JournalEntry]:
        """List all jobs of a member, the newest first.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def line(self, server_id: int, job_id: int, size: int) -> Sequence[JournalEntry]:
        """List a job of a server and all that came of it there, the oldest first.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def before(self, server_id: int, moment: datetime) -> Collection[int]:
        """Name closed jobs that were accepted before a moment, a thousand at most.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def remove(self, job_ids: Collection[int]) -> None:
        """Remove jobs; of those that are open, forget where the API has what was made.

        What came of a job comes of that job's own origin then.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def forget_outputs(self, job_ids: Collection[int]) -> None:
        """Forget where the API has what was made; the jobs stay.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class MemberPreferences(Protocol):
    """What members have decided for themselves."""

    async def get(self, server_id: int, member_id: int) -> Preferences:
        """Give what a member has decided in a server, or what comes of itself.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def put(self, server_id: int, member_id: int, preferences: Preferences) -> None:
        """Keep what a member has decided.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    def forget(self, server_id: int) -> None:
        """Let go of what is at hand of a server."""
        ...


class Greetings(Protocol):
    """The servers that were greeted."""

    async def take(self, server_id: int, at: datetime) -> bool:
        """Take the one greeting of a server; ``False`` where it was taken before.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class DailyCopies(Protocol):
    """Copies of all that is kept, one of each day."""

    async def latest(self, at: datetime) -> datetime | None:
        """Tell when the newest one before a moment was made; ``None`` where there is none."""
        ...

    async def make(self, at: datetime) -> str:
        """Make one, and say where it is.

        Raises
        ------
        StoreUnavailableError
        """
        ...
