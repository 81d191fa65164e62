"""Every test of a store runs on both databases; what differs between them has files of its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.opening import open_database
from bot.storage.urls import DatabasePlace, read_database_url
from tests.contract.storage.databases import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> DatabasePlace:
    """An address where nothing is yet."""
    if request.param == "sqlite":
        return read_database_url(f"sqlite:///{tmp_path}/bot.sqlite3")
    server: Postgres = request.getfixturevalue("postgres")
    return read_database_url(server.new_database())


@pytest.fixture
async def database(place: DatabasePlace) -> AsyncIterator[Database]:
    async with open_database(place) as database:
        yield database
