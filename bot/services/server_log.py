"""The log of every server: what happened is kept, then written to the server's log channel.

Whoever tells of something goes on at once; one task does the rest. It keeps what has gathered in
one change of the database, tries again while the database is away, and hands each line to the desk
of its server. Each desk is served for itself, one message at a time, so that a channel that can't
be written to stops no other. What was asked for is taken out before anything is kept, except where
the server wants to have it.

In a process that dies, what hasn't been kept for some milliseconds is lost; an orderly end waits.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat

from bot.domain.audit_actions import Action
from bot.domain.errors import StoreUnavailableError
from bot.domain.log_entries import Told, without_prompt
from bot.domain.ports import LogChannel
from bot.domain.server_policy import AuditEntry
from bot.domain.server_settings import ServerSettings, from_stored
from bot.domain.store_ports import Audit, ServerPolicies
from bot.services.log_desk import LogDesk

MESSAGE_EVERY_S = 2.0
_LAST_WORDS_S = 5.0
ARRIVALS_MAX = 50_000
_KEPT_AT_ONCE = 250
_KEEP_AGAIN_S = (0.5, 1.0, 2.0, 5.0)
# Ever more seldom: Discord bans an address after 10,000 refused requests in 10 minutes.
# https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
_WRITE_AGAIN_S = (5.0, 15.0, 60.0, 300.0, 600.0)
_MAY_MOVE_THE_CHANNEL = frozenset(
    {Action.SETTING_CHANGE, Action.POLICY_IMPORT, Action.POLICY_RESET}
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Arrival:
    entry: AuditEntry
    kept: bool


class QueuedServerLog:
    """Fulfils ``ServerLog``; made and ended by :func:`open_server_log`."""

    def __init__(self, audit: Audit, policies: ServerPolicies, channel: LogChannel) -> None:
        self._audit = audit
        self._policies = policies
        self._channel = channel
        self._arrivals: deque[_Arrival] = deque()
        self._desks: dict[int, LogDesk] = {}
        self._called = asyncio.Event()
        self._ending = asyncio.Event()
        self._lost = 0

    def record(self, *entries: AuditEntry) -> None:
        """Keep entries in the audit log, and write them to the log channel."""
        self._take(_Arrival(entry, kept=False) for entry in entries)

    def tell(self, *entries: AuditEntry) -> None:
        """Write entries, which are kept already, to the log channel."""
        self._take(_Arrival(entry, kept=True) for entry in entries)

    def close(self) -> None:
        """Take what has arrived to its end, without pauses, and then end."""
        self._ending.set()
        self._called.set()
        for desk in self._desks.values():
            desk.stirred.set()

    async def run(self) -> None:
        """Keep and write until it is closed."""
        async with asyncio.TaskGroup() as desks:
            while self._arrivals or not self._ending.is_set():
                await self._called.wait()
                self._called.clear()
                while self._arrivals:
                    await self._settle(desks)

    def _take(self, arrivals: Iterator[_Arrival]) -> None:
        for arrival in arrivals:
            if len(self._arrivals) < ARRIVALS_MAX:
                self._arrivals.append(arrival)
            else:
                self._lost += 1
        self._called.set()

    async def _settle(self, desks: asyncio.TaskGroup) -> None:
        """Keep what has gathered, and hand it on to the desks."""
        group = [self._arrivals.popleft() for _ in range(min(len(self._arrivals), _KEPT_AT_ONCE))]
        self._tell_of_loss()
        for entry in await self._keep_patiently(group):
            self._hand_on(entry, desks)

    def _tell_of_loss(self) -> None:
        if self._lost:
            _log.error("%d entries of the log were too many to be kept", self._lost)
            self._lost = 0

    async def _keep_patiently(self, group: Sequence[_Arrival]) -> Sequence[AuditEntry]:
        """Keep entries as soon as the database lets us; give them as they may be shown."""
        for pause_s in _again(_KEEP_AGAIN_S):
            try:
                return await self._keep(group)
            except StoreUnavailableError:
                if self._ending.is_set():
                    break
            except Exception:  # noqa: BLE001  # one bad entry mustn't end the log of all servers
                _log.exception("%d entries of the log were lost", len(group))
                return ()
            await _pause(self._ending, pause_s)
        _log.error("%d entries of the log were lost: the database is away", len(group))
        return ()

    async def _keep(self, group: Sequence[_Arrival]) -> Sequence[AuditEntry]:
        entries = [await self._presentable(arrival.entry) for arrival in group]
        pairs = zip(group, entries, strict=True)
        await self._audit.record(*(entry for arrival, entry in pairs if not arrival.kept))
        return entries

    async def _presentable(self, entry: AuditEntry) -> AuditEntry:
        settings = await self._settings(entry.server_id)
        return entry if settings.log_prompts else without_prompt(entry)

    async def _settings(self, server_id: int) -> ServerSettings:
        return from_stored((await self._policies.get(server_id)).settings)

    def _hand_on(self, entry: AuditEntry, desks: asyncio.TaskGroup) -> None:
        desk = self._desks.get(entry.server_id)
        if desk is None:
            desk = self._desks[entry.server_id] = LogDesk()
            desks.create_task(self._serve(entry.server_id, desk))
        desk.add(Told(entry))
        if entry.action in _MAY_MOVE_THE_CHANNEL:
            desk.stirred.set()

    async def _serve(self, server_id: int, desk: LogDesk) -> None:
        """Write what waits at a desk, and what comes meanwhile; then the desk is closed."""
        pauses_s = _again(_WRITE_AGAIN_S)
        while not desk.empty:
            if await self._write(server_id, desk):
                pauses_s = _again(_WRITE_AGAIN_S)
                await _pause(self._ending, MESSAGE_EVERY_S)
            elif self._ending.is_set():
                break
            else:
                await _pause(desk.stirred, next(pauses_s))
        del self._desks[server_id]

    async def _write(self, server_id: int, desk: LogDesk) -> bool:
        """Write one message; ``False`` where that can't be done now."""
        lines, left_out = desk.take()
        try:
            channel_id = (await self._settings(server_id)).log_channel
        except StoreUnavailableError:
            desk.put_back(lines, left_out)
            return False
        if channel_id is None:
            return True
        count = await self._channel.write(server_id, channel_id, lines, left_out)
        desk.put_back(lines[count:], 0 if count else left_out)
        return count > 0


def _again(pauses_s: Sequence[float]) -> Iterator[float]:
    return chain(pauses_s, repeat(pauses_s[-1]))


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the event."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


@asynccontextmanager
async def open_server_log(
    audit: Audit, policies: ServerPolicies, channel: LogChannel
) -> AsyncGenerator[QueuedServerLog]:
    """Keep and write a log until the end; then what has arrived, within 5 s."""
    log = QueuedServerLog(audit, policies, channel)
    working = asyncio.create_task(log.run(), name="server log")
    try:
        yield log
    finally:
        log.close()
        await asyncio.wait({working}, timeout=_LAST_WORDS_S)
        working.cancel()
        await asyncio.wait({working})
        if not working.cancelled() and (error := working.exception()):
            _log.error("the log of servers ended by a mistake of ours", exc_info=error)
