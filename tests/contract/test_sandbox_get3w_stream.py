"""The local Get3W's documented behaviour, seen over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.get3w import End, Get3WSandbox, Scenario

AUTH = {"Authorization": "Bearer sk_sandbox"}
CAT = {"prompt": "A cat in space", "stream": True}


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(pace_s=0, side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=AUTH) as session:
        yield session


async def test_the_documented_stream_comes_byte_for_byte(
    api: Get3WSandbox, http: aiohttp.ClientSession
) -> None:
    api.default = Scenario.stream([0.1, 0.5])
    async with http.post(f"{api.url}/get3w/flux-dev", json=CAT) as answer:
        body = await answer.read()
    picture = f"{api.api.origins.outputs}/{api.submissions[0].task_id}/0.png"
    assert answer.content_type == "text/event-stream"
    assert body.decode() == (
        'data: {"status":"processing","progress":0.1}\n\n'
        'data: {"status":"processing","progress":0.5}\n\n'
        f'data: {{"status":"completed","outputs":["{picture}"]}}\n\n'
    )


async def test_the_listed_picture_is_served_from_the_same_origin(
    api: Get3WSandbox, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{api.url}/get3w/flux-dev", json=CAT) as answer:
        last = (await answer.text()).strip().splitlines()[-1]
    url = json.loads(last.removeprefix("data: "))["outputs"][0]
    async with http.get(url) as picture:
        assert picture.content_type == "image/png"
        assert (await picture.read()).startswith(b"\x89PNG")
    assert url.startswith(api.url.removesuffix("/api/v3"))


async def test_the_ledger_tells_a_stream_that_went_to_its_end(
    api: Get3WSandbox, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{api.url}/get3w/flux-dev", json=CAT) as answer:
        await answer.read()
    (submission,) = api.submissions
    assert (submission.model, submission.prompt) == ("get3w/flux-dev", "A cat in space")
    assert submission.headers["authorization"] == "Bearer sk_sandbox"
    assert submission.end is End.STREAMED
    assert submission.n_writes == 9
    assert submission.completed_at_s is not None


async def test_a_client_that_leaves_is_noticed_at_once(
    api: Get3WSandbox, http: aiohttp.ClientSession
) -> None:
    api.default = Scenario.stream([0.1, 0.5], every_s=60)
    answer = await http.post(f"{api.url}/get3w/flux-dev", json=CAT)
    await answer.content.readany()
    answer.close()
    await api.until(lambda: api.submissions[0].end is End.CLIENT_LEFT)


async def test_nine_events_are_nine_writes_at_the_pace_that_was_set(
    api: Get3WSandbox, http: aiohttp.ClientSession
) -> None:
    gate = asyncio.Event()
    async with http.post(f"{api.url}/get3w/flux-dev", json=CAT) as answer:
        gate.set()
        chunks = [chunk async for chunk, _ in answer.content.iter_chunks()]
    assert len(chunks) == 9
