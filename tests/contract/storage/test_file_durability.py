"""What is kept in a file stays kept when the power goes."""

from pathlib import Path

from sqlalchemy import Connection, text

from bot.storage.opening import open_database
from bot.storage.urls import SqliteFile
from tests.contract.storage.conftest import BUSY_S

# https://www.sqlite.org/pragma.html#pragma_synchronous
FULL = 2


def synchronous(connection: Connection) -> int:
    return connection.execute(text("PRAGMA synchronous")).scalar_one()


async def test_a_change_is_on_the_disk_before_anybody_is_told(tmp_path: Path) -> None:
    async with open_database(SqliteFile(tmp_path / "bot.sqlite3"), patience_s=BUSY_S) as file:
        assert await file.write(synchronous) == FULL
