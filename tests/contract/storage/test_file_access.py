"""What keeps a file from being written is told with the command that mends it."""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.findings import Cause
from bot.presentation.check_words import said
from bot.storage.copies import Reason, make_copy
from bot.storage.database import DatabaseUnusableError
from bot.storage.file_access import give_to_owner_of_folder, obstacle_to_writing
from bot.storage.opening import open_database
from bot.storage.place_check import check_folder
from bot.storage.restoring import restore
from bot.storage.urls import SqliteFile
from tests.contract.storage.conftest import BUSY_S

SOMEBODY = 4242
NOW = datetime(2026, 1, 31, 12, 30, 1, tzinfo=UTC)
NEEDS_ROOT = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become somebody else"
)


@contextmanager
def another_user() -> Iterator[None]:
    """Be somebody without rights for a while."""
    # They may not even be let read this interpreter's own library, in its owner's home.
    importlib.import_module("bot.storage.migrations.climbing")
    os.setegid(SOMEBODY)
    os.seteuid(SOMEBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def owners_in(folder: Path) -> dict[str, tuple[int, int]]:
    found = {path.name: path.stat() for path in folder.rglob("*")}
    return {name: (stat.st_uid, stat.st_gid) for name, stat in found.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty folder to which everybody finds the way."""
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    tmp_path.chmod(0o755)
    made = tmp_path / "data"
    made.mkdir()
    return made


def test_nothing_is_in_the_way_of_a_folder_of_our_own(folder: Path) -> None:
    assert obstacle_to_writing(folder / "bot.sqlite3") is None


def test_nothing_is_in_the_way_of_a_folder_that_can_be_made(folder: Path) -> None:
    assert obstacle_to_writing(folder / "deeper" / "still" / "bot.sqlite3") is None


@NEEDS_ROOT
def test_a_folder_of_somebody_else_is_told_with_the_line_that_mends_it(folder: Path) -> None:
    with another_user():
        told = obstacle_to_writing(folder / "bot.sqlite3")

    assert told == (
        f"{folder} belongs to user 0, and the bot runs as user {SOMEBODY}."
        f" As root: chown -R {SOMEBODY}:{SOMEBODY} {folder}"
    )


@NEEDS_ROOT
def test_a_file_of_somebody_else_in_a_folder_of_our_own_is_told(folder: Path) -> None:
    (folder / "bot.sqlite3.lock").touch()
    os.chown(folder, SOMEBODY, SOMEBODY)
    with another_user():
        told = obstacle_to_writing(folder / "bot.sqlite3")

    assert told is not None
    assert told.startswith(f"{folder}/bot.sqlite3.lock belongs to user 0")
    assert told.endswith(f"chown -R {SOMEBODY}:{SOMEBODY} {folder}")


@NEEDS_ROOT
def test_the_line_mends_it(folder: Path) -> None:
    (folder / "bot.sqlite3").touch()
    for place in (folder, folder / "bot.sqlite3"):
        os.chown(place, SOMEBODY, SOMEBODY)

    with another_user():
        assert obstacle_to_writing(folder / "bot.sqlite3") is None


@NEEDS_ROOT
def test_a_folder_that_is_not_there_is_made_and_nothing_above_it_changes_hands(
    folder: Path,
) -> None:
    with another_user():
        told = obstacle_to_writing(folder / "new" / "bot.sqlite3")

    assert told is not None
    assert told.endswith(f"install -d -o {SOMEBODY} -g {SOMEBODY} {folder}/new")


@NEEDS_ROOT
def test_a_folder_of_the_system_never_changes_hands() -> None:
    with another_user():
        told = obstacle_to_writing(Path("/etc/bot.sqlite3"))

    assert told == (
        f"/etc belongs to user 0, and the bot runs as user {SOMEBODY}. Set another DATABASE_URL."
    )


@NEEDS_ROOT
def test_the_check_tells_to_hand_over_no_folder_of_the_system_either() -> None:
    with another_user():
        finding = check_folder(Path("/etc"), Path("/etc/bot.sqlite3"))

    assert finding.cause is Cause.FOLDER_OF_SYSTEM
    assert "chown" not in said(finding).how


@NEEDS_ROOT
@pytest.mark.parametrize("file", ["bot.sqlite3", "new/bot.sqlite3"])
def test_the_check_and_a_start_find_the_same_place_shut(folder: Path, file: str) -> None:
    path = folder / file
    with another_user():
        finding, told = check_folder(path.parent, path), obstacle_to_writing(path)

    assert told is not None
    assert told.startswith(f"{finding.facts['shut']} belongs to user 0")


@NEEDS_ROOT
@pytest.mark.parametrize("file", ["bot.sqlite3", "new/bot.sqlite3"])
def test_a_folder_that_is_closed_to_its_own_user_is_told_as_such(folder: Path, file: str) -> None:
    os.chown(folder, SOMEBODY, SOMEBODY)
    folder.chmod(0o555)
    with another_user():
        told = obstacle_to_writing(folder / file)

    assert told == f"{folder} is closed to its own user. Open it: chmod u+rwX {folder}"


@NEEDS_ROOT
async def test_opening_a_database_of_somebody_else_ends_in_that_sentence(folder: Path) -> None:
    with another_user(), pytest.raises(DatabaseUnusableError) as refused:
        async with open_database(SqliteFile(folder / "bot.sqlite3"), patience_s=BUSY_S):
            pass

    assert str(refused.value) == (
        f"The database {folder}/bot.sqlite3 can't be written to."
        f" {folder} belongs to user 0, and the bot runs as user {SOMEBODY}."
        f" As root: chown -R {SOMEBODY}:{SOMEBODY} {folder}"
    )


@NEEDS_ROOT
async def test_what_root_copies_and_restores_is_still_the_bots_own(folder: Path) -> None:
    os.chown(folder, SOMEBODY, SOMEBODY)
    file = folder / "bot.sqlite3"
    with another_user():
        async with open_database(SqliteFile(file), patience_s=BUSY_S):
            pass
    (folder / "bot.sqlite3.lock").unlink(missing_ok=True)

    restore(file, make_copy(file, Reason.ASKED, NOW), NOW)

    owners = owners_in(folder)
    assert owners.keys() >= {"backups", "bot.sqlite3", "bot.sqlite3.lock"}
    assert set(owners.values()) == {(SOMEBODY, SOMEBODY)}


@NEEDS_ROOT
async def test_a_copy_in_a_place_that_cannot_be_written_to_is_restored(
    folder: Path, tmp_path: Path
) -> None:
    file = folder / "bot.sqlite3"
    async with open_database(SqliteFile(file), patience_s=BUSY_S):
        copy = make_copy(file, Reason.ASKED, NOW)
    elsewhere = tmp_path / "restored"
    elsewhere.mkdir()
    os.chown(elsewhere, SOMEBODY, SOMEBODY)
    copy.parent.chmod(0o555)
    copy.chmod(0o444)

    with another_user():
        done = restore(elsewhere / "bot.sqlite3", copy, NOW)

    assert done.source == copy
    assert (elsewhere / "bot.sqlite3").is_file()


@NEEDS_ROOT
def test_a_link_in_a_folder_of_somebody_else_hands_nothing_over(
    folder: Path, tmp_path: Path
) -> None:
    os.chown(folder, SOMEBODY, SOMEBODY)
    (tmp_path / "secret").touch()
    link = folder / "bot.sqlite3.lock"
    link.symlink_to(tmp_path / "secret")

    give_to_owner_of_folder(link)

    assert (tmp_path / "secret").stat().st_uid == 0
    assert link.lstat().st_uid == SOMEBODY
