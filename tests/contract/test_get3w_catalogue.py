"""The list of models: there before the API is, refreshed behind the scenes, never an error."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.model_inputs import UNKNOWN_INPUTS, CountInput, ModelKind
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
    assert tuple(client.catalogue.models()) == DOCUMENTED


async def test_the_apis_models_for_pictures_take_its_place(
    api: Get3WSandbox, client: ImageApi
) -> None:
    assert await client.catalogue.refresh()
    models = client.catalogue.models()
    kinds = Counter(model.kind for model in models)
    assert kinds == {ModelKind.PAINTER: 10, ModelKind.EDITOR: 2, ModelKind.UPSCALER: 1}
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


async def test_what_a_model_takes_comes_from_its_schema(client: ImageApi) -> None:
    await client.catalogue.refresh()

    assert client.catalogue.takes("get3w/flux-dev").count == CountInput("num_images", 4)
    assert client.catalogue.takes("get3w/not-yet-listed") == UNKNOWN_INPUTS


async def test_of_the_documented_model_it_is_not_known_what_it_takes(client: ImageApi) -> None:
    assert client.catalogue.takes("get3w/flux-dev") == UNKNOWN_INPUTS


async def test_after_a_restart_the_last_list_is_there_before_the_api_is(
    api: Get3WSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "models.json"
    async with opened(api.url, catalogue_file=file) as client:
        await client.catalogue.refresh()
        before = client.catalogue.models()

    async with opened("http://127.0.0.1:1", catalogue_file=file) as client:
        assert client.catalogue.models() == before
        assert not await client.catalogue.refresh()
        assert client.catalogue.models() == before
    assert [path.name for path in file.parent.iterdir()] == ["models.json"]


async def test_a_failure_leaves_the_file_as_it_is(api: Get3WSandbox, tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    async with opened(api.url, catalogue_file=file) as client:
        await client.catalogue.refresh()
        kept = file.read_bytes()
        api.account.models_reply = Reply.html(200)
        await client.catalogue.refresh()

    assert file.read_bytes() == kept


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"data": 7}'])
async def test_a_damaged_file_is_as_none(api: Get3WSandbox, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "models.json"
    file.write_bytes(content)

    async with opened(api.url, catalogue_file=file) as client:
        assert tuple(client.catalogue.models()) == DOCUMENTED


async def test_a_disk_that_takes_nothing_costs_no_list(
    api: Get3WSandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.write_bytes(b"")

    async with opened(api.url, catalogue_file=in_the_way / "models.json") as client:
        assert await client.catalogue.refresh()
        assert len(client.catalogue.models()) == 13
    assert "can't be kept on disk" in caplog.text
