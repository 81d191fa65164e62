"""The files of the archive of pictures: what they are called, and what belongs together.

A folder for each hour, in it for each job a file for each picture and one that lists them::

    2026112703/1443650000000000000-5f0c1d2e3a4b5c6d-0.png
    2026112703/1443650000000000000.json

The list is written last, under another name, and then renamed, which is a single step for whoever
looks: pictures that no list names aren't there. Each write has names of its own, so that two
processes that write the same job never mix; the later list wins, and what the other one wrote is
cleared away later, like what a killed process left.

The hour is that of the job's id, which is a snowflake: no clock of a disk or of a backup has a say
in what is old. No file tells of a prompt or of a person.
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from bot.domain.pictures import Picture, PictureFormat

# https://discord.com/developers/docs/reference#snowflakes
_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_TIMESTAMP_SHIFT = 22

_HOUR = re.compile(r"\d{10}")
_WRITE = re.compile(r"[0-9a-f]{16}")
_ABSENT = (FileNotFoundError, NotADirectoryError)
_FILE = re.compile(r"(\d{1,20})(?:\.json|-([0-9a-f]{16})(?:-\d{1,2}\.[a-z]{3,4}|\.list))")


@dataclass(slots=True)
class JobFiles:
    """All files of one job.

    Attributes
    ----------
    listing
        The file that lists the others; ``None`` where there are but leftovers.
    written
        The other files, each with the name of the write that it belongs to.
    """

    listing: Path | None = None
    written: list[tuple[str, Path]] = field(default_factory=list[tuple[str, Path]])
    size_bytes: int = 0

    def add(self, path: Path, write: str | None, size_bytes: int) -> None:
        """Take in a file."""
        self.size_bytes += size_bytes
        if write is None:
            self.listing = path
        else:
            self.written.append((write, path))

    def remove(self) -> bool:
        """Remove all of it; ``False`` where there was no list."""
        had_list = self.listing is not None and _removed(self.listing)
        for _, path in self.written:
            _removed(path)
        return had_list

    def clear_leftovers(self, before_s: float) -> None:
        """Remove what no list names, unless it is so young that its list may be under way."""
        if self.listing is not None and len({write for write, _ in self.written}) == 1:
            # So it nearly always is, and no list has to be read to know.
            return
        listed = None if self.listing is None else _read(self.listing)[0]
        for write, path in self.written:
            with suppress(FileNotFoundError):
                if write != listed and path.stat().st_mtime < before_s:
                    _removed(path)


def asked_at(job_id: int) -> datetime:
    """Tell when a job was asked for."""
    return _DISCORD_EPOCH + timedelta(milliseconds=job_id >> _TIMESTAMP_SHIFT)


def hour_folder(root: Path, job_id: int) -> Path:
    """Give the folder of a job's files."""
    return root / f"{asked_at(job_id):%Y%m%d%H}"


def hour_folders(root: Path) -> list[Path]:
    """List the folders of hours, the oldest first."""
    try:
        return sorted(path for path in root.iterdir() if _HOUR.fullmatch(path.name))
    except FileNotFoundError:
        return []


def jobs_in(folder: Path) -> dict[int, JobFiles]:
    """Read the files of an hour, the oldest job first; what isn't of the archive is left out."""
    jobs: dict[int, JobFiles] = {}
    with suppress(*_ABSENT), os.scandir(folder) as found:
        for entry in found:
            with suppress(FileNotFoundError):
                if name := _FILE.fullmatch(entry.name):
                    files = jobs.setdefault(int(name[1]), JobFiles())
                    files.add(Path(entry.path), name[2], entry.stat().st_size)
    return dict(sorted(jobs.items()))


def write(root: Path, job_id: int, pictures: Sequence[Picture]) -> None:
    """Write a job's pictures, all or none, in place of those that are there.

    Raises
    ------
    OSError
        Where the disk doesn't take them, or a picture's own file is gone; nothing is left then.
    """
    folder, name = hour_folder(root, job_id), secrets.token_hex(8)
    listing = folder / f"{job_id}.json"
    _, replaced = _read(listing)
    try:
        _write_all(listing, name, pictures)
    except BaseException:
        for path in folder.glob(f"{job_id}-{name}*"):
            _removed(path)
        raise
    for picture in replaced:
        if picture.path is not None:
            _removed(picture.path)


def found(root: Path, job_id: int) -> Sequence[Picture]:
    """Read a job's pictures; none unless all of them are whole."""
    _, pictures = _read(hour_folder(root, job_id) / f"{job_id}.json")
    return pictures if all(_is_whole(picture) for picture in pictures) else ()


def _write_all(listing: Path, name: str, pictures: Sequence[Picture]) -> None:
    listing.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, picture in enumerate(pictures):
        _write_picture(_picture_path(listing, name, number, picture.format), picture)
    unnamed = listing.with_name(f"{listing.stem}-{name}.list")
    entries = [_entry(picture) for picture in pictures]
    _write_bytes(unnamed, json.dumps({"write": name, "pictures": entries}).encode())
    unnamed.replace(listing)


def _write_picture(path: Path, picture: Picture) -> None:
    if picture.data is not None or picture.path is None:
        _write_bytes(path, picture.data or b"")
        return
    try:
        # A second name for the same bytes costs nothing.
        os.link(picture.path, path)
    except FileNotFoundError:
        raise
    except OSError:
        with picture.path.open("rb") as source, _opened(path) as file:
            shutil.copyfileobj(source, file)
            _flush(file)
    else:
        path.chmod(0o600)
        # Or what was downloaded long ago would look like a leftover until it is listed.
        os.utime(path)


def _write_bytes(path: Path, data: bytes) -> None:
    with _opened(path) as file:
        file.write(data)
        _flush(file)


def _opened(path: Path) -> BinaryIO:
    # Readable by nobody else, as a picture may be private.
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _picture_path(listing: Path, name: str, number: int, picture_format: PictureFormat) -> Path:
    return listing.with_name(f"{listing.stem}-{name}-{number}.{picture_format.extension}")


def _entry(picture: Picture) -> dict[str, str | int | None]:
    return {
        "format": picture.format.name,
        "width": picture.width,
        "height": picture.height,
        "size_bytes": picture.size_bytes,
        "source_url": picture.source_url,
    }


def _read(listing: Path) -> tuple[str, Sequence[Picture]]:
    """Read the name of a write and its pictures; nothing from a list that isn't ours."""
    try:
        read: Any = json.loads(listing.read_bytes())
        name = str(read["write"])
        if _WRITE.fullmatch(name):
            return name, [_picture(listing, name, n, e) for n, e in enumerate(read["pictures"])]
    except (*_ABSENT, KeyError, TypeError, ValueError, RecursionError):
        pass
    return "", ()


def _picture(listing: Path, name: str, number: int, entry: Mapping[str, Any]) -> Picture:
    picture_format = PictureFormat[entry["format"]]
    return Picture(
        format=picture_format,
        width=int(entry["width"]),
        height=int(entry["height"]),
        size_bytes=int(entry["size_bytes"]),
        path=_picture_path(listing, name, number, picture_format),
        source_url=entry["source_url"],
    )


def _is_whole(picture: Picture) -> bool:
    try:
        return picture.path is not None and picture.path.stat().st_size == picture.size_bytes
    except FileNotFoundError:
        return False


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
