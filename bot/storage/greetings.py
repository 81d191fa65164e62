"""The servers that were greeted: each once, by all processes together."""

from datetime import datetime
from functools import partial

from bot.storage.statements import insert_new
from bot.storage.tables import GreetedServerRow
from bot.storage.writer import JournalWriter


class StoredGreetings:
    """Fulfils ``Greetings``."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer

    async def take(self, server_id: int, at: datetime) -> bool:
        """Take the one greeting of a server; ``False`` where it was taken before."""
        row = {"server_id": server_id, "greeted_at": at}
        return await self._writer.write(partial(insert_new, table=GreetedServerRow, row=row))
