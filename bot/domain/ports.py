"""What the inside needs of the outside, as protocols that adapters fulfil."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from bot.domain.alerts import Alert, Cause
from bot.domain.events import GenerationEvent
from bot.domain.jobs import Job, JobState
from bot.domain.log_entries import Told
from bot.domain.models import Model
from bot.domain.pictures import Output, Picture
from bot.domain.requests import ImageRequest, Source
from bot.domain.server_policy import AuditEntry


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

    def resume(
        self, request: ImageRequest, prediction_id: str
    ) -> AbstractAsyncContextManager[AsyncIterator[GenerationEvent]]:
        """Tell what happens to a task that was submitted before; nothing is submitted.

        Raises
        ------
        GenerationError
            As in :meth:`generate`.
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
    """The models for pictures that the API is known to offer."""

    def models(self) -> Sequence[Model]:
        """List them without waiting for anything, in the API's own order."""
        ...


class SourcePictures(Protocol):
    """The pictures that others begin with."""

    def open(self, source: Source) -> AbstractAsyncContextManager[Picture]:
        """Fetch a picture; its bytes are at hand, in memory or in a file, until the block ends.

        Raises
        ------
        SourceUnusableError
            Where it isn't there any more, or can't be used; nothing was sent to the API then.
        """
        ...


class RunTimes(Protocol):
    """How long past runs took, model by model."""

    async def record(self, model: str, seconds: float) -> None:
        """Remember one run from submission to completion."""
        ...

    def typical_s(self, model: str) -> float | None:
        """Give the median of the latest runs in seconds; ``None`` before the first."""
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


class AccountBilling(Protocol):
    """What the image API says that the account was charged."""

    async def microdollars_on(self, day: date) -> int | None:
        """Ask what a day of UTC has cost; ``None`` where that can't be read. Never fails."""
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


class PictureCopies(Protocol):
    """Copies of private pictures, where a server's moderators see them."""

    async def copy(self, job: Job, pictures: Sequence[Picture]) -> None:
        """Copy a private job's pictures to the log channel, where the server has one.

        Never fails; the pictures' bytes are borrowed until it returns.
        """
        ...


class JobDisplay(Protocol):
    """The one message of one job."""

    @property
    def message_id(self) -> int | None:
        """Its id, at last of the one that tells the end; ``None`` where Discord didn't tell."""
        ...

    @property
    def channel_id(self) -> int:
        """Where it stands: the job's channel, or where another message had to tell the end."""
        ...

    def show(self, state: JobState) -> None:
        """Take the newest state; what it replaces before it was shown is never shown."""
        ...

    async def keep_current(self) -> bool:
        """Bring the message to the newest state again and again, until a last one is shown.

        Returns
        -------
        bool
            Whether nothing is left to do; ``False`` where it is worth another try later.
        """
        ...

    def abandon(self) -> None:
        """Show nothing more: the message is another process's now."""
        ...
