"""What is left in the account: read where it can be, and never an error."""

from collections.abc import AsyncIterator

import pytest

from bot.providers.image_api import ImageApi
from sandbox.get3w import Get3WSandbox, Json, Reply
from tests.image_api_client import KEY, opened


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox) -> AsyncIterator[ImageApi]:
    async with opened(api.url) as image_api:
        yield image_api


async def test_the_balance_is_what_the_api_says(api: Get3WSandbox, client: ImageApi) -> None:
    api.account.balance_usd = 12.34

    assert await client.balance.usd() == 12.34
    (visit,) = api.ledger.reads
    assert visit.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("document", "usd"),
    [
        ({"data": {"balance": 0}}, 0),
        ({"data": {"balance": -0.5, "currency": None}}, -0.5),
        ({"balance": 3.5}, 3.5),
        ({"data": {"balance": 3.5, "currency": "EUR"}}, None),
        ({"data": {"balance": 3.5, "currency": ["USD"]}}, None),
        ({"data": {"balance": "3.5"}}, None),
        ({"data": {"balance": True}}, None),
        ({"data": [3.5]}, None),
        ([3.5], None),
    ],
)
async def test_only_an_amount_in_dollars_is_told(
    api: Get3WSandbox, client: ImageApi, document: Json, usd: float | None
) -> None:
    api.account.balance_reply = Reply.json(document)

    assert await client.balance.usd() == usd


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_a_refused_question_has_no_answer(
    api: Get3WSandbox, client: ImageApi, status: int
) -> None:
    api.account.balance_reply = Reply.json({"data": {"balance": 5}}, status)

    assert await client.balance.usd() is None


async def test_where_nobody_answers_there_is_none() -> None:
    async with opened("http://127.0.0.1:1/api/v3") as image_api:
        assert await image_api.balance.usd() is None
