"""Several processes against one limit: what is granted is exactly what may be had.

The bot keeps a SQLite file to one process by a lock beside it. Here the file is opened without that
lock, so that it is the database itself that decides. How many attempts are made, by all processes
together, and how many at a time, by each of them, is for the environment to say; ``-s`` shows how
each process fared. Ten thousand at the same moment::

    LEDGER_ATTEMPTS=10000 LEDGER_AT_A_TIME=2500 pytest -s tests/contract/storage/test_ledger_race.py
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.ledgers import HOST_ACCOUNT, Account, Holder
from bot.storage.ledger import StoredLedger
from bot.storage.writer import open_writer
from tests.contract.storage.attempts import NOW, SERVER, Outcome, open_together
from tests.contract.storage.databases import Postgres
from tests.meta.sources import ROOT

ATTEMPTS = int(os.environ.get("LEDGER_ATTEMPTS", "1200"))
PROCESSES = 4
SHARE = ATTEMPTS // PROCESSES
READY_S = 30


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[Process]:
    module = "tests.contract.storage.attempts"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def raced(url: str, kind: str, number: int, line: asyncio.Barrier) -> Outcome:
    """Let a process try its share, once all of them are ready."""
    async with started(url, kind, str(number * SHARE + 1), str(SHARE)) as process:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), READY_S) == b"ready\n"
        await line.wait()
        output, _ = await process.communicate(b"go\n")
        sys.stdout.write(f"process {number}: {output.decode()}")
        return Outcome(**json.loads(output))


async def booked(url: str) -> tuple[Account, Account, int]:
    """Give the server's account, the host's, and how many jobs were written down."""
    async with open_together(url) as database, open_writer(database) as writer:
        ledger = StoredLedger(database, writer)
        lines = await ledger.usage(SERVER, NOW.date())
        accounts = [await ledger.account(of, NOW) for of in (Holder(SERVER), HOST_ACCOUNT)]
        return accounts[0], accounts[1], sum(line.pictures for line in lines)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.sqlite3"
    server = request.getfixturevalue("postgres")
    assert isinstance(server, Postgres)
    return server.new_database()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("kind", "exactly"), [("pictures", 300), ("dollars", 60), ("unknown", 60)])
async def test_four_processes_get_exactly_what_the_limit_allows(
    url: str, kind: str, exactly: int
) -> None:
    async with open_together(url):
        pass

    line = asyncio.Barrier(PROCESSES)
    outcomes = await asyncio.gather(*(raced(url, kind, n, line) for n in range(PROCESSES)))

    assert sum(outcome.granted for outcome in outcomes) == exactly
    assert sum(outcome.refused for outcome in outcomes) == SHARE * PROCESSES - exactly
    server, host, written_down = await booked(url)
    assert (server.day_pictures, host.day_pictures, written_down) == (exactly,) * 3
