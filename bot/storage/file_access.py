"""Why a file can't be written to, and the command that mends it.

A container's volume often belongs to somebody else: to root, or to the user of an earlier start.
What SQLite says then is no more than that it can't open the file.
"""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# SQLite keeps these beside the file, and we the last.
_BESIDE = ("", "-wal", "-shm", ".lock")


def obstacle_to_writing(path: Path) -> str | None:
    """Say what keeps this process from writing a file and beside it, and what mends that.

    Returns
    -------
    str | None
        Sentences for whoever hosts; ``None`` where nothing is in the way, or on Windows, whose
        rights are of another kind.
    """
    if sys.platform == "win32":
        return None
    folder = path.absolute().parent.resolve()
    for place in (_nearest(folder), *_existing(folder, path.name)):
        if not may_write(place):
            return _read_only(place) or _foreign(place, folder) or _closed(place)
    return None


def may_write(place: Path) -> bool:
    """Tell whether this process may write to a place that is there."""
    known = os.access in os.supports_effective_ids
    return os.access(place, os.W_OK, effective_ids=known)


def give_to_owner_of_folder(path: Path) -> None:
    """Let what root made belong to whom its folder belongs to, which is the bot's user.

    Else a copy that root made once would keep the bot from making its own beside it. Where root may
    not do so, it stays as it is.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    folder = path.absolute().parent.stat()
    with suppress(OSError):
        # A link that the folder's owner put there isn't followed: it might lead anywhere.
        os.chown(path, folder.st_uid, folder.st_gid, follow_symlinks=False)


def _nearest(folder: Path) -> Path:
    """Give the folder, or where there is none the one in which it would be made."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _existing(folder: Path, name: str) -> Iterator[Path]:
    files = (folder / f"{name}{ending}" for ending in _BESIDE)
    return (file for file in files if file.exists())


def _read_only(place: Path) -> str | None:
    if not os.statvfs(place).f_flag & os.ST_RDONLY:
        return None
    return f"{place} is on a file system that is mounted read-only. Mount it for writing."


def _foreign(place: Path, folder: Path) -> str | None:
    owner, user, group = place.stat().st_uid, os.geteuid(), os.getegid()
    if owner == user:
        return None
    told = f"{place} belongs to user {owner}, and the bot runs as user {user}."
    if not folder.exists():
        return f"{told} As root: install -d -o {user} -g {group} {shlex.quote(str(folder))}"
    if _is_the_systems(folder):
        return f"{told} Set another DATABASE_URL."
    return f"{told} As root: chown -R {user}:{group} {shlex.quote(str(folder))}"


def _is_the_systems(folder: Path) -> bool:
    """Tell whether more than the bot's own may lie in it, such as in /etc."""
    return len(folder.parts) <= len(("/", "etc")) and not folder.is_mount()


def _closed(place: Path) -> str:
    return f"{place} is closed to its own user. Open it: chmod u+rwX {shlex.quote(str(place))}"
