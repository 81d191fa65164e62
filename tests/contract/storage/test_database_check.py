"""What the check says of a database, on both kinds, and that it leaves it as it is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from bot.domain.errors import StoreUnavailableError
from bot.domain.findings import Cause, Verdict
from bot.storage.database_check import check_database, schema_at
from bot.storage.migrations import migrate, newest_step
from bot.storage.opening import open_database
from bot.storage.urls import DatabasePlace, SqliteFile, read_database_url
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.schema_steps import of_tomorrow, wipe

OLDER = "0003"


def older(connection: Connection) -> None:
    wipe(connection)
    migrate(connection, OLDER)


def tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


async def left(place: DatabasePlace, change: Callable[[Connection], None]) -> None:
    async with open_database(place, patience_s=BUSY_S) as database:
        await database.write(change)


async def test_an_empty_place_is_well_and_stays_empty(place: DatabasePlace) -> None:
    assert (await check_database(place)).cause is Cause.DATABASE_NEW
    assert await schema_at(place) is None


async def test_a_database_of_today_is_well(place: DatabasePlace) -> None:
    await left(place, lambda _: None)

    finding = await check_database(place)

    assert (finding.cause, finding.facts["found"]) == (Cause.DATABASE_WELL, newest_step())


async def test_an_older_one_is_well_and_is_not_brought_up(place: DatabasePlace) -> None:
    await left(place, older)

    finding = await check_database(place)

    assert (finding.cause, finding.facts["found"]) == (Cause.DATABASE_OLDER, OLDER)
    assert await schema_at(place) == OLDER


@pytest.mark.parametrize(
    ("step", "verdict"), [("9999", Verdict.MEND), ("9999-from-0001", Verdict.LOOK)]
)
async def test_a_newer_one_is_told_as_it_would_be_treated(
    place: DatabasePlace, step: str, verdict: Verdict
) -> None:
    await left(place, partial(of_tomorrow, step=step))

    assert (await check_database(place)).verdict is verdict


async def test_one_that_is_in_use_is_read_beside_its_bot(place: DatabasePlace) -> None:
    async with open_database(place, patience_s=BUSY_S) as database:
        await database.write(lambda connection: connection.execute(text("SELECT 1")))

        assert (await check_database(place)).cause is Cause.DATABASE_WELL
        assert await database.read(tables)


@pytest.mark.parametrize("url", ["postgresql://ada@/p?host=/nowhere", "sqlite:////dev/null/a.db"])
async def test_one_that_cannot_be_reached_is_told_in_the_words_of_a_start(url: str) -> None:
    place = read_database_url(url)

    finding = await check_database(place)

    assert finding.cause is Cause.DATABASE_TROUBLE
    with pytest.raises(StoreUnavailableError) as refused:
        await schema_at(place)
    assert finding.facts["trouble"] == refused.value.trouble.value


async def test_a_file_that_is_broken_inside_is_damaged(tmp_path: Path) -> None:
    place = SqliteFile(tmp_path / "bot.sqlite3")
    await left(place, lambda _: None)
    break_inside(place.path)

    assert (await check_database(place)).verdict is Verdict.MEND


def break_inside(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[5000:60000] = bytes(55000)
    file.write_bytes(content)
