"""The lines that docs/backup.md gives for a server, as they stand there, on a server."""

import os
import re
import subprocess
from pathlib import Path

from bot.domain.journal import Step
from bot.storage.journal import StoredJournal
from bot.storage.opening import open_database
from bot.storage.urls import read_database_url
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.databases import Postgres
from tests.contract.storage.entries import accepted, an_entry, running

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "backup.md"


def lines_of(program: str) -> str:
    """Give the block of the document that begins with a program."""
    found = re.search(
        rf"```sh\n({program} .*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def run(postgres: Postgres, url: str, folder: Path, program: str) -> None:
    environment = {"PATH": f"{postgres.server.bin_path}:{os.environ['PATH']}", "DATABASE_URL": url}
    subprocess.run(  # noqa: S603  the lines are ours
        ["/bin/sh", "-euc", lines_of(program)], cwd=folder, env=environment, check=True
    )


async def test_a_dump_is_restored_and_what_was_under_way_in_it_is_closed(
    postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.new_database()
    place = read_database_url(url)
    async with (
        open_database(place, patience_s=BUSY_S) as database,
        open_writer(database, 30) as writer,
    ):
        journal = StoredJournal(database, writer)
        await accepted(journal, an_entry(1))
        await running(journal, an_entry(2), "task-2")
        run(postgres, url, tmp_path, "pg_dump")
        await accepted(journal, an_entry(3))

    run(postgres, url, tmp_path, "pg_restore")
    run(postgres, url, tmp_path, "psql")

    async with (
        open_database(place, patience_s=BUSY_S) as database,
        open_writer(database, 30) as writer,
    ):
        journal = StoredJournal(database, writer)
        entries = [await journal.get(job_id) for job_id in (1, 2, 3)]
    assert [entry and (entry.open, entry.step) for entry in entries] == [
        (False, Step.INTERRUPTED),
        (False, Step.INTERRUPTED),
        None,
    ]
