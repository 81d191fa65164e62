"""Interactions that were taken, in the database: taken once by all processes together.

An interaction can be delivered again only while its token lives, 15 minutes. What is much older is
removed now and then, by the time that is in the ids themselves.
"""

from functools import partial

from sqlalchemy import Connection, delete

from bot.storage.statements import insert_new
from bot.storage.tables import SeenInteractionRow
from bot.storage.writer import JournalWriter

# https://discord.com/developers/docs/reference#snowflakes
_TIMESTAMP_SHIFT = 22
_KEPT_MS = 60 * 60 * 1000
_TIDIED_EVERY = 1000


class StoredSeenInteractions:
    """Fulfils ``SeenInteractions``."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer
        self._until_tidying = _TIDIED_EVERY

    async def take(self, interaction_id: int) -> bool:
        """Take an interaction; ``False`` where it was taken before."""
        taken = await self._writer.write(partial(_take, interaction_id=interaction_id))
        self._until_tidying -= 1
        if self._until_tidying == 0:
            self._until_tidying = _TIDIED_EVERY
            await self._writer.write(partial(_tidy, latest_id=interaction_id))
        return taken


def _take(connection: Connection, interaction_id: int) -> bool:
    return insert_new(connection, SeenInteractionRow, {"interaction_id": interaction_id})


def _tidy(connection: Connection, latest_id: int) -> None:
    oldest_kept = latest_id - (_KEPT_MS << _TIMESTAMP_SHIFT)
    row = SeenInteractionRow
    connection.execute(delete(row).where(row.interaction_id < oldest_kept))
