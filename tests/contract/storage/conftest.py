"""Every test of a store runs on both databases; what differs between them has files of its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.observability.clock import SystemClock
from bot.storage.audit import StoredAudit
from bot.storage.database import Database
from bot.storage.journal import StoredJournal
from bot.storage.ledger import StoredLedger
from bot.storage.line import StoredLine
from bot.storage.member_records import StoredMemberRecords
from bot.storage.opening import open_database
from bot.storage.policies import StoredPolicies
from bot.storage.retention import StoredRetention
from bot.storage.urls import DatabasePlace, read_database_url
from bot.storage.writer import JournalWriter, open_writer
from tests.contract.storage.databases import Postgres, running_postgres
from tests.contract.storage.policies import HOST_DEFAULT

# What these tests are about isn't how fast a busy machine is.
BUSY_S = 30.0


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabasePlace]:
    """An address where nothing is yet."""
    if request.param == "sqlite":
        yield read_database_url(f"sqlite:///{tmp_path}/bot.sqlite3")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.lent_database() as address:
        yield read_database_url(address)


@pytest.fixture
async def database(place: DatabasePlace) -> AsyncIterator[Database]:
    async with open_database(place, patience_s=BUSY_S) as database:
        yield database


@pytest.fixture
async def stores_writer(database: Database) -> AsyncIterator[JournalWriter]:
    """One writer for all stores of a test."""
    async with open_writer(database, BUSY_S) as writer:
        yield writer


@pytest.fixture
def ledger(database: Database, stores_writer: JournalWriter) -> StoredLedger:
    return StoredLedger(database, stores_writer)


@pytest.fixture
def journal(database: Database, stores_writer: JournalWriter) -> StoredJournal:
    return StoredJournal(database, stores_writer)


@pytest.fixture
def line(database: Database, stores_writer: JournalWriter) -> StoredLine:
    return StoredLine(database, stores_writer)


@pytest.fixture
def audit(database: Database, stores_writer: JournalWriter) -> StoredAudit:
    return StoredAudit(database, stores_writer)


@pytest.fixture
def policies(database: Database, stores_writer: JournalWriter) -> StoredPolicies:
    return StoredPolicies(database, stores_writer, SystemClock(), HOST_DEFAULT)


@pytest.fixture
def records(database: Database, stores_writer: JournalWriter) -> StoredMemberRecords:
    return StoredMemberRecords(database, stores_writer)


@pytest.fixture
def retention(database: Database, stores_writer: JournalWriter) -> StoredRetention:
    return StoredRetention(database, stores_writer)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """All that is sent to any database from now on."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)
