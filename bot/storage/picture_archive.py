"""Pictures on disk, for as long as a server keeps them and there is room.

All changes are made by one thread, one after another, so that what is removed can't be written by
a write that was still under way, and so that a disk that stalls holds up nothing else. Whatever the
disk refuses is one line in the log until it works again: a picture must reach its member also where
no disk takes it.

Any number of processes may share a folder. Each looks at what is there and not at what it
remembers, so together they keep to the size, and are over it by a twentieth each at most.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.domain.pictures import Picture
from bot.storage import picture_files

T = TypeVar("T")

# No write takes so long, so what no list names by then was left by a process that was killed.
LEFTOVER_AFTER = timedelta(minutes=15)
# A job that began longer ago has long been written, so an empty folder of that time isn't needed.
_FOLDER_NEEDED_FOR = timedelta(days=1)
# How much may be written, as a part of all the room, before it is looked at again.
_LOOK_AFTER = 0.05

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ArchiveRoom:
    """How much is kept, and for how long.

    Attributes
    ----------
    max_bytes
        0 to keep nothing.
    """

    max_bytes: int
    kept_for: timedelta


class DiskPictures:
    """Fulfils ``PictureArchive``; made by :func:`open_picture_archive`."""

    def __init__(self, folder: Path, room: ArchiveRoom, thread: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._room = room
        self._thread = thread
        self._written_bytes = 0
        self._troubled: set[str] = set()

    async def keep(self, job_id: int, pictures: Sequence[Picture]) -> None:
        """Keep all pictures of a job, in their order, or none; a second call replaces the first."""
        size_bytes = sum(picture.size_bytes for picture in pictures)
        if pictures and size_bytes <= self._room.max_bytes:
            await self._done("kept", self._keep, job_id, tuple(pictures))

    async def find(self, job_id: int) -> Sequence[Picture]:
        """Give a job's pictures, each as a file; none where none are kept, or kept any more."""
        try:
            found = await asyncio.to_thread(picture_files.found, self._folder, job_id)
        except OSError as error:
            self._note("found", error)
            return ()
        self._troubled.discard("found")
        return found

    async def remove(self, job_ids: Collection[int]) -> None:
        """Let go of the pictures of these jobs."""
        if job_ids:
            await self._done("removed", self._remove, frozenset(job_ids))

    async def tidy(self, at: datetime) -> int:
        """Let go of what is too old and what is too much, and of what killed processes left."""
        return await self._done("tidied", self._tidy, at) or 0

    async def _done(self, what: str, work: Callable[..., T], *arguments: object) -> T | None:
        loop = asyncio.get_running_loop()
        try:
            result = await loop.run_in_executor(self._thread, work, *arguments)
        except OSError as error:
            self._note(what, error)
            return None
        self._troubled.discard(what)
        return result

    def _note(self, what: str, error: OSError) -> None:
        if what not in self._troubled:
            self._troubled.add(what)
            _log.warning("pictures on disk can't be %s: %s", what, error.strerror)

    def _keep(self, job_id: int, pictures: Sequence[Picture]) -> None:
        picture_files.write(self._folder, job_id, pictures)
        self._written_bytes += sum(picture.size_bytes for picture in pictures)
        if self._written_bytes > self._room.max_bytes * _LOOK_AFTER:
            self._make_room()

    def _remove(self, job_ids: frozenset[int]) -> None:
        by_folder: defaultdict[Path, set[int]] = defaultdict(set)
        for job_id in job_ids:
            by_folder[picture_files.hour_folder(self._folder, job_id)].add(job_id)
        _removed(by_folder)

    def _tidy(self, at: datetime) -> int:
        leftover_before_s = (at - LEFTOVER_AFTER).timestamp()
        gone = 0
        for folder in picture_files.hour_folders(self._folder):
            for job_id, files in picture_files.jobs_in(folder).items():
                if picture_files.asked_at(job_id) < at - self._room.kept_for:
                    gone += files.remove()
                else:
                    files.clear_leftovers(leftover_before_s)
        gone += self._make_room()
        self._remove_empty(at)
        return gone

    def _make_room(self) -> int:
        """Remove the oldest jobs until the rest has room."""
        self._written_bytes = 0
        jobs = [
            (folder, job_id, files.size_bytes)
            for folder in picture_files.hour_folders(self._folder)
            for job_id, files in picture_files.jobs_in(folder).items()
        ]
        over_bytes = sum(size_bytes for *_, size_bytes in jobs) - self._room.max_bytes
        gone: defaultdict[Path, set[int]] = defaultdict(set)
        for folder, job_id, size_bytes in jobs:
            if over_bytes > 0:
                gone[folder].add(job_id)
                over_bytes -= size_bytes
        return _removed(gone)

    def _remove_empty(self, at: datetime) -> None:
        needed_from = f"{at - _FOLDER_NEEDED_FOR:%Y%m%d%H}"
        for folder in picture_files.hour_folders(self._folder):
            if folder.name < needed_from:
                with suppress(OSError):
                    folder.rmdir()


def _removed(jobs: Mapping[Path, set[int]]) -> int:
    """Remove some jobs of some folders; tell how many were there."""
    return sum(
        files.remove()
        for folder, wanted in jobs.items()
        for job_id, files in picture_files.jobs_in(folder).items()
        if job_id in wanted
    )


@asynccontextmanager
async def open_picture_archive(folder: Path, room: ArchiveRoom) -> AsyncGenerator[DiskPictures]:
    """Open the archive; its folder is made when the first picture comes."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="pictures")
    try:
        yield DiskPictures(folder, room, thread)
    finally:
        await asyncio.to_thread(thread.shutdown)
