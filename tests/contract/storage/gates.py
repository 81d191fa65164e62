"""A database that a test holds back, and that tells how often it was written to."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from bot.storage.database import Database

T = TypeVar("T")


class GatedDatabase:
    """Lets each transaction begin only while the gate is open, and changes fail on demand."""

    def __init__(self, database: Database) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self.trouble: Exception | None = None
        self.writes = 0
        self.reads = 0
        self._database = database

    async def read(self, query: Callable[[Connection], T]) -> T:
        self.reads += 1
        await self.gate.wait()
        return await self._database.read(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        self.writes += 1
        self.entered.set()
        await self.gate.wait()
        if self.trouble:
            raise self.trouble
        return await self._database.write(change)
