"""A process of its own that tries to take pictures: ``python -m`` with an address and numbers.

It says how many it got, and the longest that it waited for an answer.
"""

import asyncio
import sys
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime

from bot.domain.errors import StoreUnavailableError
from bot.domain.ledgers import HOST_ACCOUNT, Holder, Limit, Measure, Taken, Taking
from bot.storage.database import Database
from bot.storage.ledger import StoredLedger
from bot.storage.opening import open_database
from bot.storage.sqlite import open_shared_sqlite
from bot.storage.urls import SqliteFile, read_database_url
from bot.storage.writer import open_writer

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SERVER = 1
PRICE = 50_000
AT_A_TIME = 100
LIMITS = {
    "pictures": (Limit(Holder(SERVER), Measure.PICTURES_A_DAY, 300),),
    "dollars": (Limit(HOST_ACCOUNT, Measure.MICRODOLLARS_A_DAY, 3_000_000),),
}


async def attempts(url: str, kind: str, first_id: int, count: int) -> tuple[int, float]:
    """Try a number of times, many at once; give how often it worked, and the longest wait."""
    turns = asyncio.Semaphore(AT_A_TIME)
    longest_s = 0.0

    async def attempt(job_id: int) -> bool:
        nonlocal longest_s
        taking = Taking(job_id, SERVER, job_id % 50 + 1, "a/b", NOW, PRICE)
        async with turns:
            began = time.perf_counter()
            taken = await until_answered(taking)
            longest_s = max(longest_s, time.perf_counter() - began)
            return taken

    async def until_answered(taking: Taking) -> bool:
        while True:
            try:
                return isinstance(await ledger.take(taking, LIMITS[kind]), Taken)
            except StoreUnavailableError:
                continue

    async with AsyncExitStack() as stack:
        database = await joined(url, stack)
        writer = await stack.enter_async_context(open_writer(database))
        ledger = StoredLedger(database, writer)
        jobs = range(first_id, first_id + count)
        return sum(await asyncio.gather(*map(attempt, jobs))), longest_s


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
    granted, longest_s = asyncio.run(attempts(address, kind, int(first_id), int(count)))
    sys.stdout.write(f"{granted} {longest_s:.3f}\n")
