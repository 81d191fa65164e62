"""Alerts on their way to whoever takes them, over a real socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest

from bot.domain.alerts import AccountAlert, Alert, AlertText, BudgetAlert, Cause
from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.observability.alerts import AlertPlace, HostAlerts, open_alerts
from tests.contract.alert_taker import AlertTaker, alert_taker
from tests.image_api_client import SleepingClock

REFUSED = AccountAlert(403)
NEARLY = BudgetAlert(4_000_000, 5_000_000, datetime(2030, 1, 2, tzinfo=UTC))
WEBHOOK = "/api/webhooks/123/a-token-that-nobody-sees"


class Turns:
    """Gives the turn, or doesn't."""

    def __init__(self) -> None:
        self.ours = True
        self.asked: list[Cause] = []
        self.trouble: StoreUnavailableError | None = None

    async def take(self, cause: Cause) -> bool:
        self.asked.append(cause)
        if self.trouble:
            raise self.trouble
        return self.ours


@pytest.fixture
async def taker() -> AsyncIterator[AlertTaker]:
    async with alert_taker() as taker:
        yield taker


@pytest.fixture
def clock() -> SleepingClock:
    return SleepingClock()


@pytest.fixture
def turns() -> Turns:
    return Turns()


def written(alert: Alert) -> AlertText:
    return AlertText(f"About {alert.cause.value}", "Détails, such as 80 %.")


def opened(
    url: str | None, turns: Turns, clock: SleepingClock
) -> AbstractAsyncContextManager[HostAlerts]:
    return open_alerts(AlertPlace(url, written), turns, clock)


async def test_a_webhook_of_discords_gets_content_that_mentions_nobody(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        (post,) = await taker.taken()

    assert post.path == WEBHOOK
    assert post.document == {
        "content": "About account_refused\nDétails, such as 80 %.",
        "allowed_mentions": {"parse": []},
    }


@pytest.mark.parametrize(
    "path", ["/services/T0/B0/xyz", "/hooks/xyz", "/api/webhooks/123/token/slack", "/a/b?c=d"]
)
async def test_any_other_webhook_gets_a_text(
    taker: AlertTaker, turns: Turns, clock: SleepingClock, path: str
) -> None:
    async with opened(f"{taker.url}{path}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        (post,) = await taker.taken()

    assert post.path == path
    assert post.document == {"text": "About account_refused\nDétails, such as 80 %."}
    assert post.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/my-topic", "/my_topic?auth=xyz"])
async def test_an_ntfy_topic_gets_plain_words_and_a_title(
    taker: AlertTaker, turns: Turns, clock: SleepingClock, path: str
) -> None:
    async with opened(f"{taker.url}{path}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        (post,) = await taker.taken()

    assert post.path == path
    assert post.body.decode() == "Détails, such as 80 %."
    assert post.headers["Title"] == "About account_refused"


async def test_a_user_and_a_password_in_the_address_are_for_the_server(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    url = taker.url.replace("http://", "http://me:secret@")
    async with opened(f"{url}/my-topic", turns, clock) as alerts:
        alerts.tell(REFUSED)
        (post,) = await taker.taken()

    assert post.headers["Authorization"].startswith("Basic ")


async def test_a_cause_is_told_of_once_an_hour(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        for _ in range(100):
            alerts.tell(REFUSED)
        await taker.taken()
        clock.passed_s += 3600
        alerts.tell(REFUSED)
        await taker.taken(2)

    assert len(taker.posts) == 2
    assert turns.asked == [Cause.ACCOUNT_REFUSED] * 2


async def test_causes_do_not_silence_each_other(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        alerts.tell(NEARLY)
        await taker.taken(2)

    assert set(turns.asked) == {Cause.ACCOUNT_REFUSED, Cause.BUDGET_NEARLY_USED}


async def test_what_another_process_tells_is_not_told_here(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    turns.ours = False
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)

    assert turns.asked == [Cause.ACCOUNT_REFUSED]
    assert taker.posts == []


async def test_after_another_process_told_of_it_the_turn_comes_again_in_minutes(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    turns.ours = False
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        await asyncio.sleep(0)
        turns.ours = True
        clock.passed_s += 300
        alerts.tell(REFUSED)
        await taker.taken()


async def test_without_the_database_an_alert_is_sent_all_the_same(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    turns.trouble = StoreUnavailableError(StoreTrouble.AWAY)
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        await taker.taken()


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_what_may_pass_is_tried_again(
    taker: AlertTaker, turns: Turns, clock: SleepingClock, status: int
) -> None:
    taker.statuses = [status, status]
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        await taker.taken(3)

    assert clock.slept_s == [1.0, 5.0]


@pytest.mark.parametrize("status", [301, 400, 401, 404])
async def test_what_will_not_pass_is_told_once_in_the_log(
    taker: AlertTaker,
    turns: Turns,
    clock: SleepingClock,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    taker.statuses = [status]
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)

    assert len(taker.posts) == 1
    assert f"An alert wasn't taken (status {status}). Look at ALERT_URL." in caplog.messages


async def test_it_is_given_up_after_a_few_minutes(
    taker: AlertTaker, turns: Turns, clock: SleepingClock, caplog: pytest.LogCaptureFixture
) -> None:
    taker.statuses = [500] * 9
    async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)
        await taker.taken(5)

    assert len(taker.posts) == 5
    assert sum(clock.slept_s) == 156
    assert "status 500" in caplog.text


async def test_an_address_where_nobody_is_harms_nothing_and_stays_secret(
    turns: Turns, clock: SleepingClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened(f"http://127.0.0.1:1{WEBHOOK}", turns, clock) as alerts:
        alerts.tell(REFUSED)

    assert "ClientConnectorError" in caplog.text
    assert "a-token-that-nobody-sees" not in caplog.text


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:1/topic"])
async def test_the_log_has_every_alert(
    turns: Turns, clock: SleepingClock, caplog: pytest.LogCaptureFixture, url: str | None
) -> None:
    async with opened(url, turns, clock) as alerts:
        alerts.tell(REFUSED)

    assert "alert  About account_refused  Détails, such as 80 %." in caplog.messages


async def test_a_mistake_of_ours_ends_no_more_than_its_alert(
    taker: AlertTaker, turns: Turns, clock: SleepingClock, caplog: pytest.LogCaptureFixture
) -> None:
    def stumbling(alert: Alert) -> AlertText:
        raise ValueError(alert.cause.value)

    place = AlertPlace(f"{taker.url}{WEBHOOK}", stumbling)
    async with open_alerts(place, turns, clock) as alerts:
        alerts.tell(REFUSED)

    assert "alert account_refused ended by a mistake of ours" in caplog.messages
    assert taker.posts == []


async def test_the_end_does_not_wait_for_whoever_does_not_answer(
    taker: AlertTaker, turns: Turns, clock: SleepingClock
) -> None:
    taker.gate.clear()
    async with asyncio.timeout(8):
        async with opened(f"{taker.url}{WEBHOOK}", turns, clock) as alerts:
            alerts.tell(REFUSED)
            await taker.taken()
        alerts.tell(NEARLY)

    assert turns.asked == [Cause.ACCOUNT_REFUSED]
