"""Tasks of the local Get3W: announced, polled, completed, failed, deleted."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.get3w import End, IdPlace, Output, Polling, PollPath, Reply, Scenario, Wording
from tests.contract.get3w_caller import Caller, calling


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def _statuses(call: Caller, path: str, count: int) -> list[object]:
    return [(await call.get(path)).document["data"]["status"] for _ in range(count)]


# Submission as a task


async def test_a_task_is_announced_in_the_documented_envelope(call: Caller) -> None:
    call.api.default = Scenario.task()

    told = await call.submit()

    data = told.document["data"]
    assert (told.document["code"], told.document["message"]) == (200, "success")
    assert re.fullmatch(r"[0-9a-f]{32}", data["id"])
    assert data["urls"]["get"] == f"{call.api.url}/predictions/{data['id']}"
    assert data["created_at"].endswith("Z")
    assert (data["model"], data["status"]) == ("get3w/flux-dev", "created")
    assert call.api.submissions[0].end is End.ANSWERED


async def test_without_the_stream_key_the_answer_is_a_task(call: Caller) -> None:
    told = await call.submit(stream=False)

    assert told.headers["Content-Type"] == "application/json"


async def test_a_model_that_does_not_stream_ignores_the_key(call: Caller) -> None:
    told = await call.submit(model="google/imagen4-fast")

    assert told.document["data"]["status"] == "created"


async def test_a_task_can_be_completed_at_once(call: Caller) -> None:
    call.api.default = Scenario.task("completed")

    told = await call.submit()

    assert told.document["data"]["status"] == "completed"
    assert (await call.get(told.document["data"]["outputs"][0])).status == 200
    assert call.api.submissions[0].completed_at_s is not None


async def test_the_get_address_can_end_with_result(call: Caller) -> None:
    call.api.default = Scenario.task().with_result_suffix()

    told = await call.submit()

    assert told.document["data"]["urls"]["get"].endswith("/result")


# Polls


async def test_each_poll_takes_the_next_status_and_the_last_one_stays(call: Caller) -> None:
    call.api.default = Scenario.task().polled("created", "processing", "completed")

    path = await call.task_path()

    assert await _statuses(call, path, 4) == ["created", "processing", "completed", "completed"]


async def test_both_addresses_of_a_task_answer(call: Caller) -> None:
    call.api.default = Scenario.task().polled("processing")
    path = await call.task_path()

    plain, result = await call.get(path), await call.get(f"{path}/result")

    assert plain.document == result.document
    assert [poll.path[-7:] == "/result" for poll in call.api.polls] == [False, True]


@pytest.mark.parametrize(
    ("path", "statuses"), [(PollPath.PLAIN, [200, 404]), (PollPath.RESULT, [404, 200])]
)
async def test_one_of_the_addresses_can_be_missing(
    call: Caller, path: PollPath, statuses: list[int]
) -> None:
    call.api.default = Scenario.task().polling_as(Polling(path=path))
    base = await call.task_path()

    assert [(await call.get(base + end)).status for end in ("", "/result")] == statuses


async def test_outputs_and_flags_come_with_completion_only(call: Caller) -> None:
    call.api.default = Scenario.task().polled("processing", "completed").flagged([True])
    path = await call.task_path()

    waiting, done = [(await call.get(path)).document["data"] for _ in range(2)]

    assert (waiting["outputs"], waiting["has_nsfw_contents"]) == ([], [])
    assert (len(done["outputs"]), done["has_nsfw_contents"]) == (1, [True])


async def test_a_poll_that_tells_of_completion_is_the_moment_of_it(call: Caller) -> None:
    call.api.default = Scenario.task().polled("processing", "completed")
    path = await call.task_path()
    submission = call.api.submissions[0]

    await call.get(path)
    before = submission.completed_at_s
    await call.get(path)
    first = submission.completed_at_s
    await call.get(path)

    assert before is None
    assert first is not None
    assert submission.completed_at_s == first


async def test_a_task_whose_stream_was_cut_goes_on_by_polling(call: Caller) -> None:
    told = Scenario.stream([0.5], wording=Wording(ids=IdPlace.TOP)).cut(after_events=1)
    call.api.default = told.polled("processing", "completed")

    (seen,) = (await call.submit()).events

    assert await _statuses(call, f"/predictions/{seen['id']}", 2) == ["processing", "completed"]


async def test_polls_can_fail_for_a_while(call: Caller) -> None:
    faults = (Reply.html(500), Reply.refusal(404, "task not found"))
    call.api.default = Scenario.task().polled(*faults, "completed")
    path = await call.task_path()

    assert [(await call.get(path)).status for _ in range(3)] == [500, 404, 200]


async def test_a_poll_can_be_reset(call: Caller) -> None:
    call.api.default = Scenario.task().polled(Reply.reset())
    path = await call.task_path()

    with pytest.raises(aiohttp.ClientError):
        await call.get(path)


async def test_a_failed_task_says_so_with_http_200(call: Caller) -> None:
    call.api.default = Scenario.failure("Content flagged as potentially sensitive", 1200)
    path = await call.task_path()

    waiting, failed = [await call.get(path) for _ in range(2)]

    assert waiting.document["data"]["status"] == "processing"
    assert failed.status == 200
    assert failed.document["data"] | {"status": "failed", "code": 1200} == failed.document["data"]


async def test_a_task_can_take_its_time(call: Caller) -> None:
    call.api.default = Scenario.task(takes_s=60)

    assert await _statuses(call, await call.task_path(), 5) == ["created"] * 5


async def test_a_task_whose_time_is_over_is_completed(call: Caller) -> None:
    call.api.default = Scenario.task(takes_s=0.0001)

    assert await _statuses(call, await call.task_path(), 1) == ["completed"]


async def test_a_gate_holds_the_last_answer_back(call: Caller) -> None:
    gate = asyncio.Event()
    polling = Polling(answers=("processing", "completed"), gate=gate)
    call.api.default = Scenario.task().polling_as(polling)
    path = await call.task_path()
    held = await _statuses(call, path, 3)

    gate.set()

    assert held == ["processing"] * 3
    assert await _statuses(call, path, 1) == ["completed"]


async def test_a_task_lists_base64_when_it_was_told_to(call: Caller) -> None:
    picture = b"\x89PNG picture"
    listed = Scenario.task().polled("completed").with_outputs(Output.base64(picture))
    call.api.default = listed

    data = (await call.get(await call.task_path())).document["data"]

    assert data["outputs"] == ["iVBORyBwaWN0dXJl"]


async def test_a_poll_with_a_wrong_key_is_refused(call: Caller) -> None:
    call.api.default = Scenario.task()
    path = await call.task_path()
    call.api.account.key = "sk_other"

    assert (await call.get(path)).status == 401


async def test_an_unknown_task_is_not_found(call: Caller) -> None:
    assert (await call.get("/predictions/nobody")).status == 404


# Deletions


async def test_a_deleted_task_takes_its_pictures_with_it(call: Caller) -> None:
    url = await call.picture_url()
    path = f"/predictions/{call.api.submissions[0].task_id}"

    told = await call.delete(path)

    assert told.document["data"] == {"id": path.rpartition("/")[2], "status": "deleted"}
    assert (await call.get(url)).status == 404
    assert (await call.get(path)).status == 404
    assert call.api.deletes[0].task_id == call.api.submissions[0].task_id


async def test_a_deletion_can_be_refused(call: Caller) -> None:
    call.api.default = Scenario.task().deleted_as(Reply.refusal(500, "not now"))
    path = await call.task_path()

    assert (await call.delete(path)).status == 500
    assert (await call.get(path)).status == 200


async def test_an_unknown_task_can_not_be_deleted(call: Caller) -> None:
    assert (await call.delete("/predictions/nobody")).status == 404
