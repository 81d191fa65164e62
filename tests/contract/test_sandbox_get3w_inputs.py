"""What the local Get3W takes besides a prompt: pictures to begin with, and the models' options."""

from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest

from sandbox.get3w import PictureSize, Reply, draw, noise_png
from tests.contract.get3w_caller import AUTH, Caller, Told, calling

CAT = draw("A cat", PictureSize(width_px=64, height_px=64))
EDITOR, LIST_EDITOR = "get3w/flux-kontext-dev", "bytedance/seedream-v4.5/edit"


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def upload(call: Caller, data: bytes = CAT, key: str = "") -> Told:
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(data), filename="image.png", content_type="image/png")
    headers = {"Authorization": f"Bearer {key}"} if key else AUTH
    async with call.http.post(f"{call.api.url}/files/upload", data=form, headers=headers) as answer:
        return Told(answer.status, answer.headers, await answer.read(), None)


async def stored(call: Caller) -> str:
    return (await upload(call)).document["data"]["url"]


async def test_a_picture_is_taken_and_gets_an_address(call: Caller) -> None:
    url = await stored(call)

    (visit,) = call.api.uploads
    assert url == visit.url
    assert (visit.filename, visit.content_type, visit.data) == ("image.png", "image/png", CAT)


async def test_what_is_no_picture_is_not_taken(call: Caller) -> None:
    assert (await upload(call, b"%PDF-1.7")).status == 400
    assert (await upload(call, b"")).status == 400


async def test_a_picture_of_more_than_20_mb_is_not_taken(call: Caller) -> None:
    assert (await upload(call, noise_png(20 << 20))).status == 200
    assert (await upload(call, noise_png((20 << 20) + 1))).status == 413


async def test_the_store_is_for_those_with_the_key(call: Caller) -> None:
    assert (await upload(call, key="sk_other")).status == 401


async def test_an_answer_to_an_upload_is_the_tests_to_set(call: Caller) -> None:
    call.api.account.upload_replies = [Reply.html(503)]

    assert [(await upload(call)).status for _ in range(2)] == [503, 200]


async def test_an_edit_begins_with_a_picture_of_the_store(call: Caller) -> None:
    told = await call.submit("make it red", EDITOR, image=await stored(call))

    assert told.status == 200


async def test_pictures_may_be_a_list(call: Caller) -> None:
    told = await call.submit("make it red", LIST_EDITOR, images=[await stored(call)])

    assert told.status == 200


async def test_an_edit_without_a_picture_is_refused(call: Caller) -> None:
    told = await call.submit("make it red", EDITOR)

    assert (told.status, told.document["message"]) == (400, "image is required")


async def test_an_address_of_somewhere_else_is_not_fetched(call: Caller) -> None:
    told = await call.submit("make it red", EDITOR, image="https://cdn.discordapp.com/a.png")

    assert (told.status, told.document["message"]) == (400, "image is not accessible")


async def test_an_upscaler_needs_no_prompt(call: Caller) -> None:
    told = await call.submit("", "get3w/image-upscaler", image=await stored(call))

    assert told.status == 200


async def test_as_many_pictures_are_made_as_are_asked_for(call: Caller) -> None:
    told = await call.submit("A cat", num_images=3)

    assert len(told.events[-1]["outputs"]) == 3


async def test_an_option_that_a_model_does_not_have_is_dropped_without_a_word(
    call: Caller,
) -> None:
    told = await call.submit("A cat", "get3w/z-image/turbo", num_images=3)

    assert len(told.events[-1]["outputs"]) == 1
