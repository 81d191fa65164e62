"""What a request asks for besides its prompt, as it arrives at the API; and its picture first."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image

from bot.domain.errors import (
    AccountRefusedError,
    ImagineError,
    ServiceUnreachableError,
    SourceTrouble,
    SourceUnusableError,
)
from bot.domain.events import Submitting
from bot.domain.requests import ImageRequest, OwnPicture, Shape, Upload
from bot.providers.image_api import ImageApi
from sandbox.get3w import Get3WSandbox, PictureSize, Reply, draw, noise_png
from tests.image_api_client import CAT, Outcome, generated, opened


def encoded(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, kind)
    return out.getvalue()


DRAWN = draw("A cat", PictureSize(width_px=64, height_px=64))
EDIT = ImageRequest("make it red", "get3w/flux-kontext-dev")
AVIF = encoded("AVIF")
PATH = "/ephemeral-attachments/801/802/secret-holiday.png"


class Cdn:
    """Where uploads lie: Discord's, as far as its operator has moved it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {PATH: DRAWN}
        self.asked: list[str] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        data = self.files.get(request.path)
        return web.Response(status=403) if data is None else web.Response(body=data)

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/{path:.*}", self.serve)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = "http://{}:{}".format(*runner.addresses[0][:2])
        return runner


@pytest.fixture
async def cdn() -> AsyncIterator[Cdn]:
    cdn = Cdn()
    runner = await cdn.start()
    yield cdn
    await runner.cleanup()


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64, pace_s=0) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox, cdn: Cdn) -> AsyncIterator[ImageApi]:
    async with opened(api.url, moved_discord_url=f"{cdn.url}/api/v10") as image_api:
        await image_api.catalogue.refresh()
        yield image_api


def from_cdn(cdn: Cdn, path: str = PATH) -> ImageRequest:
    return replace(EDIT, source=Upload(f"{cdn.url}{path}?ex=1&hm=2"))


def trouble_of(outcome: Outcome) -> SourceTrouble:
    assert isinstance(outcome.error, SourceUnusableError)
    return outcome.error.trouble


async def test_a_prompt_alone_is_sent_as_it_always_was(api: Get3WSandbox, client: ImageApi) -> None:
    await generated(client)

    (submission,) = api.submissions
    assert submission.body == {"prompt": CAT.prompt, "stream": True}


async def test_every_option_that_the_model_takes_arrives(
    api: Get3WSandbox, client: ImageApi
) -> None:
    request = replace(CAT, shape=Shape.WIDE, count=3, seed=42, negative="dogs", strength=0.5)
    outcome = await generated(client, request)

    (submission,) = api.submissions
    assert submission.body == {
        "prompt": CAT.prompt,
        "size": "1368*768",
        "num_images": 3,
        "seed": 42,
        "stream": True,
    }
    assert outcome.completed is not None
    assert len(outcome.completed.outputs) == 3


async def test_options_are_sent_again_where_a_stream_is_refused(
    api: Get3WSandbox, client: ImageApi
) -> None:
    request = replace(CAT, model="google/imagen4-fast", shape=Shape.TALL, negative="dogs")
    await generated(client, request)

    assert api.submissions[-1].body["aspect_ratio"] == "9:16"
    assert api.submissions[-1].body["negative_prompt"] == "dogs"


async def test_a_picture_goes_to_the_apis_store_and_its_address_to_the_model(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn
) -> None:
    outcome = await generated(client, from_cdn(cdn))

    (upload,), (submission,) = api.uploads, api.submissions
    assert upload.data == DRAWN
    assert submission.body["image"] == upload.url
    assert outcome.completed is not None


async def test_a_list_of_pictures_is_sent_where_the_model_takes_one(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn
) -> None:
    await generated(client, replace(from_cdn(cdn), model="bytedance/seedream-v4.5/edit"))

    assert api.submissions[0].body["images"] == [api.uploads[0].url]


async def test_nothing_of_discord_reaches_the_api(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn
) -> None:
    await generated(client, from_cdn(cdn))

    (upload,), (submission,) = api.uploads, api.submissions
    said = f"{upload.filename} {upload.headers} {submission.body} {submission.headers}"
    assert upload.filename == "image.png"
    assert not any(part in said for part in ("801", "802", "holiday", cdn.url))


async def test_a_model_that_takes_no_picture_is_brought_none(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn
) -> None:
    await generated(client, replace(from_cdn(cdn), model="google/imagen4-fast"))

    assert api.uploads == []
    assert cdn.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://evil.example/cdn.discordapp.com/a.png",
        "https://user@cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "http://cdn.discordapp.com/a.png",
        "http://127.0.0.1:1/a.png",
        "ftp://cdn.discordapp.com/a.png",
        "file:///etc/passwd",
        "a.png",
    ],
)
async def test_a_picture_from_anywhere_else_is_refused(
    api: Get3WSandbox, client: ImageApi, url: str
) -> None:
    outcome = await generated(client, replace(EDIT, source=Upload(url)))

    assert trouble_of(outcome) is SourceTrouble.FOREIGN
    assert api.uploads == api.submissions == []


