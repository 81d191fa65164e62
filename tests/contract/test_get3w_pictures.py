"""Pictures through the door: fetched again after a fault, bounded, and recognised."""

import asyncio
import base64
import gzip
import logging
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

import pytest
import stamina
from PIL import Image

from bot.domain.errors import PictureUnfetchableError
from bot.domain.pictures import OutputData, OutputLink, Picture, PictureFormat
from bot.providers.image_api import ImageApi
from sandbox.get3w import Ending, Get3WSandbox, Output, Reply, Scenario, noise_png
from tests.image_api_client import KEY, generated, opened

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


def drawn(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """Make a PNG that says this size and has no pixels."""
    fields = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(b"IHDR" + fields))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(fields)) + b"IHDR" + fields + checksum


async def test_a_picture_arrives_byte_for_byte(api: Get3WSandbox, client: ImageApi) -> None:
    picture = await fetched(api, client, Output(picture=PNG))
    assert bytes_of(picture) == PNG
    assert picture.format is PictureFormat.PNG
    assert picture.size_bytes == len(PNG)
    assert (picture.width, picture.height) == Image.open(BytesIO(PNG)).size


async def test_neither_key_nor_cookie_goes_to_where_pictures_are(
    api: Get3WSandbox, client: ImageApi
) -> None:
    await fetched(api, client, Output(picture=PNG))
    (visit,) = api.downloads
    assert "Authorization" not in visit.headers
    assert "Cookie" not in visit.headers
    assert KEY not in str(visit.headers)
    assert visit.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("content_type", ["image/png", "text/html", "application/octet-stream"])
async def test_a_picture_is_what_its_bytes_say(
    api: Get3WSandbox, client: ImageApi, kind: str, content_type: str
) -> None:
    output = Output(picture=drawn(kind), content_type=content_type)
    picture = await fetched(api, client, output)
    assert picture.format is PictureFormat[kind]
    assert (picture.width, picture.height) == (30, 20)


async def test_an_svg_comes_in_as_it_is(api: Get3WSandbox, client: ImageApi) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'/>"
    picture = await fetched(api, client, Output(picture=svg, content_type="text/plain"))
    assert picture.format is PictureFormat.SVG
    assert (picture.width, picture.height) == (40, 30)
    assert bytes_of(picture) == svg


async def test_a_picture_inside_an_event_needs_no_address(client: ImageApi) -> None:
    picture = await client.downloads.fetch(OutputData(PNG))
    assert bytes_of(picture) == PNG
    assert picture.source_url is None


async def test_a_picture_inside_an_event_may_go_to_a_file_too(api: Get3WSandbox) -> None:
    async with opened(api.url, pictures_in_memory=0) as client:
        picture = await client.downloads.fetch(OutputData(PNG))
        assert picture.path is not None
        assert bytes_of(picture) == PNG


async def test_a_link_of_last_resort_is_never_plain_http(
    api: Get3WSandbox, client: ImageApi
) -> None:
    assert (await fetched(api, client, Output(picture=PNG))).source_url is None


@pytest.mark.parametrize(
    "fault",
    [
        *(Reply.html(status) for status in (404, 408, 429, 500, 502, 503, 504)),
        Reply.reset(),
        Reply.empty(200),
        Reply.raw(PNG, "image/png").cut(9_000),
        Reply.raw(PNG, "image/png").cut(9_000, Ending.RESET),
        Reply.raw(PNG, "image/png").declaring(len(PNG) + 1),
    ],
)
async def test_a_fault_that_passes_is_no_fault(
    api: Get3WSandbox, client: ImageApi, fault: Reply
) -> None:
    picture = await fetched(api, client, Output(picture=PNG, faults=(fault, fault, fault)))
    assert bytes_of(picture) == PNG
    assert len(api.downloads) == 4


@pytest.mark.parametrize("fault", [Reply.html(404), Reply.html(503), Reply.empty(200)])
async def test_a_fault_that_stays_is_given_up_after_four_tries(
    api: Get3WSandbox, client: ImageApi, fault: Reply
) -> None:
    with pytest.raises(PictureUnfetchableError):
        await fetched(api, client, Output.never(fault))
    assert len(api.downloads) == 4


