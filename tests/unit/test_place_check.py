"""Where a path is, as the kernel's list of mounts has it, and what is said of a place."""

from pathlib import Path

import pytest

from bot.domain.findings import Cause, Verdict
from bot.storage.place_check import check_disk, check_file_system, check_folder, kind_of

MOUNTS = r"""
21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 21 0:30 / /srv rw - nfs4 files:/srv rw
31 30 0:31 / /srv/local\040disk rw - xfs /dev/vdb rw
32 21 0:32 / /srv2 rw - tmpfs tmpfs rw
33 21 0:33 / /twice rw - ext4 /dev/vdc rw
34 33 0:34 / /twice rw master:1 - cifs //files/share rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/bot/data", "ext4"),
        ("/srv/bot/data.sqlite3", "nfs4"),
        ("/srv/local disk/data.sqlite3", "xfs"),
        ("/srv2/data", "tmpfs"),
        ("/twice/data", "cifs"),
    ],
)
def test_the_nearest_mount_above_a_path_tells_what_it_is_on(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("kind", ["nfs", "cifs", "9p", "fuse.sshfs"])
def test_a_network_file_system_is_no_place_for_a_file(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"36 21 0:41 / / rw - {kind} far rw\n", encoding="utf-8")

    finding = check_file_system(tmp_path / "bot.sqlite3", mounts)

    assert (finding.verdict, finding.facts["kind"]) == (Verdict.MEND, kind)


def test_a_system_that_tells_nothing_of_mounts_is_no_mistake(tmp_path: Path) -> None:
    finding = check_file_system(tmp_path / "bot.sqlite3", tmp_path / "nothing")

    assert finding.verdict is Verdict.SKIPPED


def test_what_is_not_there_yet_is_judged_by_where_it_will_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    assert check_folder(folder, folder / "bot.sqlite3").cause is Cause.FOLDER_OURS
    assert check_disk(folder).verdict is Verdict.WELL
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_found(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()

    assert check_folder(file).verdict is Verdict.MEND


def test_room_for_a_copy_of_the_database_counts(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    with file.open("wb") as sparse:
        sparse.truncate(1 << 43)

    finding = check_disk(tmp_path, file)

    assert finding.cause is Cause.DISK_FULL
