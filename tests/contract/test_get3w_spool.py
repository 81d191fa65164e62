"""Pictures kept: few in memory, the rest in files, and nothing left behind."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import stamina

from bot.domain.errors import PictureUnfetchableError
from bot.domain.pictures import Picture
from bot.providers.image_api import ImageApi, ImageApiOptions, open_image_api
from sandbox.get3w import Get3WSandbox, Output, Reply, Scenario, noise_png
from tests.image_api_client import KEY, SleepingClock, generated, opened

PNG = noise_png(20_000)


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox) -> AsyncIterator[ImageApi]:
    async with opened(api.url) as image_api:
        yield image_api


@pytest.fixture(autouse=True)
def tries_without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4):
        yield


async def fetched(api: Get3WSandbox, client: ImageApi, output: Output) -> Picture:
    api.default = Scenario.stream([]).with_outputs(output)
    outcome = await generated(client)
    assert outcome.completed is not None
    return await client.downloads.fetch(outcome.completed.outputs[0])


def bytes_of(picture: Picture) -> bytes:
    return picture.path.read_bytes() if picture.path else picture.data or b""


async def test_few_pictures_are_in_memory_and_the_rest_in_files(api: Get3WSandbox) -> None:
    async with opened(api.url, pictures_in_memory=2) as client:
        pictures = [await fetched(api, client, Output(picture=PNG)) for _ in range(4)]
        assert [picture.path is None for picture in pictures] == [True, True, False, False]
        assert [bytes_of(picture) for picture in pictures] == [PNG] * 4


async def test_a_disk_that_takes_nothing_costs_no_picture(
    api: Get3WSandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    no_folder = tmp_path / "in-the-way"
    no_folder.touch()
    options = ImageApiOptions(
        api_url=api.url, api_key=KEY, spool_folder=no_folder, pictures_in_memory=0
    )
    async with open_image_api(options, SleepingClock()) as client:
        pictures = [await fetched(api, client, Output(picture=PNG)) for _ in range(2)]
        assert [picture.data for picture in pictures] == [PNG, PNG]
        assert [r.levelname for r in caplog.records if "to disk" in r.message] == ["WARNING"]


async def test_large_pictures_leave_memory_sooner(api: Get3WSandbox) -> None:
    large = noise_png(3 << 20)
    async with opened(api.url) as client:
        pictures = [await fetched(api, client, Output(picture=large)) for _ in range(4)]
        assert [picture.path is None for picture in pictures] == [True, True, False, False]


async def test_pictures_that_arrive_together_share_the_memory(api: Get3WSandbox) -> None:
    async with opened(api.url, pictures_in_memory=3) as client:
        api.default = Scenario.stream([]).with_outputs(Output(picture=PNG))
        outcomes = await asyncio.gather(*(generated(client) for _ in range(12)))
        links = [outcome.completed.outputs[0] for outcome in outcomes if outcome.completed]
        pictures = await asyncio.gather(*(client.downloads.fetch(link) for link in links))
        assert sum(picture.path is None for picture in pictures) == 3
        assert {bytes_of(picture) for picture in pictures} == {PNG}


async def test_a_discarded_picture_makes_room_and_leaves_no_file(api: Get3WSandbox) -> None:
    async with opened(api.url, pictures_in_memory=1) as client:
        first, second = [await fetched(api, client, Output(picture=PNG)) for _ in range(2)]
        assert second.path is not None
        for picture in (first, second, first, second):
            await client.downloads.discard(picture)
        assert not second.path.exists()
        third = await fetched(api, client, Output(picture=PNG))
        assert third.path is None


async def test_closing_removes_every_file(api: Get3WSandbox) -> None:
    async with opened(api.url, pictures_in_memory=0) as client:
        picture = await fetched(api, client, Output(picture=PNG))
        assert picture.path is not None
        assert picture.path.exists()
        assert picture.path.stat().st_mode & 0o077 == 0
    assert not picture.path.exists()


@pytest.mark.parametrize(
    "reply",
    [Reply.raw(PNG, "image/png").cut(9_000), Reply.html(200), Reply.endless_body(PNG)],
)
async def test_a_failed_download_leaves_no_file(api: Get3WSandbox, reply: Reply) -> None:
    async with opened(api.url, pictures_in_memory=0) as client:
        folder = (await fetched(api, client, Output(picture=PNG))).path
        assert folder is not None
        with pytest.raises(PictureUnfetchableError):
            await fetched(api, client, Output.never(reply))
        assert len(list(folder.parent.iterdir())) == 1


@pytest.mark.parametrize("turns", [0, 1, 2, 5, 20, 100, 1000])
async def test_a_cancelled_download_leaves_no_file(api: Get3WSandbox, turns: int) -> None:
    slow = Reply.raw(noise_png(900_000), "image/png").sliced(300_000, every_s=30)
    async with opened(api.url, pictures_in_memory=0) as client:
        kept = await fetched(api, client, Output(picture=PNG))
        assert kept.path is not None
        folder = kept.path.parent
        task = asyncio.create_task(fetched(api, client, Output.never(slow)))
        await api.until(lambda: len(api.downloads) == 2 and api.downloads[1].status)
        # Wherever it is by now: waiting for the head, for bytes, or for the disk.
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert list(folder.iterdir()) == [kept.path]
