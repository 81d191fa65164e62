"""The journal's entry of one job, in the hands of the process that works on it.

Steps are written one after the other, and a write is never broken off half-way: whoever waited for
it may leave, the next one waits for it all the same. A database that is away holds up nothing that
has been paid for. What couldn't be written is written with the next step, and the end is tried for
as long as the process lives. Only the step before a submission has to be written, or the request
isn't sent.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import StoreUnavailableError
from bot.domain.job_ends import Stand
from bot.domain.journal import JournalEntry
from bot.domain.journal_ports import Journal, LostJobError
from bot.domain.ports import Clock

_PAUSES_S = (1.0, 2.0, 5.0)

Change = Callable[[JournalEntry], JournalEntry]
_log = logging.getLogger(__name__)


class JobRecord:
    """One entry, and the way to its next step.

    Attributes
    ----------
    entry
        How it is; what is kept may be a step behind while the database is away.
    """

    def __init__(self, entry: JournalEntry, journal: Journal, clock: Clock) -> None:
        self.entry = entry
        self._kept = entry
        self._journal = journal
        self._clock = clock
        self._turn = asyncio.Lock()

    @property
    def kept(self) -> bool:
        """Whether the journal says what :attr:`entry` says."""
        return self._kept == self.entry

    def note(self, change: Change) -> None:
        """Take a step that is written with the next one."""
        self.entry = change(self.entry)

    def learn(self, change: Change) -> None:
        """Take over what the journal has already, since somebody else wrote it."""
        self.entry, self._kept = change(self.entry), change(self._kept)

    async def must_step(self, change: Change) -> None:
        """Write a step down before anything else is done.

        Raises
        ------
        LostJobError
        StoreUnavailableError
            The entry is as it was then.
        """
        before = self.entry
        try:
            await self._in_turn(change, lambda: self._keep(None))
        except StoreUnavailableError:
            self.entry = before
            raise

    async def step(self, change: Change, stand: Stand | None = None) -> None:
        """Write a step down; where the database is away, with the next one.

        Parameters
        ----------
        stand
            What stands of the job by now, where that is known.

        Raises
        ------
        LostJobError
        """
        try:
            await self._in_turn(change, lambda: self._keep(stand))
        except StoreUnavailableError as error:
            self._warn("goes on unwritten", error)

    async def end(self, change: Change, stand: Stand | None = None) -> None:
        """Write an end down, as often as it takes, and settle what the job took where that is told.

        Raises
        ------
        LostJobError
        """

        async def write() -> None:
            await self._until_kept(stand)

        await self._in_turn(change, write)

    async def _in_turn(self, change: Change, write: Callable[[], Awaitable[None]]) -> None:
        async def turn() -> None:
            async with self._turn:
                self.entry = change(self.entry)
                await write()

        writing = asyncio.create_task(turn(), name=f"record of job {self.entry.job.reference}")
        # Whoever leaves early leaves the error, if there is one, to the next step.
        writing.add_done_callback(_seen)
        await asyncio.shield(writing)

    async def _until_kept(self, stand: Stand | None) -> None:
        pauses_s = iter(_PAUSES_S)
        while True:
            try:
                await self._keep(stand)
            except StoreUnavailableError as error:
                self._warn("isn't settled", error)
                await self._clock.sleep(next(pauses_s, _PAUSES_S[-1]))
            else:
                return

    async def _keep(self, stand: Stand | None) -> None:
        after = self.entry
        if stand is None:
            await self._told(lambda: self._journal.advance(self._kept, after))
        else:
            counts, charged = stand.counts, stand.charged
            await self._told(
                lambda: self._journal.settle(self._kept, after, counts=counts, charged=charged)
            )
        self._kept = after

    async def _told(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write; where the journal has another step than we know, see whether it was our own."""
        try:
            await write()
        except LostJobError:
            found = await self._journal.get(self.entry.job.id)
            if found is None or found.owner != self._kept.owner or found == self._kept:
                raise
            # A write whose answer was lost had been kept after all.
            self._kept = found
            if found.step is not self.entry.step or found.open is not self.entry.open:
                await write()

    def _warn(self, what: str, error: StoreUnavailableError) -> None:
        reference = self.entry.job.reference
        _log.warning("job %s %s: the database %s", reference, what, error.trouble.value)


def _seen(writing: asyncio.Task[None]) -> None:
    if not writing.cancelled():
        writing.exception()
