"""How long past runs took: kept in the database, at hand in memory.

What is asked for while a message is being written can't wait for a query. So everything is read
once, and the runs of other processes are known after the next start.
"""

import logging
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, delete, insert, select

from bot.domain.errors import StoreUnavailableError
from bot.storage.database import Database
from bot.storage.memory import RUNS_KEPT, MemoryRunTimes
from bot.storage.tables import RunTimeRow
from bot.storage.writer import JournalWriter

_Run = tuple[str, float]

_log = logging.getLogger(__name__)


class StoredRunTimes:
    """Fulfils ``RunTimes``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer
        self._latest = MemoryRunTimes()
        self._unwritten: list[_Run] = []
        self._writing = False

    async def load(self) -> None:
        """Read what past processes have recorded."""
        for model, seconds in await self._database.read(_all):
            await self._latest.record(model, seconds)

    async def record(self, model: str, seconds: float) -> None:
        """Remember one run; a picture doesn't fail because this couldn't be written down.

        Of many who come at once one writes for all, and the others needn't wait for it.
        """
        await self._latest.record(model, seconds)
        self._unwritten.append((model, seconds))
        if not self._writing:
            self._writing = True
            try:
                await self._write_down()
            finally:
                self._writing = False

    async def _write_down(self) -> None:
        while self._unwritten:
            runs, self._unwritten = self._unwritten, []
            try:
                await self._writer.write(partial(_add, runs=runs))
            except StoreUnavailableError as error:
                _log.warning("run times aren't kept: the database %s", error.trouble.value)

    def typical_s(self, model: str) -> float | None:
        """Give the median of the latest runs in seconds; ``None`` before the first."""
        return self._latest.typical_s(model)


def _all(connection: Connection) -> Sequence[_Run]:
    rows = connection.execute(select(RunTimeRow.model, RunTimeRow.seconds).order_by(RunTimeRow.id))
    return [(model, seconds) for model, seconds in rows]


def _add(connection: Connection, runs: Sequence[_Run]) -> None:
    rows = [{"model": model, "seconds": seconds} for model, seconds in runs]
    connection.execute(insert(RunTimeRow), rows)
    for model in {model for model, _ in runs}:
        _forget_old(connection, model)


def _forget_old(connection: Connection, model: str) -> None:
    row = RunTimeRow
    latest = select(row.id).where(row.model == model).order_by(row.id.desc())
    too_old = latest.limit(1).offset(RUNS_KEPT).scalar_subquery()
    connection.execute(delete(row).where(row.model == model, row.id <= too_old))
