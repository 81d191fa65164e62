"""What really became of a submission, whatever its client knows; and what the ledger says of it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from sandbox.backstage.facts import TaskFacts
from sandbox.backstage.tasks import tasks_of
from sandbox.get3w import Get3WSandbox, IdPlace, Polling, Scenario, Wording
from sandbox.get3w.fate import Fate, outcome_of
from sandbox.get3w.manner import Manner
from tests.contract.get3w_caller import Caller, calling

NOON_S = 1_700_000_000.0


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


def facts(api: Get3WSandbox) -> TaskFacts:
    [task] = tasks_of(api, NOON_S)
    return task


def fate_after(api: Get3WSandbox, seconds: float) -> Fate:
    [submission] = api.submissions
    task = api.tasks.get(submission.task_id or "")
    return outcome_of(submission, task, submission.at_s + seconds).fate


async def test_a_whole_stream_with_its_picture_is_completed_charged_and_served(
    call: Caller,
) -> None:
    url = await call.picture_url()
    picture = await call.get(url)

    task = facts(call.api)
    assert (task.fate, task.charged, task.told) == (Fate.COMPLETED, True, True)
    assert (task.streamed, task.connection) == (True, "sent in full")
    assert (task.n_served, task.n_bytes) == (1, len(picture.body))
    assert task.price_usd
    assert abs(task.submitted_at_s - NOON_S) < 60


async def test_each_picture_that_is_asked_for_is_charged(call: Caller) -> None:
    await call.submit(num_images=3)

    model = call.api.account.model(call.api.submissions[0].model)
    assert model is not None
    assert facts(call.api).price_usd == pytest.approx(3 * model.usd)


async def test_a_task_whose_client_has_left_is_completed_by_time_alone(call: Caller) -> None:
    call.api.default = Scenario.stream([0.1, 0.5], every_s=30.0)
    asking = asyncio.create_task(call.submit())
    await call.api.until(lambda: call.api.submissions and call.api.submissions[0].n_writes)
    asking.cancel()
    await call.api.until(lambda: facts(call.api).connection == "left by the bot")

    assert fate_after(call.api, 59) is Fate.WORKING
    assert fate_after(call.api, 61) is Fate.COMPLETED
    assert not facts(call.api).told


async def test_a_deletion_before_the_end_cancels_and_costs_nothing(call: Caller) -> None:
    call.api.default = Scenario.task(takes_s=600)
    told = await call.submit()
    await call.delete(f"/predictions/{told.document['data']['id']}")

    assert fate_after(call.api, 601) is Fate.CANCELLED
    assert not facts(call.api).charged


async def test_a_deletion_after_the_end_takes_no_charge_back(call: Caller) -> None:
    call.api.default = Scenario.task().polling_as(Polling(takes_s=0.0))
    told = await call.submit()
    await call.delete(f"/predictions/{told.document['data']['id']}")

    assert facts(call.api).charged


async def test_a_refused_submission_was_never_a_task(call: Caller) -> None:
    call.api.default = Scenario.refuses_stream()
    await call.submit()

    task = facts(call.api)
    assert (task.fate, task.accepted, task.connection) == (Fate.REFUSED, False, "refused")
    assert task.ended_at_s is not None


async def test_a_submission_without_the_right_key_was_never_a_task(call: Caller) -> None:
    call.api.account.key = "another"
    await call.submit()

    assert facts(call.api).fate is Fate.REFUSED


async def test_a_poll_that_tells_of_a_failure_makes_it_failed(call: Caller) -> None:
    call.api.default = Scenario.failure("out of memory")
    told = await call.submit()
    path = f"/predictions/{told.document['data']['id']}"
    await call.get(path)
    assert facts(call.api).fate is Fate.WORKING
    await call.get(path)

    task = facts(call.api)
    assert (task.fate, task.n_polls, task.streamed) == (Fate.FAILED, 2, False)


async def test_an_event_that_tells_of_a_failure_makes_it_failed(call: Caller) -> None:
    call.api.default = Scenario.events({"status": "failed", "error": "out of memory"})
    await call.submit()

    assert facts(call.api).fate is Fate.FAILED


async def test_a_download_that_fails_serves_no_picture(call: Caller) -> None:
    url = await call.picture_url()
    call.api.tasks[call.api.submissions[0].task_id or ""].deleted_at_s = time.monotonic()
    assert (await call.get(url)).status == 404

    assert facts(call.api).n_served == 0


@pytest.mark.parametrize("with_ids", [False, True])
def test_the_choice_of_ids_is_what_the_stream_carries(*, with_ids: bool) -> None:
    parts = Manner(with_ids=with_ids).scenario().answer.parts
    assert all(("id" in part.content) is with_ids for part in parts)


def test_a_slow_picture_takes_twenty_seconds_in_small_steps() -> None:
    scenario = Manner(slow=True).scenario()
    assert scenario.polling.takes_s == pytest.approx(20.0)
    assert len(scenario.answer.parts) > 20


@pytest.mark.parametrize(("place", "told"), [(IdPlace.NOWHERE, False), (IdPlace.URLS, True)])
async def test_the_ledger_says_whether_a_stream_told_its_id(
    call: Caller, place: IdPlace, *, told: bool
) -> None:
    call.api.default = Scenario.stream([0.5], wording=Wording(ids=place))
    await call.submit()

    assert facts(call.api).tells_id is told