@pytest.mark.parametrize("url", ["", "https://", "http://[", "x" * 9000])
async def test_what_is_no_address_is_refused(api: Get3WSandbox, client: ImageApi, url: str) -> None:
    outcome = await generated(client, replace(EDIT, source=Upload(url)))

    assert isinstance(outcome.error, SourceUnusableError)
    assert api.submissions == []


async def test_a_redirect_leads_nowhere_else(api: Get3WSandbox) -> None:
    async def away(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"{api.url}/models")

    app = web.Application()
    app.router.add_get("/{path:.*}", away)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = "http://{}:{}".format(*runner.addresses[0][:2])
    async with opened(api.url, moved_discord_url=origin) as moved:
        await moved.catalogue.refresh()
        outcome = await generated(moved, replace(EDIT, source=Upload(f"{origin}/a.png")))
    await runner.cleanup()

    assert trouble_of(outcome) is SourceTrouble.FOREIGN


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", SourceTrouble.NOT_A_PICTURE),
        (AVIF, SourceTrouble.NOT_A_PICTURE),
        (b"%PDF-1.7 and more", SourceTrouble.NOT_A_PICTURE),
        (b"\x89PNG\r\n\x1a\n and no header", SourceTrouble.NOT_A_PICTURE),
    ],
)
async def test_what_is_no_picture_is_refused_before_anything_is_sent(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn, data: bytes, trouble: SourceTrouble
) -> None:
    cdn.files[PATH] = data

    assert trouble_of(await generated(client, from_cdn(cdn))) is trouble
    assert api.uploads == api.submissions == []


async def test_a_picture_of_more_than_20_mb_is_refused(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn
) -> None:
    cdn.files[PATH] = DRAWN + bytes(20 << 20)

    assert trouble_of(await generated(client, from_cdn(cdn))) is SourceTrouble.TOO_LARGE
    assert api.uploads == api.submissions == []


async def test_a_picture_of_20_mb_is_taken(api: Get3WSandbox, client: ImageApi, cdn: Cdn) -> None:
    cdn.files[PATH] = noise_png(20 << 20)
    await generated(client, from_cdn(cdn))

    assert len(api.uploads[0].data) == 20 << 20


async def test_an_upload_that_is_gone_is_told(client: ImageApi, cdn: Cdn) -> None:
    outcome = await generated(client, from_cdn(cdn, "/gone.png"))

    assert trouble_of(outcome) is SourceTrouble.NOT_FETCHED


async def test_a_picture_of_ours_is_gone_where_nothing_is_kept(client: ImageApi) -> None:
    outcome = await generated(client, replace(EDIT, source=OwnPicture(9001)))

    assert trouble_of(outcome) is SourceTrouble.GONE


@pytest.mark.parametrize("fault", [Reply.html(503), Reply.refusal(429, "slow"), Reply.reset()])
async def test_an_upload_that_broke_is_tried_again(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn, fault: Reply
) -> None:
    api.account.upload_replies = [fault]
    outcome = await generated(client, from_cdn(cdn))

    assert outcome.completed is not None
    assert (len(api.uploads), len(api.submissions)) == (2, 1)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.refusal(400, "bad format"), SourceUnusableError(SourceTrouble.NOT_A_PICTURE)),
        (Reply.refusal(413, "too large"), SourceUnusableError(SourceTrouble.TOO_LARGE)),
        (Reply.refusal(404, "not found"), SourceUnusableError(SourceTrouble.NOT_TAKEN)),
        (Reply.refusal(401, "no"), AccountRefusedError(401)),
        (Reply.html(200), SourceUnusableError(SourceTrouble.NOT_TAKEN)),
        (Reply.json({"data": {"url": 7}}), SourceUnusableError(SourceTrouble.NOT_TAKEN)),
        (Reply.json({"data": {"url": "ftp://x"}}), SourceUnusableError(SourceTrouble.NOT_TAKEN)),
        (Reply.html(503), SourceUnusableError(SourceTrouble.NOT_TAKEN)),
    ],
)
async def test_a_picture_that_the_api_does_not_take_ends_it_before_anything_is_charged(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn, reply: Reply, error: ImagineError
) -> None:
    api.account.upload_replies = [reply] * 3
    outcome = await generated(client, from_cdn(cdn))

    assert repr(outcome.error) == repr(error)
    assert api.submissions == []
    assert Submitting() not in outcome.events


@pytest.mark.parametrize("name", ["url", "download_url", "file_url"])
async def test_an_address_is_found_under_each_of_its_names(
    api: Get3WSandbox, client: ImageApi, cdn: Cdn, name: str
) -> None:
    api.account.upload_replies = [Reply.json({"code": 200, "data": {name: "https://a.example/1"}})]
    await generated(client, from_cdn(cdn))

    assert api.submissions[0].body["image"] == "https://a.example/1"


async def test_an_api_that_is_not_there_is_told_as_such(
    api: Get3WSandbox, cdn: Cdn, tmp_path: Path
) -> None:
    file = tmp_path / "models.json"
    async with opened(api.url, catalogue_file=file) as client:
        await client.catalogue.refresh()
    gone = {"catalogue_file": file, "moved_discord_url": cdn.url}
    async with opened("http://127.0.0.1:1", **gone) as client:
        outcome = await generated(client, from_cdn(cdn))

    assert isinstance(outcome.error, ServiceUnreachableError)
