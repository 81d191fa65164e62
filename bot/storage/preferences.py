"""What members have decided for themselves: kept, and at hand.

Few members of a server decide anything, and each command asks. So all of a server is read at once
and kept for a while; what is changed here is known here at once. A crowd that asks at the same
moment waits for one reading, which waits for a change of the same server, and a change for it: so
what was read before a change is never kept after it.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, select

from bot.domain.ports import Clock
from bot.domain.preferences import Preferences
from bot.domain.requests import Shape
from bot.storage.database import Database
from bot.storage.one_reading import OneReading
from bot.storage.statements import Row, remove, upsert
from bot.storage.tables import MemberPreferenceRow
from bot.storage.writer import JournalWriter

KEPT_S = 30.0
_ALL_USUAL = Preferences()


@dataclass(slots=True)
class _Page:
    of_members: Mapping[int, Preferences] = field(default_factory=dict[int, Preferences])
    until_s: float = -math.inf
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    reading: OneReading[None] = field(default_factory=OneReading[None])


class StoredPreferences:
    """Fulfils ``MemberPreferences``."""

    def __init__(self, database: Database, writer: JournalWriter, clock: Clock) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._pages = defaultdict[int, _Page](_Page)

    async def get(self, server_id: int, member_id: int) -> Preferences:
        """Give what a member has decided, as it was some seconds ago at most."""
        page = self._pages[server_id]
        if self._is_old(page):
            await page.reading.of(partial(self._read_anew, page, server_id))
        return page.of_members.get(member_id, _ALL_USUAL)

    async def put(self, server_id: int, member_id: int, preferences: Preferences) -> None:
        """Keep what a member has decided; what is all as it comes isn't kept."""
        row = _row(server_id, member_id, preferences)
        change = remove if preferences == _ALL_USUAL else upsert
        page = self._pages[server_id]
        async with page.busy:
            # Where it fails, nobody knows what is kept now.
            page.until_s = -math.inf
            await self._writer.write(partial(change, table=MemberPreferenceRow, rows=[row]))

    def forget(self, server_id: int) -> None:
        """Let go of what is at hand of a server."""
        self._pages.pop(server_id, None)

    def _is_old(self, page: _Page) -> bool:
        return self._clock.monotonic() >= page.until_s

    async def _read_anew(self, page: _Page, server_id: int) -> None:
        async with page.busy:
            until_s = self._clock.monotonic() + KEPT_S
            page.of_members = await self._database.read(partial(_read, server_id=server_id))
            page.until_s = until_s


def preferences_of(connection: Connection, server_id: int, member_id: int) -> Preferences:
    """Read what one member has decided."""
    return _read(connection, server_id).get(member_id, _ALL_USUAL)


def _read(connection: Connection, server_id: int) -> Mapping[int, Preferences]:
    row = MemberPreferenceRow
    found = select(row.member_id, row.model, row.shape, row.pinged).where(
        row.server_id == server_id
    )
    return {
        member_id: Preferences(model, Shape(shape) if shape else None, pinged)
        for member_id, model, shape, pinged in connection.execute(found)
    }


def _row(server_id: int, member_id: int, preferences: Preferences) -> Row:
    return {
        "server_id": server_id,
        "member_id": member_id,
        "model": preferences.model,
        "shape": preferences.shape.value if preferences.shape else "",
        "pinged": preferences.pinged,
    }
