"""The list of models: there before the API is, refreshed behind the scenes, never an error."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from bot.domain.models import Model
from bot.providers.image_api import ImageApi
from sandbox.get3w import Get3WSandbox, Json, Reply
from tests.image_api_client import KEY, SleepingClock, opened

if TYPE_CHECKING:
    from bot.providers.catalogue import Get3WCatalogue

DOCUMENTED = (Model("get3w/flux-dev"),)


class CountedClock(SleepingClock):
    """Stops whoever sleeps for the n-th time."""

    def __init__(self, sleeps_max: int) -> None:
        super().__init__()
        self._sleeps_max = sleeps_max

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if len(self.slept_s) == self._sleeps_max:
            raise asyncio.CancelledError


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox) -> AsyncIterator[ImageApi]:
    async with opened(api.url) as image_api:
        yield image_api


def listing(*models: Json) -> Reply:
    return Reply.json({"code": 200, "message": "success", "data": list(models)})


def entry(model_id: Json, **members: Json) -> Json:
    return {"model_id": model_id, "type": "text-to-image", **members}


async def test_the_documented_model_is_there_before_the_api_is(client: ImageApi) -> None:
    assert client.catalogue.models() == DOCUMENTED


async def test_the_apis_text_to_image_models_take_its_place(
    api: Get3WSandbox, client: ImageApi
) -> None:
    assert await client.catalogue.refresh()
    models = client.catalogue.models()
    assert len(models) == 8
    assert models[0].id == "get3w/flux-dev"
    assert models[0].price_usd == 0.012
    assert models[0].description
    (visit,) = api.ledger.reads
    assert visit.headers["Authorization"] == f"Bearer {KEY}"


async def test_only_what_can_be_asked_for_is_listed(api: Get3WSandbox, client: ImageApi) -> None:
    api.account.models_reply = listing(
        entry("acme/one", base_price=0.5),
        entry("acme/two", base_price=0),
        entry("acme/three", base_price="cheap", description="  Paints\n\n in   oil. "),
        entry("acme/four", base_price=True, description=7),
        entry("acme/one", base_price=0.25),
        entry("../predictions/x"),
        entry("noslash"),
        entry(7),
        {"model_id": "acme/video", "type": "text-to-video"},
        {"model_id": "acme/untyped"},
        "acme/text",
        None,
    )
    assert await client.catalogue.refresh()
    assert client.catalogue.models() == (
        Model("acme/one", 0.25),
        Model("acme/two"),
        Model("acme/three", None, "Paints in oil."),
        Model("acme/four"),
    )


async def test_a_long_description_is_cut(api: Get3WSandbox, client: ImageApi) -> None:
    api.account.models_reply = listing(entry("acme/one", description="word " * 100))
    await client.catalogue.refresh()
    (model,) = client.catalogue.models()
    assert len(model.description) <= 200
    assert model.description.endswith("word\u2026")


@pytest.mark.parametrize(
    "reply",
    [
        Reply.refusal(401, "no"),
        Reply.html(502),
        Reply.html(200),
        Reply.empty(200),
        Reply.reset(),
        Reply.json({"code": 200, "data": None}),
        Reply.json({"code": 200, "data": {"model_id": "a/b"}}),
        listing(),
        listing(entry("noslash")),
        Reply.redirect("http://127.0.0.1:1/"),
        Reply.raw(b'{"data":[', "application/json"),
    ],
)
async def test_a_failure_keeps_the_list_that_is_there(
    api: Get3WSandbox, client: ImageApi, reply: Reply
) -> None:
    await client.catalogue.refresh()
    before = client.catalogue.models()
    api.account.models_reply = reply
    assert not await client.catalogue.refresh()
    assert client.catalogue.models() == before


async def test_failures_in_a_row_are_one_warning(
    api: Get3WSandbox, client: ImageApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    good, bad = api.account.models_reply, Reply.refusal(401, "xyzzy upstream words")
    for reply in (bad, bad, bad, good, bad, bad):
        api.account.models_reply = reply
        await client.catalogue.refresh()
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 2
    assert "xyzzy" not in caplog.text
    assert KEY not in caplog.text


async def test_it_is_refreshed_every_hour(api: Get3WSandbox) -> None:
    clock = CountedClock(3)
    async with opened(api.url, clock=clock) as client:
        with pytest.raises(asyncio.CancelledError):
            await client.catalogue.keep_fresh()
    assert clock.slept_s == [3600.0] * 3
    assert len(api.ledger.reads) == 3


async def test_after_a_failure_it_is_asked_sooner_and_then_more_rarely(api: Get3WSandbox) -> None:
    api.account.models_reply = Reply.html(503)
    clock = CountedClock(7)
    async with opened(api.url, clock=clock) as client:
        with pytest.raises(asyncio.CancelledError):
            await client.catalogue.keep_fresh()
    assert clock.slept_s == [30, 60, 120, 240, 480, 600, 600]


async def test_a_dead_api_is_no_error(api: Get3WSandbox) -> None:
    async with Get3WSandbox.open() as gone:
        url = gone.url
    async with opened(url) as client:
        catalogue: Get3WCatalogue = client.catalogue
        assert not await catalogue.refresh()
        assert catalogue.models() == DOCUMENTED
    assert api.ledger.reads == []
