"""The local Get3W's catalogue and balance, its second origin, and the canary beside it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.get3w import Canary, Model, Reply, Scenario
from tests.contract.get3w_caller import Caller, calling


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    async with Canary.open() as bird:
        yield bird


# The catalogue


async def test_the_catalogue_has_models_of_each_kind(call: Caller) -> None:
    entries = (await call.get("/models")).document["data"]

    assert Counter(entry["type"] for entry in entries) == {
        "text-to-image": 10,
        "image-to-image": 2,
        "upscaler": 1,
        "image-to-video": 1,
    }


async def test_an_entry_has_the_documented_shape(call: Caller) -> None:
    entry = (await call.get("/models")).document["data"][0]

    run = entry["api_schema"]["api_schemas"][0]
    assert (entry["model_id"], entry["base_price"]) == ("get3w/flux-dev", 0.012)
    assert {"name", "description", "formula", "sort_order"} <= entry.keys()
    assert (run["type"], run["method"]) == ("model_run", "POST")
    assert run["server"] + run["api_path"] == f"{call.api.url}/get3w/flux-dev"


async def test_a_request_schema_says_what_the_model_takes(call: Caller) -> None:
    entry = (await call.get("/models")).document["data"][0]

    schema = entry["api_schema"]["api_schemas"][0]["request_schema"]
    properties = schema["properties"]
    assert schema["required"] == ["prompt"]
    assert schema["x-order-properties"] == list(properties)
    assert properties["size"]["default"] == "1024*1024"
    assert properties["num_images"] | {"minimum": 1, "maximum": 4} == properties["num_images"]


async def test_every_input_names_its_type(call: Caller) -> None:
    entries = (await call.get("/models")).document["data"]

    runs = [entry["api_schema"]["api_schemas"][0] for entry in entries]
    inputs = [each for run in runs for each in run["request_schema"]["properties"].values()]
    kinds = {each["type"] for each in inputs}
    assert kinds == {"string", "integer", "number", "boolean", "array"}


async def test_the_catalogue_is_the_tests_to_set(call: Caller) -> None:
    call.api.account.models = [Model(model_id="a/b", usd=1.0, inputs={}, streams=True)]

    entries = (await call.get("/models")).document["data"]

    assert [entry["model_id"] for entry in entries] == ["a/b"]
    assert (await call.submit(model="a/b")).headers["Content-Type"] == "text/event-stream"


async def test_the_catalogue_can_be_out_of_order(call: Caller) -> None:
    call.api.account.models_reply = Reply.html(503)

    assert (await call.get("/models")).status == 503


async def test_questions_for_the_catalogue_are_written_down(call: Caller) -> None:
    await call.get("/models")

    assert [read.path for read in call.api.ledger.reads] == ["/api/v3/models"]


async def test_the_bill_is_the_tests_to_set_and_comes_in_pages(call: Caller) -> None:
    call.api.account.bill = [{"amount": -0.03, "created_at": str(n)} for n in range(5)]

    page = (await call.get("/billings?type=usage&page=2&per_page=2")).document["data"]

    assert page["records"] == call.api.account.bill[2:4]
    assert (page["total"], page["page"], page["per_page"]) == (5, 2, 2)


async def test_the_balance_is_the_tests_to_set(call: Caller) -> None:
    call.api.account.balance_usd = 0.5

    assert (await call.get("/balance")).document["data"] == {"balance": 0.5, "currency": "USD"}


# The second origin


async def test_pictures_can_come_from_a_second_origin() -> None:
    async with calling(second_origin=True) as call:
        url = await call.picture_url()
        told = await call.get(url)

    assert not url.startswith(call.api.url.removesuffix("/api/v3"))
    assert told.body.startswith(b"\x89PNG")


# The canary


async def test_a_canary_serves_a_good_picture_at_every_path(canary: Canary) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{canary.url}/any") as answer:
        picture = await answer.read()

    assert answer.content_type == "image/png"
    assert picture.startswith(b"\x89PNG")
    assert canary.request_lines == ["GET /canary.png/any HTTP/1.1"]


async def test_a_canary_counts_connections_that_never_ask(canary: Canary) -> None:
    _, writer = await asyncio.open_connection(canary.host, canary.port)
    writer.write(b"\x16\x03\x01")
    await canary.until_visited()
    writer.close()

    assert (canary.n_connections, canary.request_lines) == (1, [])


async def test_a_canary_that_nobody_asked_has_counted_nothing(canary: Canary) -> None:
    assert canary.n_connections == 0


async def test_a_redirect_leads_to_the_canary(call: Caller, canary: Canary) -> None:
    call.api.default = Scenario.reply(Reply.redirect(canary.url, 307))

    assert (await call.submit()).body.startswith(b"\x89PNG")
    assert canary.n_connections == 1
