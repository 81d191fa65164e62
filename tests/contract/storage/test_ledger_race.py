"""Several processes against one limit: what is granted is exactly what may be had.

``LEDGER_ATTEMPTS`` sets how many they try, all together.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.contract.storage.attempts import open_together
from tests.contract.storage.databases import Postgres
from tests.meta.sources import ROOT

ATTEMPTS = int(os.environ.get("LEDGER_ATTEMPTS", "1200"))
PROCESSES = 4


async def granted_to_a_process(url: str, kind: str, number: int) -> int:
    share = ATTEMPTS // PROCESSES
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.contract.storage.attempts",
        url,
        kind,
        str(number * share + 1),
        str(share),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    sys.stdout.write(f"process {number}: {output.decode()}")
    return int(output.split()[0])


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.sqlite3"
    server = request.getfixturevalue("postgres")
    assert isinstance(server, Postgres)
    return server.new_database()


@pytest.mark.parametrize(("kind", "exactly"), [("pictures", 300), ("dollars", 60)])
async def test_four_processes_get_exactly_what_the_limit_allows(
    url: str, kind: str, exactly: int
) -> None:
    async with open_together(url):
        pass

    granted = await asyncio.gather(
        *(granted_to_a_process(url, kind, number) for number in range(PROCESSES))
    )

    assert sum(granted) == exactly
