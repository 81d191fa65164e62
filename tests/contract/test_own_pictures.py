"""Pictures that jobs of ours made, as the beginning of others: from the disk, or from the API."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.errors import (
    SourceTrouble,
    SourceUnusableError,
    StoreTrouble,
    StoreUnavailableError,
)
from bot.domain.pictures import OutputLink, Picture, PictureFormat
from bot.domain.requests import ImageRequest, OwnPicture
from bot.providers.image_api import ImageApi
from sandbox.get3w import Get3WSandbox, PictureSize, draw
from tests.image_api_client import Outcome, generated, opened

DRAWN = draw("A cat", PictureSize(width_px=64, height_px=64))
EDIT = ImageRequest("make it red", "get3w/flux-kontext-dev", source=OwnPicture(9001, 1))


@dataclass
class Kept:
    """What is kept of one picture; fulfils ``OwnPictures``."""

    picture: Picture | None = None
    link: OutputLink | None = None
    away: bool = False

    async def kept(self, source: OwnPicture) -> Picture | None:
        assert source == EDIT.source
        return self.picture

    async def address(self, source: OwnPicture) -> OutputLink | None:
        assert source == EDIT.source
        if self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return self.link


@pytest.fixture
def own() -> Kept:
    return Kept()


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64, pace_s=0) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox, own: Kept) -> AsyncIterator[ImageApi]:
    async with opened(api.url, own_pictures=own) as image_api:
        await image_api.catalogue.refresh()
        yield image_api


def on_disk(file: Path, form: PictureFormat = PictureFormat.PNG, size_bytes: int = 0) -> Picture:
    return Picture(form, 64, 64, size_bytes or len(DRAWN), path=file)


async def at_the_api(api: Get3WSandbox, client: ImageApi) -> OutputLink:
    """Have a picture made, and give the address under which the API still has it."""
    outcome = await generated(client)
    assert outcome.completed is not None
    (output,) = outcome.completed.outputs
    api.ledger.submissions.clear()
    assert isinstance(output, OutputLink)
    return output


def trouble_of(outcome: Outcome) -> SourceTrouble:
    assert isinstance(outcome.error, SourceUnusableError)
    return outcome.error.trouble


async def test_a_picture_on_disk_goes_to_the_api_as_it_is(
    api: Get3WSandbox, client: ImageApi, own: Kept, tmp_path: Path
) -> None:
    (tmp_path / "kept.png").write_bytes(DRAWN)
    own.picture = on_disk(tmp_path / "kept.png")
    outcome = await generated(client, EDIT)

    assert outcome.completed is not None
    (upload,), (submission,) = api.uploads, api.submissions
    assert upload.data == DRAWN
    assert submission.body["image"] == upload.url


async def test_the_file_stays_where_it_is(client: ImageApi, own: Kept, tmp_path: Path) -> None:
    (tmp_path / "kept.png").write_bytes(DRAWN)
    own.picture = on_disk(tmp_path / "kept.png")
    await generated(client, EDIT)

    assert (tmp_path / "kept.png").read_bytes() == DRAWN


async def test_what_is_not_on_disk_any_more_comes_from_the_api(
    api: Get3WSandbox, client: ImageApi, own: Kept
) -> None:
    own.link = await at_the_api(api, client)
    outcome = await generated(client, EDIT)

    assert outcome.completed is not None
    assert api.downloads[-1].path in own.link.url
    assert api.uploads[0].data


async def test_a_file_that_goes_the_moment_it_is_wanted_comes_from_the_api(
    api: Get3WSandbox, client: ImageApi, own: Kept, tmp_path: Path
) -> None:
    own.link, own.picture = await at_the_api(api, client), on_disk(tmp_path / "gone.png")
    outcome = await generated(client, EDIT)

    assert outcome.completed is not None


async def test_what_is_nowhere_any_more_is_told_and_costs_nothing(
    api: Get3WSandbox, client: ImageApi, own: Kept
) -> None:
    own.link = OutputLink(f"{api.origins.outputs}/unknown/0.png")
    outcome = await generated(client, EDIT)

    assert trouble_of(outcome) is SourceTrouble.GONE
    assert api.submissions == []


async def test_nobody_asks_the_api_while_nobody_knows_the_address(
    client: ImageApi, own: Kept
) -> None:
    own.away = True
    outcome = await generated(client, EDIT)

    assert trouble_of(outcome) is SourceTrouble.GONE


@pytest.mark.parametrize(
    ("kept", "trouble"),
    [
        ((PictureFormat.AVIF, 0), SourceTrouble.NOT_A_PICTURE),
        ((PictureFormat.SVG, 0), SourceTrouble.NOT_A_PICTURE),
        ((PictureFormat.PNG, (20 << 20) + 1), SourceTrouble.TOO_LARGE),
    ],
)
async def test_what_the_api_takes_of_nobody_is_refused(
    api: Get3WSandbox,
    client: ImageApi,
    own: Kept,
    tmp_path: Path,
    kept: tuple[PictureFormat, int],
    trouble: SourceTrouble,
) -> None:
    (tmp_path / "kept").write_bytes(DRAWN)
    own.picture = on_disk(tmp_path / "kept", *kept)
    outcome = await generated(client, EDIT)

    assert trouble_of(outcome) is trouble
    assert api.uploads == []
