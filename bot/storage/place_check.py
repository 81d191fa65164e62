"""Whether the place where the bot keeps things can be used: whose it is, how full, on what.

Nothing is written to find it out. What isn't there yet is judged by the folder in which it will
be made.
"""

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bot.domain.findings import Cause, Finding, Subject, Verdict, mend, well
from bot.storage.file_access import Obstacle, Shut, is_there, nearest, what_is_shut

MOUNTS = Path("/proc/self/mountinfo")
# Room for the pictures that are under way, and for twice the database: itself and a copy.
_ROOM_MIN_BYTES = 100_000_000
_MEGABYTE = 1_000_000
# Where write-ahead logging doesn't work (https://www.sqlite.org/wal.html): its index is shared
# memory, which these don't share between machines.
_REMOTE = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"}
    | {"smb2", "smb3", "smbfs"}
    | {f"fuse.{name}" for name in ("gcsfuse", "glusterfs", "rclone", "s3fs", "sshfs")}
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def check_folder(folder: Path, files: Path | None = None) -> Finding:
    """Tell whether the bot's user may write to a folder, and to the files of a database in it."""
    shut = what_is_shut(folder, None if files is None else files.name)
    if shut is None:
        return well(Subject.FOLDER, Cause.FOLDER_OURS, path=str(folder.absolute()))
    return mend(Subject.FOLDER, _CAUSES[shut.obstacle], **_facts(shut))


_CAUSES: Mapping[Obstacle, Cause] = {
    Obstacle.READ_ONLY: Cause.FOLDER_MOUNTED_READ_ONLY,
    Obstacle.MISSING: Cause.FOLDER_MISSING,
    Obstacle.CLOSED: Cause.FOLDER_SHUT,
    Obstacle.SYSTEMS: Cause.FOLDER_OF_SYSTEM,
    Obstacle.FOREIGN: Cause.FOLDER_FOREIGN,
}


def _facts(shut: Shut) -> dict[str, str | int]:
    return {
        "path": str(shut.folder),
        "quoted": shlex.quote(str(shut.folder)),
        "shut": str(shut.place),
        "quoted_shut": shlex.quote(str(shut.place)),
        "owner": "{}:{}".format(*shut.owner),
        "user": "{}:{}".format(*shut.user),
    }


def check_disk(folder: Path, file: Path | None = None) -> Finding:
    """Tell whether there is room for what comes."""
    standing = nearest(folder)
    needed = max(_ROOM_MIN_BYTES, 2 * _size_bytes(file))
    room = _room(standing)
    if room.files and room.bytes_free >= needed:
        return well(Subject.DISK, Cause.DISK_ROOMY, free_mb=room.bytes_free / _MEGABYTE)
    return mend(
        Subject.DISK,
        Cause.DISK_FULL,
        path=str(standing),
        free_mb=room.bytes_free / _MEGABYTE,
        needed_mb=needed / _MEGABYTE,
    )


class _Room(NamedTuple):
    bytes_free: int
    files: bool


def _room(folder: Path) -> _Room:
    if sys.platform == "win32":
        return _Room(sys.maxsize, files=True)
    found = os.statvfs(folder)
    # Some file systems count no files at all.
    return _Room(found.f_bavail * found.f_frsize, files=not found.f_files or found.f_favail > 0)


def _size_bytes(file: Path | None) -> int:
    return file.stat().st_size if file is not None and is_there(file) else 0


def check_file_system(file: Path, mounts: Path = MOUNTS) -> Finding:
    """Tell whether a database's file is on a disk of this machine."""
    try:
        kind = kind_of(nearest(file), mounts.read_text(encoding="utf-8"))
    except OSError:
        # Only Linux tells.
        return Finding(Subject.FILE_SYSTEM, Verdict.SKIPPED, Cause.FILE_SYSTEM_UNKNOWN)
    if kind in _REMOTE:
        return mend(
            Subject.FILE_SYSTEM, Cause.FILE_SYSTEM_REMOTE, kind=kind, path=str(file.absolute())
        )
    return well(Subject.FILE_SYSTEM, Cause.FILE_SYSTEM_LOCAL, kind=kind)


def kind_of(path: Path, mounts: str) -> str:
    """Name the kind of file system that a path is on, as the kernel's list of mounts has it."""
    resolved = path.resolve()
    ways_up = {resolved, *resolved.parents}
    found = [mount for mount in map(_mount, mounts.splitlines()) if mount.point in ways_up]
    # Of two on one point the later one covers the earlier, and sorting keeps their order.
    found.sort(key=lambda mount: len(mount.point.parts))
    return found[-1].kind if found else ""


class _Mount(NamedTuple):
    point: Path
    kind: str


def _mount(line: str) -> _Mount:
    """Read a line; see ``proc_pid_mountinfo(5)``."""
    before, _, after = line.partition(" - ")
    point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])
    return _Mount(Path(point), after.split(" ")[0])
