"""A picture that finds memory full: it waits a moment for room, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.providers.picture_store import MEMORY_MAX_BYTES, ROOM_WAIT_S, PictureStore
from tests.unit.virtual_time import quiet

PICTURE = b"picture"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[PictureStore]:
    store = PictureStore(tmp_path, pictures_in_memory=1)
    yield store
    await store.close()


async def arriving(data: bytes = PICTURE) -> AsyncIterator[bytes]:
    yield data


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_the_first_picture_waits_for_nothing(store: PictureStore) -> None:
    before_s = now_s()

    kept = await store.keep(arriving(), len(PICTURE))

    assert (kept.data, now_s()) == (PICTURE, before_s)


async def test_a_picture_takes_the_room_of_one_that_leaves(store: PictureStore) -> None:
    first = await store.keep(arriving(), len(PICTURE))
    second = asyncio.create_task(store.keep(arriving(), len(PICTURE)))
    await quiet()

    await store.discard(first)

    assert (await second).data == PICTURE


async def test_room_that_one_takes_leaves_the_next_waiting(store: PictureStore) -> None:
    first = await store.keep(arriving(), len(PICTURE))
    others = [asyncio.create_task(store.keep(arriving(), len(PICTURE))) for _ in range(2)]
    await quiet()

    await store.discard(first)
    kept = await asyncio.gather(*others)

    assert [picture.path is None for picture in kept] == [True, False]


async def test_a_picture_goes_to_a_file_when_no_room_comes(store: PictureStore) -> None:
    await store.keep(arriving(), len(PICTURE))
    before_s = now_s()

    kept = await store.keep(arriving(), len(PICTURE))

    assert kept.path is not None
    assert kept.path.read_bytes() == PICTURE
    assert now_s() == before_s + ROOM_WAIT_S


async def test_a_picture_that_never_fits_does_not_wait(store: PictureStore) -> None:
    before_s = now_s()

    kept = await store.keep(arriving(), MEMORY_MAX_BYTES + 1)

    assert kept.path is not None
    assert now_s() == before_s


async def test_nothing_waits_where_no_picture_is_held_in_memory(tmp_path: Path) -> None:
    before_s = now_s()

    kept = await PictureStore(tmp_path, pictures_in_memory=0).keep(arriving(), len(PICTURE))

    assert kept.path is not None
    assert now_s() == before_s
