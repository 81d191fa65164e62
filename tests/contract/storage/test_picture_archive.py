"""Pictures kept on disk: found again byte for byte, bounded in age and size, never in the way."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.picture_ports import PictureArchive
from bot.domain.pictures import Picture, PictureFormat
from bot.storage.picture_archive import (
    LEFTOVER_AFTER,
    ArchiveRoom,
    DiskPictures,
    open_picture_archive,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
KEPT_FOR = timedelta(days=30)
MB = 1_000_000
OTHER_DISK = Path("/dev/shm")  # noqa: S108 - nothing stays there


def a_job(at: datetime = NOW, number: int = 0) -> int:
    """Give the id of a job that was asked for then."""
    return ((at - EPOCH) // timedelta(milliseconds=1) << 22) + number


JOB = a_job()


def a_picture(
    data: bytes = b"picture", picture_format: PictureFormat = PictureFormat.PNG
) -> Picture:
    return Picture(picture_format, 30, 20, len(data), data, source_url="https://cdn.example/1?s=x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pictures"


def opened(folder: Path, max_bytes: int = 100 * MB) -> AbstractAsyncContextManager[DiskPictures]:
    return open_picture_archive(folder, ArchiveRoom(max_bytes, KEPT_FOR))


@pytest.fixture
async def archive(folder: Path) -> AsyncIterator[PictureArchive]:
    async with opened(folder) as archive:
        yield archive


async def found(archive: PictureArchive, job_id: int = JOB) -> list[bytes]:
    paths = [picture.path for picture in await archive.find(job_id)]
    return [path.read_bytes() for path in paths if path is not None]


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def folders(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def free(folder: Path) -> None:
    folder.unlink()


def lay(path: Path, data: bytes = b"left", *, age: timedelta = timedelta(0)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment_s = (NOW - age).timestamp()
    os.utime(path, (moment_s, moment_s))
    return path


async def test_pictures_are_found_in_order_with_all_that_is_known_of_them(
    archive: PictureArchive,
) -> None:
    pictures = [a_picture(b"first"), a_picture(b"second", PictureFormat.JPEG)]

    await archive.keep(JOB, pictures)

    kept = await archive.find(JOB)
    assert await found(archive) == [b"first", b"second"]
    assert [replace(picture, path=None) for picture in kept] == [
        replace(picture, data=None) for picture in pictures
    ]


async def test_a_picture_in_a_file_is_kept_without_a_copy_and_outlives_the_file(
    archive: PictureArchive, tmp_path: Path
) -> None:
    spooled = lay(tmp_path / "spool" / "picture-1", b"spooled", age=timedelta(hours=1))

    await archive.keep(JOB, [replace(a_picture(b"spooled"), data=None, path=spooled)])

    (picture,) = await archive.find(JOB)
    assert picture.path is not None
    assert picture.path.samefile(spooled)
    spooled.unlink()
    assert await found(archive) == [b"spooled"]


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="there is no second disk")
async def test_a_file_on_another_disk_is_copied(archive: PictureArchive) -> None:
    spooled = lay(OTHER_DISK / f"imagine-test-{os.getpid()}", b"far away")
    try:
        await archive.keep(JOB, [replace(a_picture(b"far away"), data=None, path=spooled)])
    finally:
        spooled.unlink()

    assert await found(archive) == [b"far away"]


async def test_a_second_call_replaces_the_first_and_leaves_nothing_of_it(
    archive: PictureArchive, folder: Path
) -> None:
    await archive.keep(JOB, [a_picture(b"first"), a_picture(b"second")])
    await archive.keep(JOB, [a_picture(b"third")])

    assert await found(archive) == [b"third"]
    assert len(files(folder)) == 2


async def test_what_is_kept_again_from_the_archive_itself_stays(archive: PictureArchive) -> None:
    await archive.keep(JOB, [a_picture(b"first"), a_picture(b"second")])

    await archive.keep(JOB, list(await archive.find(JOB))[1:])

    assert await found(archive) == [b"second"]


async def test_nothing_is_found_of_a_job_that_kept_nothing(archive: PictureArchive) -> None:
    assert await archive.find(JOB) == ()
    await archive.keep(JOB, [])
    assert await archive.find(JOB) == ()


async def test_another_process_finds_what_one_kept(archive: PictureArchive, folder: Path) -> None:
    await archive.keep(JOB, [a_picture()])

    async with opened(folder) as other:
        assert await found(other) == [b"picture"]


async def test_only_removed_jobs_are_gone(archive: PictureArchive, folder: Path) -> None:
    gone, stays = [a_job(number=1), a_job(NOW - timedelta(days=3))], a_job(number=2)
    for job_id in (*gone, stays):
        await archive.keep(job_id, [a_picture(), a_picture()])

    await archive.remove([*gone, a_job(number=3)])

    assert [await found(archive, job_id) for job_id in gone] == [[], []]
    assert await found(archive, stays) == [b"picture"] * 2
    assert len(files(folder)) == 3


async def test_nobody_else_can_read_a_picture(archive: PictureArchive, folder: Path) -> None:
    await archive.keep(JOB, [a_picture()])

    modes = [path.stat().st_mode & 0o777 for path in files(folder)]
    assert modes == [0o600] * 2
    assert all(path.parent.stat().st_mode & 0o077 == 0 for path in files(folder))


async def test_no_folder_gets_the_pictures_of_two_hours(
    archive: PictureArchive, folder: Path
) -> None:
    for hours in range(3):
        await archive.keep(a_job(NOW - timedelta(hours=hours)), [a_picture()])

    hours = [path.parent.name for path in files(folder) if path.suffix == ".json"]
    assert hours == ["2026112710", "2026112711", "2026112712"]


async def test_what_is_too_old_goes_and_its_folder_with_it(
    archive: PictureArchive, folder: Path
) -> None:
    old, young = a_job(NOW - KEPT_FOR - timedelta(seconds=1)), a_job(NOW - KEPT_FOR)
    await archive.keep(old, [a_picture()])
    await archive.keep(young, [a_picture()])

    assert await archive.tidy(NOW) == 1

    assert await found(archive, old) == []
    assert await found(archive, young) == [b"picture"]
    assert await archive.tidy(NOW + timedelta(days=1)) == 1
    assert folders(folder) == []


async def test_the_oldest_go_first_where_there_is_too_much(folder: Path) -> None:
    jobs = [a_job(NOW - timedelta(minutes=minutes)) for minutes in (70, 30, 20, 10)]
    async with opened(folder) as roomy:
        for job_id in reversed(jobs):
            await roomy.keep(job_id, [a_picture(bytes(40_000))])

    async with opened(folder, max_bytes=100_000) as archive:
        assert await archive.tidy(NOW) == 2

        assert [len(await archive.find(job_id)) for job_id in jobs] == [0, 0, 1, 1]


async def test_the_size_is_kept_to_without_being_asked(folder: Path) -> None:
    async with opened(folder, max_bytes=MB) as archive:
        for number in range(60):
            await archive.keep(a_job(number=number), [a_picture(bytes(40_000))])

        assert sum(path.stat().st_size for path in files(folder)) <= 1.05 * MB
        assert len(await archive.find(a_job(number=59))) == 1
        assert await archive.find(a_job(number=0)) == ()


async def test_two_processes_keep_to_one_size(folder: Path) -> None:
    async with opened(folder, max_bytes=MB) as one, opened(folder, max_bytes=MB) as other:
        for number in range(0, 60, 2):
            await one.keep(a_job(number=number), [a_picture(bytes(40_000))])
            await other.keep(a_job(number=number + 1), [a_picture(bytes(40_000))])

        assert sum(path.stat().st_size for path in files(folder)) <= 1.1 * MB


async def test_nothing_is_kept_where_nothing_may_be(folder: Path) -> None:
    async with opened(folder) as before:
        await before.keep(a_job(number=1), [a_picture()])

    async with opened(folder, max_bytes=0) as archive:
        await archive.keep(JOB, [a_picture()])
        assert await archive.find(JOB) == ()
        assert await archive.tidy(NOW) == 1
        assert files(folder) == []


async def test_a_job_larger_than_all_the_room_does_not_push_the_others_out(folder: Path) -> None:
    async with opened(folder, max_bytes=MB) as archive:
        await archive.keep(a_job(number=1), [a_picture()])
        await archive.keep(a_job(number=2), [a_picture(bytes(MB)), a_picture()])

        assert await archive.find(a_job(number=2)) == ()
        assert await found(archive, a_job(number=1)) == [b"picture"]


async def test_many_writes_of_one_job_from_two_processes_leave_one_whole_result(
    folder: Path,
) -> None:
    sets = [[a_picture(bytes([number]) * 1000)] * 3 for number in range(10)]
    async with opened(folder) as one, opened(folder) as other:
        keeping = (
            archive.keep(JOB, pictures)
            for archive, pictures in zip([one, other] * 5, sets, strict=True)
        )
        await asyncio.gather(*keeping)

        results = await found(one)
        assert results in [[picture.data for picture in pictures] for pictures in sets]
        await other.tidy(datetime.now(UTC) + LEFTOVER_AFTER + timedelta(seconds=1))
        assert await found(one) == results
        assert len(files(folder)) == 4


async def test_what_a_killed_process_left_is_cleared_away_and_what_is_under_way_stays(
    archive: PictureArchive, folder: Path
) -> None:
    await archive.keep(JOB, [a_picture()])
    hour, old = folder / "2026112712", LEFTOVER_AFTER + timedelta(seconds=1)
    killed = [
        lay(hour / f"{JOB}-0123456789abcdef-0.png", age=old),
        lay(hour / f"{JOB}-0123456789abcdef.list", age=old),
        lay(hour / f"{a_job(number=1)}-0123456789abcdef-0.webp", age=old),
    ]
    under_way = lay(hour / f"{a_job(number=2)}-0123456789abcdef-0.webp")

    assert await archive.tidy(NOW) == 0

    assert [path for path in killed if path.exists()] == []
    assert under_way.exists()
    assert await found(archive) == [b"picture"]


async def test_pictures_that_no_list_names_are_not_found(
    archive: PictureArchive, folder: Path
) -> None:
    lay(folder / "2026112712" / f"{JOB}-0123456789abcdef-0.png")

    assert await archive.find(JOB) == ()


async def test_a_job_that_lost_a_picture_is_not_found_by_half(
    archive: PictureArchive,
) -> None:
    await archive.keep(JOB, [a_picture(), a_picture()])
    path = (await archive.find(JOB))[1].path
    assert path is not None

    path.write_bytes(b"short")
    assert await archive.find(JOB) == ()
    path.unlink()
    assert await archive.find(JOB) == ()


@pytest.mark.parametrize(
    "listing",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({"write": "../../../../etc", "pictures": []}),
        json.dumps({"write": "0123456789abcdef"}),
        json.dumps({"write": "0123456789abcdef", "pictures": [{"format": "EXE"}]}),
        json.dumps({"write": "0123456789abcdef", "pictures": ["x"]}),
    ],
)
async def test_a_list_that_is_not_ours_names_nothing(
    archive: PictureArchive, folder: Path, listing: str
) -> None:
    lay(folder / "2026112712" / f"{JOB}.json", listing.encode())

    assert await archive.find(JOB) == ()
    assert await archive.tidy(NOW) == 0
    await archive.keep(JOB, [a_picture()])
    assert await found(archive) == [b"picture"]


async def test_foreign_files_are_neither_touched_nor_counted(folder: Path) -> None:
    async with opened(folder, max_bytes=1000) as archive:
        await archive.keep(a_job(NOW - KEPT_FOR * 2), [a_picture()])
        hour = files(folder)[0].parent
        foreign = [
            lay(folder / "notes.txt", bytes(5000)),
            lay(folder / "lost+found" / "x", bytes(5000)),
            lay(hour / "cat.png", bytes(5000)),
            lay(hour / f"{JOB}.json.bak", bytes(5000)),
            lay(folder / "2026010100", bytes(5000)),
        ]
        await archive.keep(JOB, [a_picture()])

        assert await archive.tidy(NOW) == 1
        assert all(path.exists() for path in foreign)
        assert await found(archive) == [b"picture"]


async def test_a_folder_that_takes_nothing_is_one_line_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lay(folder, b"a file in the way")
    async with opened(folder) as archive:
        for _ in range(3):
            await archive.keep(JOB, [a_picture()])
            assert await archive.find(JOB) == ()

        assert [record.levelno for record in caplog.records] == [logging.WARNING]
        free(folder)
        await archive.keep(JOB, [a_picture()])
        assert await found(archive) == [b"picture"]


async def test_a_full_disk_leaves_nothing_half_written(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = replace(a_picture(), data=None, path=Path("/nowhere/at/all"))
    async with opened(folder) as archive:
        await archive.keep(JOB, [a_picture(b"before")])
        await archive.keep(JOB, [a_picture(b"written"), gone])

        assert len(caplog.records) == 1
        assert await found(archive) == [b"before"]
        assert len(files(folder)) == 2


async def test_a_removal_waits_for_a_write_that_nobody_waits_for_any_more(folder: Path) -> None:
    async with opened(folder) as archive:
        keeping = asyncio.create_task(archive.keep(JOB, [a_picture(bytes(5 * MB))]))
        await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

        await archive.remove([JOB])

        assert files(folder) == []
