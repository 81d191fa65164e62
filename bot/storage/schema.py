"""Whether the database is there, with a schema that this version of the bot can work on."""

from sqlalchemy import Connection

from bot.storage.database import Database
from bot.storage.migrations import is_current


class StoredSchema:
    """Looks at a database that was open once and may be away, or another one, by now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_current(self) -> bool:
        """Tell whether the schema is still ours, or has become newer.

        Raises
        ------
        StoreUnavailableError
        """
        return await self._database.read(_look)


def _look(connection: Connection) -> bool:
    return is_current(connection)
