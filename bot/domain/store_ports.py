"""What the inside needs to have kept, as protocols that the stores fulfil."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from bot.domain.ledgers import (
    Account,
    Holder,
    Limit,
    ReachedLimit,
    Taken,
    Taking,
    UsageLine,
)
from bot.domain.server_policy import AuditEntry, AuditRecord, PolicyChange, ServerPolicy
from bot.domain.usage_entries import UsageEntry

ChangeT = TypeVar("ChangeT", bound=PolicyChange)


class ServerPolicies(Protocol):
    """What moderators of each server have decided."""

    async def get(self, server_id: int) -> ServerPolicy:
        """Give everything of a server.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        """Take a step from what is decided now, alone; keep what it leads to, and its log.

        Parameters
        ----------
        by_id
            The moderator; kept with everything that is new.
        step
            May run twice, and has no effect of its own. What it raises changes nothing.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class Audit(Protocol):
    """The log of each server."""

    async def record(self, *entries: AuditEntry) -> None:
        """Keep entries, in this order.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def page(
        self,
        server_id: int,
        size: int,
        before_number: int | None = None,
        *,
        after_number: int | None = None,
        action: str | None = None,
        subject: str | None = None,
    ) -> Sequence[AuditRecord]:
        """List the latest entries, newest first; of those before a number, where one is given.

        With ``after_number`` the earliest of those after it, newest first as well.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def count(
        self,
        server_id: int,
        action: str,
        *,
        since: datetime | None = None,
        subject: str | None = None,
        actor_id: int | None = None,
    ) -> int:
        """Tell how often something was done: since a moment, to one, by one, where given.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class Ledger(Protocol):
    """Who has had how much."""

    async def take(self, taking: Taking, limits: Collection[Limit]) -> Taken | ReachedLimit:
        """Book a job where no limit stands against it; all of it or nothing.

        A job that has taken already takes nothing again, and is told so by ``Taken.again``: of
        several deliveries of one interaction, over all processes, one is new.

        Parameters
        ----------
        limits
            On the taking's own holders; what they count is booked with or without them.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def settle(self, job_id: int, at: datetime, *, counts: bool, charged: bool) -> None:
        """End a job, and give back what doesn't stand; what was given back stays so.

        Parameters
        ----------
        counts
            Whether its pictures count for its member.
        charged
            Whether it may have cost money.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def settle_abandoned(self, taken_before: datetime, at: datetime) -> int:
        """End the jobs that nobody ended, give back their counts, tell how many they were.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def holding(self, job_id: int) -> UsageEntry | None:
        """Tell what a job took, and whether it stands; ``None`` for one that took nothing.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def account(self, holder: Holder, at: datetime) -> Account:
        """Tell what a holder has had in the windows of a moment.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def charged_on(self, day: date) -> int:
        """Tell what all jobs that were taken on a day of UTC have cost, in microdollars.

        Raises
        ------
        StoreUnavailableError
        """
        ...

    async def usage(
        self, server_id: int, since: date, member_id: int | None = None
    ) -> Sequence[UsageLine]:
        """List what a server's members, or one of them, had since a day of UTC.

        Raises
        ------
        StoreUnavailableError
        """
        ...
