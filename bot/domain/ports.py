"""What the inside needs of the outside, as protocols that adapters fulfil."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol, TypeVar

from bot.domain.alerts import Alert, Cause
from bot.domain.events import GenerationEvent
from bot.domain.jobs import Job, JobState
from bot.domain.ledgers import (
    Account,
    Holder,
    Limit,
    ReachedLimit,
    Taken,
    Taking,
    UsageLine,
)
from bot.domain.log_entries import Told
from bot.domain.models import Model
from bot.domain.pictures import Output, Picture
from bot.domain.requests import ImageRequest
from bot.domain.server_policy import AuditEntry, AuditRecord, PolicyChange, ServerPolicy
from bot.domain.usage_entries import UsageEntry

ChangeT = TypeVar("ChangeT", bound=PolicyChange)


class Clock(Protocol):
    """Time, so that a test can hold it in its hand."""

    def monotonic(self) -> float:
        """Seconds that only grow; for spans."""
        ...

    def now(self) -> datetime:
        """Tell the moment in UTC; for what people read."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; at once for zero or less."""
        ...


class ImageProvider(Protocol):
    """The image API."""

    def generate(
        self, request: ImageRequest
    ) -> AbstractAsyncContextManager[AsyncIterator[GenerationEvent]]:
        """Submit a request at most once and tell what happens to it.

        Leaving the context closes whatever is open; nothing is cancelled upstream by it.

        Raises
        ------
        GenerationError
            While iterating, where the task ends in any way but ``Completed``.
        """
        ...

    async def cancel(self, prediction_id: str) -> None:
        """Ask the API to stop a task; whatever it answers is only logged."""
        ...


class OutputFetcher(Protocol):
    """The one door through which outputs come in."""

    async def fetch(self, output: Output) -> Picture:
        """Fetch or decode an output, check it and keep its bytes until they are discarded.

        Raises
        ------
        PictureUnfetchableError
            Where the address, the size or the content isn't safe, or never arrived.
        """
        ...

    async def discard(self, picture: Picture) -> None:
        """Let go of the bytes; a second call does nothing."""
        ...


class Catalogue(Protocol):
    """The text-to-image models that the API is known to offer."""

    def models(self) -> Sequence[Model]:
        """List them without waiting for anything, in the API's own order."""
        ...


class SeenInteractions(Protocol):
    """The interactions that were already taken."""

    async def take(self, interaction_id: int) -> bool:
        """Take an interaction; ``False`` where it was taken before."""
        ...


class RunningJobs(Protocol):
    """The jobs that have not ended."""

    async def add(self, job: Job) -> None:
        """Remember a job that was accepted."""
        ...

    async def get(self, job_id: int) -> Job | None:
        """Find a job that has not ended."""
        ...

    async def remove(self, job_id: int) -> None:
        """Forget a job that has ended."""
        ...


class RunTimes(Protocol):
    """How long past runs took, model by model."""

    async def record(self, model: str, seconds: float) -> None:
        """Remember one run from submission to completion."""
        ...

    def typical_s(self, model: str) -> float | None:
        """Give the median of the latest runs in seconds; ``None`` before the first."""
        ...


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
        self, server_id: int, size: int, before_number: int | None = None
    ) -> Sequence[AuditRecord]:
        """List the latest entries, newest first; of those before a number, where one is given.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class ServerLog(Protocol):
    """Where moderators see what happened: the audit log, and the log channel where one is set.

    Both calls return at once and never fail: nobody's answer waits for the log.
    """

    def record(self, *entries: AuditEntry) -> None:
        """Keep entries in the audit log, and write them to the log channel."""
        ...

    def tell(self, *entries: AuditEntry) -> None:
        """Write entries, which are kept already, to the log channel."""
        ...


class Alerts(Protocol):
    """The way to whoever hosts the bot."""

    def tell(self, alert: Alert) -> None:
        """Send an alert, unless its cause was told of within an hour; returns at once, never fails.

        No prompt and no key is ever in it.
        """
        ...


class AlertTurns(Protocol):
    """Who tells of a cause, among all processes."""

    async def take(self, cause: Cause) -> bool:
        """Take the turn to tell of a cause; ``False`` where it was taken within an hour.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class AccountBalance(Protocol):
    """What is left of the money at the image API."""

    async def usd(self) -> float | None:
        """Ask for it; ``None`` where it can't be read within a few seconds. Never fails."""
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

    async def usage(
        self, server_id: int, since: date, member_id: int | None = None
    ) -> Sequence[UsageLine]:
        """List what a server's members, or one of them, had since a day of UTC.

        Raises
        ------
        StoreUnavailableError
        """
        ...


class LogChannel(Protocol):
    """Where a server wants its log to be written."""

    async def write(
        self, server_id: int, channel_id: int, lines: Sequence[Told], left_out: int
    ) -> int:
        """Write as many lines, from the first, as one message has room for; tell how many.

        Nought where the channel can't be written to now; never fails.

        Parameters
        ----------
        server_id
            Whose log it is: a channel of another server isn't written to.
        left_out
            How many lines before the first were too many to be written at all.
        """
        ...


class JobDisplay(Protocol):
    """The one message of one job."""

    def show(self, state: JobState) -> None:
        """Take the newest state; what it replaces before it was shown is never shown."""
        ...

    async def keep_current(self) -> None:
        """Bring the message to the newest state again and again, until a final one is shown."""
        ...
