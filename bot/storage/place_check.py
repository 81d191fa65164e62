"""Whether the place where the bot keeps things can be used: whose it is, how full, on what.

Nothing is written to find it out. What isn't there yet is judged by the folder in which it will
be made.
"""

import os
import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from bot.domain.findings import Cause, Finding, Subject, Verdict, mend, well

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
_BESIDE = ("", "-wal", "-shm", ".lock")


def check_folder(folder: Path, files: Path | None = None) -> Finding:
    """Tell whether the bot's user may write to a folder, and to the files of a database in it."""
    if sys.platform == "win32":
        return well(Subject.FOLDER, Cause.FOLDER_OURS, path=str(folder))
    shut = _first_that_is_shut(folder, files)
    if shut is None:
        return well(Subject.FOLDER, Cause.FOLDER_OURS, path=str(folder.absolute()))
    return mend(Subject.FOLDER, _why(shut, folder), **_facts(folder, shut))


def _first_that_is_shut(folder: Path, files: Path | None) -> Path | None:
    standing = _standing(folder)
    if not standing.is_dir() or not _may(standing, os.R_OK | os.W_OK | os.X_OK):
        return standing
    beside = [] if files is None else [files.with_name(files.name + end) for end in _BESIDE]
    shut = (file for file in beside if is_there(file) and not _may(file, os.R_OK | os.W_OK))
    return next(shut, None)


def _may(path: Path, rights: int) -> bool:
    return os.access(path, rights, effective_ids=True)


def _standing(path: Path) -> Path:
    """Find the nearest that is there."""
    absolute = path.absolute()
    return next(place for place in (absolute, *absolute.parents) if is_there(place))


def is_there(path: Path) -> bool:
    """Tell whether something is there, as far as we are let look."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _why(shut: Path, folder: Path) -> Cause:
    if os.statvfs(shut).f_flag & os.ST_RDONLY:
        return Cause.FOLDER_MOUNTED_READ_ONLY
    if shut in folder.absolute().parents:
        return Cause.FOLDER_MISSING
    return Cause.FOLDER_SHUT if shut.stat().st_uid == os.geteuid() else Cause.FOLDER_FOREIGN


def _facts(folder: Path, shut: Path) -> dict[str, str | int]:
    found = shut.stat()
    return {
        "path": str(folder.absolute()),
        "quoted": shlex.quote(str(folder.absolute())),
        "shut": str(shut),
        "owner": f"{found.st_uid}:{found.st_gid}",
        "user": f"{os.geteuid()}:{os.getegid()}",
    }


def check_disk(folder: Path, file: Path | None = None) -> Finding:
    """Tell whether there is room for what comes."""
    standing = _standing(folder)
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
        kind = kind_of(_standing(file), mounts.read_text(encoding="utf-8"))
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
