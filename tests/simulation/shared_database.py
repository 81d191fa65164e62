"""The database that all processes of a simulation share: SQLite in memory, on the loop's thread.

A change runs at once and alone, as the writer's theory wants it. The schema is made once by the
real migrations and copied from then on. A trigger tells of each change of a job's row, and the
watch hears of it once it is kept.
"""

import sqlite3
from collections.abc import Callable
from functools import cache, partial
from random import Random
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.failures import driver_errors_told
from bot.storage.migrations import migrate
from tests.simulation.border import Border
from tests.unit.virtual_time import LoopClock

T = TypeVar("T")

_TOLD = (
    "NEW.job_id",
    "NEW.server_id",
    "NEW.member_id",
    "NEW.step",
    "NEW.owner_id",
    "NEW.granted",
    "NEW.open",
    "NEW.submitted_at IS NOT NULL",
    "coalesce(NEW.percent, -1)",
)


class JobFacts(NamedTuple):
    """What is told of a job's row."""

    job_id: int
    server_id: int
    member_id: int
    step: str
    owner_id: int
    granted: int
    open: int
    sent: int
    percent: int


class SharedDatabase:
    """One database in memory; of several in one interpreter only the newest works.

    Attributes
    ----------
    away_until_s
        Nobody reaches it before this moment.
    answers_lost
        Which part of all changes is kept without their caller's hearing of it.
    """

    def __init__(
        self,
        luck: Random,
        watch: Callable[[int, list[JobFacts]], None],
        beats: Callable[[int], None],
    ) -> None:
        self.away_until_s = 0.0
        self.answers_lost = 0.0
        self._luck = luck
        self._watch = watch
        self._engine, self._raw = _engine()
        _template().backup(self._raw)
        self._told: list[JobFacts] = []
        self._raw.create_function("told", len(_TOLD), self._hear)
        self._raw.create_function("beats", 1, beats)

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query."""
        with driver_errors_told(), self._engine.begin() as connection:
            return query(connection)

    def write(self, change: Callable[[Connection], T], writer: int) -> T:
        """Run a change of a process in a transaction."""
        self._told = []
        result = self.read(change)
        self._watch(writer, self._told)
        if self.answers_lost and self._luck.random() < self.answers_lost:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return result

    def _hear(self, *facts: int | str) -> None:
        self._told.append(JobFacts(*facts))  # type: ignore[arg-type]  as the trigger has them


class DoorToDatabase:
    """The way of one process to the database; fulfils ``Database``.

    Attributes
    ----------
    cut_until_s
        This process alone doesn't reach it before this moment.
    refused_s
        When it last failed.
    """

    def __init__(self, shared: SharedDatabase, border: Border, owner: int) -> None:
        self.cut_until_s = 0.0
        self.refused_s = 0.0
        self._shared = shared
        self._border = border
        self._write = partial(shared.write, writer=owner)
        self._clock = LoopClock()

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query."""
        effect = partial(self._reach, self._shared.read, query)
        return await self._border.cross("database reads", effect)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change."""
        effect = partial(self._reach, self._write, change)
        return await self._border.cross("database writes", effect)

    def _reach(
        self, use: Callable[[Callable[[Connection], T]], T], work: Callable[[Connection], T]
    ) -> T:
        now_s = self._clock.monotonic()
        try:
            self._check(now_s)
            return use(work)
        except StoreUnavailableError:
            self.refused_s = now_s
            raise

    def _check(self, now_s: float) -> None:
        if now_s < max(self.cut_until_s, self._shared.away_until_s):
            raise StoreUnavailableError(StoreTrouble.AWAY)


@cache
def _engine() -> tuple[Engine, sqlite3.Connection]:
    raw = _in_memory()
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine, raw


@cache
def _template() -> sqlite3.Connection:
    raw = _in_memory()
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.begin() as connection:
        migrate(connection)
    new = ", ".join(_TOLD)
    for when in ("INSERT", "UPDATE"):
        told = f"AFTER {when} ON jobs BEGIN SELECT told({new}); END"
        beats = f"AFTER {when} ON processes BEGIN SELECT beats(NEW.process_id); END"
        raw.execute(f"CREATE TRIGGER told_{when} {told}")
        raw.execute(f"CREATE TRIGGER beats_{when} {beats}")
    return raw


def _in_memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
