"""A database whose troubles are counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from bot.domain.errors import StoreUnavailableError
from bot.domain.happenings import Observe, StoreFailed
from bot.storage.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ObservedDatabase:
    """Fulfils ``Database`` by another one, and tells of each time that it couldn't."""

    database: Database
    observe: Observe

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query."""
        try:
            return await self.database.read(query)
        except StoreUnavailableError as error:
            self.observe(StoreFailed(error.trouble))
            raise

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change alone."""
        try:
            return await self.database.write(change)
        except StoreUnavailableError as error:
            self.observe(StoreFailed(error.trouble))
            raise
