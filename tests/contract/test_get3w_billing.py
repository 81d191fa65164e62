"""What a day has cost, as the image API tells it; half a bill is none."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.providers.billing import PAGE_RECORDS
from bot.providers.image_api import ImageApi
from sandbox.get3w import Get3WSandbox, Json, Reply
from tests.image_api_client import opened

DAY = date(2026, 3, 2)


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox) -> AsyncIterator[ImageApi]:
    async with opened(api.url) as image_api:
        yield image_api


def record(at: str, amount: float = -0.03, **more: Json) -> dict[str, Json]:
    return {"type": "usage", "amount": amount, "created_at": at, **more}


def at(day: int, minute: int = 0) -> str:
    return f"2026-03-{day:02}T12:{minute:02}:00.000Z"


async def test_the_charges_of_a_day_are_added_up(api: Get3WSandbox, client: ImageApi) -> None:
    api.account.bill = [
        record("2026-03-03T00:00:00Z"),
        record("2026-03-02T23:59:59Z"),
        record(at(2)),
        record("2026-03-02T00:00:00+00:00", 0.5),
        record("2026-03-01T23:59:59Z"),
    ]

    assert await client.billing.microdollars_on(DAY) == 560_000


async def test_a_moment_elsewhere_counts_for_the_day_of_utc(
    api: Get3WSandbox, client: ImageApi
) -> None:
    api.account.bill = [record("2026-03-03T01:00:00+02:00")]

    assert await client.billing.microdollars_on(DAY) == 30_000


async def test_a_bill_of_many_pages_is_read_until_the_day_is_past(
    api: Get3WSandbox, client: ImageApi
) -> None:
    today = [record(at(3, n % 60)) for n in range(PAGE_RECORDS)]
    wanted = [record(at(2, 59 - n % 60)) for n in range(PAGE_RECORDS + 1)]
    older = [record(at(1, 59 - n % 60)) for n in range(5 * PAGE_RECORDS)]
    api.account.bill = [*today, *wanted, *older]

    assert await client.billing.microdollars_on(DAY) == 30_000 * len(wanted)
    assert len(api.ledger.reads) < 6


async def test_a_bill_that_begins_with_the_oldest_is_read_to_its_end(
    api: Get3WSandbox, client: ImageApi
) -> None:
    older = [record(f"2026-03-01T12:{n // 60:02}:{n % 60:02}Z") for n in range(PAGE_RECORDS)]
    api.account.bill = [*older, record(at(2))]

    assert await client.billing.microdollars_on(DAY) == 30_000


async def test_what_was_paid_in_is_no_cost(api: Get3WSandbox, client: ImageApi) -> None:
    api.account.bill = [record(at(2)), record(at(2), 50.0, type="topup")]

    assert await client.billing.microdollars_on(DAY) == 30_000


async def test_a_day_without_charges_has_cost_nothing(client: ImageApi) -> None:
    assert await client.billing.microdollars_on(DAY) == 0


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"items": [{"billing_type": "deduct", "price": 0.03, "created_at": at(2)}]}},
        {"records": [{"cost": 0.03, "time": at(2)}]},
    ],
)
async def test_other_dialects_are_understood(
    api: Get3WSandbox, client: ImageApi, document: Json
) -> None:
    api.account.billings_reply = Reply.json(document)

    assert await client.billing.microdollars_on(DAY) == 30_000


@pytest.mark.parametrize(
    "reply",
    [
        Reply.json({"data": {}}),
        Reply.json({"data": {"records": {}}}),
        Reply.json({"data": {"records": ["?"]}}),
        Reply.json({"data": {"records": [{"amount": "3", "created_at": at(2)}]}}),
        Reply.json({"data": {"records": [{"amount": 24_300, "created_at": at(2)}]}}),
        Reply.json({"data": {"records": [{"amount": 1, "created_at": "yesterday"}]}}),
        Reply.json({"data": {"records": []}}, status=404),
        Reply.html(502),
    ],
)
async def test_a_bill_that_cannot_be_read_as_a_whole_is_not_told(
    api: Get3WSandbox, client: ImageApi, reply: Reply
) -> None:
    api.account.billings_reply = reply

    assert await client.billing.microdollars_on(DAY) is None


async def test_an_api_that_is_away_has_no_bill() -> None:
    async with opened("http://127.0.0.1:9/api/v3") as client:
        assert await client.billing.microdollars_on(DAY) is None
