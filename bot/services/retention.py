"""Letting go: of what is older than a server wants, of servers that were left, of lost jobs.

All of it may happen late and may happen twice. So nothing here is worth more than a line in the
log where the database is away; the next round finds the same work again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import StoreUnavailableError
from bot.domain.picture_ports import PictureArchive
from bot.domain.ports import Clock
from bot.domain.record_ports import JobHistory, Retention
from bot.domain.server_settings import from_stored
from bot.domain.store_ports import Ledger, ServerPolicies
from bot.services.safety_pause import forget_expired

ROUND_S = 3600.0
_PURGED_EVERY_ROUNDS = 6
LEFT_KEPT = timedelta(days=30)
# A job of another process may still be under way; one that took longer ago surely isn't.
ABANDONED_AFTER = timedelta(hours=1)
# So many servers in a row, and the database is away rather than slow with one of them.
_FAILED_IN_A_ROW = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PastPictures:
    """The jobs of the past, and their pictures."""

    history: JobHistory
    archive: PictureArchive

    async def let_go(self, server_id: int, before: datetime) -> int:
        """Remove what a server's members asked for before a moment; tell how many jobs it was.

        Raises
        ------
        StoreUnavailableError
            What was removed until then stays removed.
        """
        removed = 0
        while job_ids := await self.history.before(server_id, before):
            await self.remove(job_ids)
            removed += len(job_ids)
        return removed

    async def forget(self, server_id: int, member_id: int) -> None:
        """Remove what a member asked for in a server, but what is under way.

        Raises
        ------
        StoreUnavailableError
        """
        entries = await self.history.of_member(server_id, member_id)
        await self.remove([entry.job.id for entry in entries if not entry.open])

    async def remove(self, job_ids: Collection[int]) -> None:
        """Remove jobs with their pictures; of what is under way the pictures alone.

        Raises
        ------
        StoreUnavailableError
        """
        await self.archive.remove(job_ids)
        await self.history.remove(job_ids)

    async def strip(self, job_ids: Collection[int]) -> None:
        """Remove the pictures of jobs, so that nobody can fetch them again; the jobs stay.

        Raises
        ------
        StoreUnavailableError
        """
        await self.history.forget_outputs(job_ids)
        await self.archive.remove(job_ids)


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Goes through what is kept: at the start, every hour, and every six hours.

    Attributes
    ----------
    host
        The host's own decisions, with what is kept for the sake of its account.
    kept_days_max
        For how many days the host lets any server keep data.
    alone
        Whether no other process works on the database, so that at the start no job is under way.
    """

    retention: Retention
    past: PastPictures
    ledger: Ledger
    policies: ServerPolicies
    host: ServerPolicies
    kept_days_max: int
    alone: bool
    clock: Clock

    async def keep_tidy(self) -> None:
        """Go through it again and again, until cancelled."""
        await self._in_peace(self._settle_lost, timedelta(0) if self.alone else ABANDONED_AFTER)
        rounds = 0
        while True:
            await self._in_peace(self._forget_refusals)
            if rounds % _PURGED_EVERY_ROUNDS == 0:
                await self._in_peace(self.purge)
            await self.clock.sleep(ROUND_S)
            rounds += 1
            await self._in_peace(self._settle_lost, ABANDONED_AFTER)

    async def purge(self) -> None:
        """Delete what is too old, in each server by its own setting, and the servers left long ago.

        A server that the database is too slow with waits for the next round, and no other for it.

        Raises
        ------
        StoreUnavailableError
        """
        now = self.clock.now()
        records = await self.retention.tidy(now) + await self._purge_servers(now)
        for server_id in await self.retention.left_before(now - LEFT_KEPT):
            await self.past.let_go(server_id, now)
        gone = len(await self.retention.purge_left(now - LEFT_KEPT))
        await self.past.archive.tidy(now)
        if gone or records:
            _log.info("retention  old records deleted: %d, left servers: %d", records, gone)

    async def _purge_servers(self, now: datetime) -> int:
        records = failed = 0
        for server_id in await self.retention.servers():
            try:
                records += await self._purge_server(server_id, now)
                failed = 0
            except StoreUnavailableError as error:
                failed += 1
                if failed == _FAILED_IN_A_ROW:
                    raise
                _log.warning("retention of a server waits: the database %s", error.trouble.value)
        return records

    async def _purge_server(self, server_id: int, now: datetime) -> int:
        kept = timedelta(days=await self._kept_days(server_id))
        records = await self.retention.purge(server_id, now - kept)
        return records + await self.past.let_go(server_id, now - kept)

    async def _kept_days(self, server_id: int) -> int:
        settings = from_stored((await self.policies.get(server_id)).settings)
        return min(settings.retention_days, self.kept_days_max)

    async def _forget_refusals(self) -> None:
        await forget_expired(self.host, self.clock.now())

    async def _settle_lost(self, after: timedelta) -> None:
        now = self.clock.now()
        lost = await self.ledger.settle_abandoned(now - after, now)
        if lost:
            _log.info("retention  jobs closed that nobody ended: %d", lost)

    async def _in_peace(self, work: Callable[..., Awaitable[None]], *arguments: timedelta) -> None:
        try:
            await work(*arguments)
        except StoreUnavailableError as error:
            _log.warning("retention waits: the database %s", error.trouble.value)


@dataclass(frozen=True, slots=True)
class Presence:
    """Takes note in which servers the bot is; what is kept of others goes 30 days after.

    Attributes
    ----------
    forgets
        Who lets go of what is at hand of a server that was left.
    """

    retention: Retention
    clock: Clock
    forgets: Sequence[Callable[[int], None]] = ()
    # Who comes and goes at the same moment is noted in that order.
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _left: set[int] = field(default_factory=set)

    async def left(self, server_id: int) -> None:
        """Take note that the bot was removed from a server."""
        self._let_go_of(server_id)
        async with self._turn:
            await self._gone(server_id)

    async def returned(self, server_id: int) -> None:
        """Take note that the bot is in a server, again perhaps."""
        async with self._turn:
            await self._here(server_id)

    async def there_again(self, server_id: int) -> None:
        """Take note that a server is there again, which costs nothing unless it was left."""
        if server_id in self._left:
            await self.returned(server_id)

    async def reconcile(
        self, is_present: Callable[[int], bool], serves: Callable[[int], bool]
    ) -> None:
        """Compare what is kept with where the bot is, which may have changed while it was off.

        Parameters
        ----------
        is_present
            Whether the bot is in a server at that moment, as far as this process sees it. It may
            come and go while this works.
        serves
            Whether this process would see a server, if the bot were in it.
        """
        try:
            known = await self.retention.servers()
        except StoreUnavailableError as error:
            _log.warning("servers aren't compared: the database %s", error.trouble.value)
            return
        for server_id in filter(serves, known):
            async with self._turn:
                if is_present(server_id):
                    await self._here(server_id)
                else:
                    self._let_go_of(server_id)
                    await self._gone(server_id)

    def _let_go_of(self, server_id: int) -> None:
        self._left.add(server_id)
        for forget in self.forgets:
            forget(server_id)

    async def _gone(self, server_id: int) -> None:
        await self._noted(self.retention.left(server_id, self.clock.now()))

    async def _here(self, server_id: int) -> None:
        # What couldn't be noted is tried again when the server is told of next.
        if await self._noted(self.retention.returned(server_id)):
            self._left.discard(server_id)

    async def _noted(self, noting: Awaitable[None]) -> bool:
        try:
            await noting
        except StoreUnavailableError as error:
            _log.warning("a server isn't noted: the database %s", error.trouble.value)
            return False
        return True
