"""Whether the bot's user may use a folder and what lies in it; if not, why, and what mends that.

A container's volume often belongs to somebody else: to root, or to the user of an earlier start.
What SQLite says then is no more than that it can't open the file.
"""

import os
import shlex
import sys
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

# SQLite keeps these beside the file, and we the last.
_BESIDE = ("", "-wal", "-shm", ".lock")


class Obstacle(Enum):
    """Why a place can't be used."""

    READ_ONLY = auto()
    MISSING = auto()
    CLOSED = auto()
    SYSTEMS = auto()
    FOREIGN = auto()


class Shut(NamedTuple):
    """A place that this process may not use.

    Attributes
    ----------
    place
        What was found shut: the folder, a file in it, or the nearest above it that is there.
    folder
        Where the bot wants to keep things, without links on the way to it.
    owner, user
        Whose the place is and who we are, as user and group.
    """

    place: Path
    folder: Path
    obstacle: Obstacle
    owner: tuple[int, int]
    user: tuple[int, int]


def what_is_shut(folder: Path, files: str | None = None) -> Shut | None:
    """Find what keeps this process from using a folder, and a database's files of a name in it.

    ``None`` where nothing is in the way, or on Windows, whose rights are of another kind.
    """
    if sys.platform == "win32":
        return None
    folder = folder.absolute().resolve()
    place = _first_that_is_shut(folder, files)
    if place is None:
        return None
    found, user = place.stat(), (os.geteuid(), os.getegid())
    owner = (found.st_uid, found.st_gid)
    return Shut(place, folder, _obstacle(place, folder, ours=owner[0] == user[0]), owner, user)


def _first_that_is_shut(folder: Path, files: str | None) -> Path | None:
    standing = nearest(folder)
    if not standing.is_dir() or not _may(standing, os.R_OK | os.W_OK | os.X_OK):
        return standing
    beside = [] if files is None else [folder / f"{files}{ending}" for ending in _BESIDE]
    shut = (file for file in beside if is_there(file) and not _may(file, os.R_OK | os.W_OK))
    return next(shut, None)


def nearest(path: Path) -> Path:
    """Give the path, or where nothing is there the nearest above it, in which it would be made."""
    absolute = path.absolute()
    return next(place for place in (absolute, *absolute.parents) if is_there(place))


def is_there(path: Path) -> bool:
    """Tell whether something is there, as far as we are let look."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _obstacle(place: Path, folder: Path, *, ours: bool) -> Obstacle:
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        return Obstacle.READ_ONLY
    if ours:
        return Obstacle.CLOSED
    if place in folder.parents:
        return Obstacle.MISSING
    return Obstacle.SYSTEMS if _is_the_systems(folder) else Obstacle.FOREIGN


def _is_the_systems(folder: Path) -> bool:
    """Tell whether more than the bot's own may lie in it, such as in /etc."""
    return len(folder.parts) <= len(("/", "etc")) and not folder.is_mount()


def obstacle_to_writing(path: Path) -> str | None:
    """Say what keeps this process from writing a file and beside it, and what mends that.

    Returns
    -------
    str | None
        Sentences for whoever hosts; ``None`` where nothing is in the way.
    """
    shut = what_is_shut(path.parent, path.name)
    return None if shut is None else _sentences(shut)


def _sentences(shut: Shut) -> str:
    (owner, _), (user, group) = shut.owner, shut.user
    folder = shlex.quote(str(shut.folder))
    foreign = f"{shut.place} belongs to user {owner}, and the bot runs as user {user}."
    match shut.obstacle:
        case Obstacle.READ_ONLY:
            return (
                f"{shut.place} is on a file system that is mounted read-only. Mount it for writing."
            )
        case Obstacle.MISSING:
            return f"{foreign} As root: install -d -o {user} -g {group} {folder}"
        case Obstacle.CLOSED:
            opened = f"chmod u+rwX {shlex.quote(str(shut.place))}"
            return f"{shut.place} is closed to its own user. Open it: {opened}"
        case Obstacle.SYSTEMS:
            return f"{foreign} Set another DATABASE_URL."
        case Obstacle.FOREIGN:
            return f"{foreign} As root: chown -R {user}:{group} {folder}"


def may_write(place: Path) -> bool:
    """Tell whether this process may write to a place that is there."""
    return _may(place, os.W_OK)


def _may(place: Path, rights: int) -> bool:
    known = os.access in os.supports_effective_ids
    return os.access(place, rights, effective_ids=known)


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