@pytest.mark.parametrize(
    "reply",
    [
        Reply.html(200),
        Reply.raw(b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "image/svg+xml"),
        Reply.raw(b"MZ" + bytes(100), "image/png"),
        Reply.raw(b"\x89PN", "image/png"),
        Reply.raw(b"\x89PNG\r\n\x1a\n" + bytes(500), "image/png"),
        Reply.raw(b"RIFF\0\0\0\0WAVE" + bytes(500), "image/webp"),
        Reply.raw(b"\0\0\0\x1cftypavif" + bytes(500), "image/avif"),
        Reply.raw(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(500), "image/avif"),
        Reply.raw(b"\0\0\0\0ftypavif" + bytes(500), "image/avif"),
        Reply.raw(png_of_size(8_000, 5_001), "image/png"),
        Reply.raw(png_of_size(60_000, 60_000), "image/png"),
        Reply.raw(png_of_size(0, 5), "image/png"),
        Reply.html(403),
        Reply.html(410),
        Reply.empty(204),
        Reply.redirect("http://[::1"),
        Reply.redirect(""),
        Reply(status=302),
        Reply.endless_body(noise_png(65_536)),
        Reply.endless_body(b"<html>"),
        Reply.raw(PNG, "image/png").declaring(10**12),
        Reply(
            content_type="image/png",
            headers=(("Content-Encoding", "gzip"),),
            parts=Reply.raw(zlib.compress(PNG), "").parts,
        ),
        Reply(
            content_type="image/png",
            headers=(("Content-Encoding", "gzip"),),
            parts=Reply.raw(gzip.compress(PNG + bytes(40 << 20), 1), "").parts,
        ),
    ],
)
async def test_what_isnt_a_safe_picture_is_refused_at_the_first_try(
    api: Get3WSandbox, client: ImageApi, reply: Reply
) -> None:
    with pytest.raises(PictureUnfetchableError):
        await fetched(api, client, Output.never(reply))
    assert len(api.downloads) == 1


async def test_a_page_is_refused_at_its_first_bytes(api: Get3WSandbox, client: ImageApi) -> None:
    with pytest.raises(PictureUnfetchableError):
        await fetched(api, client, Output.never(Reply.endless_body(b"<html>" * 1000)))
    await api.until(lambda: api.downloads[0].ended_at_s)
    assert api.downloads[0].n_bytes < 8 << 20


async def test_a_picture_in_slices_is_one_picture(api: Get3WSandbox, client: ImageApi) -> None:
    sliced = Reply.raw(PNG, "image/png").sliced(1, 2, 4_000)
    assert bytes_of(await fetched(api, client, Output.never(sliced))) == PNG


async def test_redirects_within_the_apis_origin_are_followed(
    api: Get3WSandbox, client: ImageApi
) -> None:
    await fetched(api, client, Output(picture=PNG))
    path = api.downloads[0].path
    for address in (api.url.removesuffix("/api/v3") + path, path):
        picture = await fetched(api, client, Output.never(Reply.redirect(address)))
        assert bytes_of(picture) == PNG


async def test_a_redirect_in_circles_ends(api: Get3WSandbox, client: ImageApi) -> None:
    with pytest.raises(PictureUnfetchableError):
        await fetched(api, client, Output.never(Reply.redirect("0.png")))
    assert len(api.downloads) == 4


async def test_no_address_is_logged(
    api: Get3WSandbox, client: ImageApi, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(PictureUnfetchableError):
        await fetched(api, client, Output.never(Reply.html(503)))
    ours = [record for record in caplog.records if record.name.startswith(("bot", "stamina"))]
    assert ours
    assert not any("outputs" in str(vars(record)) for record in ours)


async def test_at_most_six_pictures_are_fetched_at_once(
    api: Get3WSandbox, client: ImageApi
) -> None:
    gate = asyncio.Event()
    held = Output(faults=(Reply.raw(PNG, "image/png").held(gate),), picture=PNG)
    api.default = Scenario.stream([]).with_outputs(held)
    outcomes = [await generated(client) for _ in range(9)]
    links = [outcome.completed.outputs[0] for outcome in outcomes if outcome.completed]
    fetches = [asyncio.create_task(client.downloads.fetch(link)) for link in links]
    await api.until(lambda: len(api.downloads) == 6)
    await asyncio.sleep(0)
    assert len(api.downloads) == 6
    gate.set()
    await asyncio.gather(*fetches)
    assert len(api.downloads) == 9


async def test_a_picture_of_base64_that_is_too_large_or_no_picture_is_refused(
    client: ImageApi,
) -> None:
    for data in (PNG[:8] + bytes(32 << 20), base64.b64encode(PNG), b"x"):
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(OutputData(data))


async def test_a_link_to_nowhere_is_given_up(client: ImageApi) -> None:
    with pytest.raises(PictureUnfetchableError):
        await client.downloads.fetch(OutputLink("https://"))
