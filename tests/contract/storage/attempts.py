"""A process of its own that tries to take pictures: ``python -m`` with an address and numbers.

It says that it is ready, waits for a line, so that all begin together, and then tells of each
attempt how it ended. A database that is busy refuses an attempt for the moment; it is tried again.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from bot.domain.errors import StoreUnavailableError
from bot.domain.ledgers import HOST_ACCOUNT, Holder, Limit, Measure, Taken, Taking
from bot.domain.limits import price_microdollars
from bot.storage.database import Database
from bot.storage.ledger import StoredLedger
from bot.storage.opening import open_database
from bot.storage.sqlite import open_shared_sqlite
from bot.storage.urls import SqliteFile, read_database_url
from bot.storage.writer import open_writer

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SERVER = 1
# Few at once go through many transactions, in which the processes take turns.
AT_A_TIME = int(os.environ.get("LEDGER_AT_A_TIME", "20"))
BUDGET = Limit(HOST_ACCOUNT, Measure.MICRODOLLARS_A_DAY, 3_000_000)
PICTURES = Limit(Holder(SERVER), Measure.PICTURES_A_DAY, 300)


@dataclass(frozen=True)
class Kind:
    """A limit, and the price that a picture is booked at."""

    limit: Limit
    price_usd: float | None


KINDS = {
    "pictures": Kind(PICTURES, 0.003),
    "dollars": Kind(BUDGET, 0.05),
    "unknown": Kind(BUDGET, None),
}


@dataclass
class Outcome:
    """How the attempts of a process ended; ``retried`` counts what was tried again."""

    granted: int = 0
    refused: int = 0
    retried: int = 0
    longest_s: float = 0.0
    took_s: float = 0.0


class Attempts:
    """Many attempts at once on one ledger."""

    def __init__(self, ledger: StoredLedger, kind: Kind) -> None:
        self.outcome = Outcome()
        self._ledger = ledger
        self._kind = kind
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def make(self, job_ids: Iterable[int]) -> None:
        began = time.perf_counter()
        await asyncio.gather(*map(self._attempt, job_ids))
        self.outcome.took_s = time.perf_counter() - began

    async def _attempt(self, job_id: int) -> None:
        price = price_microdollars(self._kind.price_usd)
        taking = Taking(job_id, SERVER, job_id % 50 + 1, "a/b", NOW, price)
        async with self._turns:
            began = time.perf_counter()
            taken = await self._answered(taking)
            waited_s = time.perf_counter() - began
        self.outcome.granted += taken
        self.outcome.refused += not taken
        self.outcome.longest_s = max(self.outcome.longest_s, waited_s)

    async def _answered(self, taking: Taking) -> bool:
        while True:
            try:
                return isinstance(await self._ledger.take(taking, [self._kind.limit]), Taken)
            except StoreUnavailableError:
                self.outcome.retried += 1


async def attempts(url: str, kind: str, job_ids: Iterable[int]) -> Outcome:
    """Make attempts on a database, once a line has come in."""
    async with AsyncExitStack() as stack:
        database = await joined(url, stack)
        writer = await stack.enter_async_context(open_writer(database))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        trying = Attempts(StoredLedger(database, writer), KINDS[kind])
        await trying.make(job_ids)
        return trying.outcome


async def joined(url: str, stack: AsyncExitStack) -> Database:
    while True:
        try:
            return await stack.enter_async_context(open_together(url))
        except StoreUnavailableError:
            continue


def open_together(url: str) -> AbstractAsyncContextManager[Database]:
    """Open a database for several processes; a file too, which the bot itself doesn't share."""
    place = read_database_url(url)
    if isinstance(place, SqliteFile):
        return open_shared_sqlite(place.path)
    return open_database(place)


if __name__ == "__main__":
    address, kind, first_id, count = sys.argv[1:]
    ids = range(int(first_id), int(first_id) + int(count))
    sys.stdout.write(json.dumps(asdict(asyncio.run(attempts(address, kind, ids)))) + "\n")
