"""Which scenario answers whom, and what the local Get3W writes down of it."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from sandbox.get3w import End, Reply, Scenario
from tests.contract.get3w_caller import CAT, Caller, calling


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


# Scripts


async def _progress(call: Caller, prompt: str) -> float:
    return float((await call.submit(prompt)).events[0]["progress"])


def _only(progress: float) -> Scenario:
    return Scenario.stream([progress]).with_outputs()


async def test_one_running_api_answers_each_prompt_its_own_way(call: Caller) -> None:
    call.api.script("one", _only(0.1))
    call.api.script("two", _only(0.2))

    assert [await _progress(call, "two"), await _progress(call, "one")] == [0.2, 0.1]


async def test_a_pattern_answers_every_prompt_that_holds_it(call: Caller) -> None:
    call.api.script(re.compile("moon"), _only(0.3))

    assert await _progress(call, "a cat on the moon") == 0.3


async def test_an_exact_prompt_goes_before_a_pattern(call: Caller) -> None:
    call.api.script(re.compile("moon"), _only(0.3))
    call.api.script("the moon", _only(0.4))

    assert await _progress(call, "the moon") == 0.4


async def test_the_queue_answers_prompts_that_nothing_is_scripted_for(call: Caller) -> None:
    call.api.default = _only(0.9)
    call.api.script("mine", _only(0.1))
    call.api.enqueue(_only(0.5), _only(0.6))

    said = [await _progress(call, prompt) for prompt in ("mine", "a", "b", "c")]

    assert said == [0.1, 0.5, 0.6, 0.9]


async def test_what_is_scripted_again_replaces_what_was(call: Caller) -> None:
    call.api.script(CAT, _only(0.1))
    call.api.script(CAT, _only(0.2))

    assert await _progress(call, CAT) == 0.2


async def test_a_script_without_a_scenario_is_refused(call: Caller) -> None:
    with pytest.raises(ValueError, match="at least one"):
        call.api.script(CAT)


# The ledger


async def test_a_submission_is_written_down_with_all_that_was_sent(call: Caller) -> None:
    await call.submit(seed=42)

    (submission,) = call.api.submissions_of(CAT)
    assert submission.body == {"prompt": CAT, "stream": True, "seed": 42}
    assert submission.headers["Authorization"] == "Bearer sk_sandbox"
    assert submission.headers["Content-Type"] == "application/json"
    assert (submission.method, submission.model) == ("POST", "get3w/flux-dev")


async def test_a_stream_that_went_to_its_end_is_written_down(call: Caller) -> None:
    await call.submit()

    (submission,) = call.api.submissions
    assert (submission.end, submission.n_writes) == (End.STREAMED, 9)
    assert submission.completed_at_s is not None
    assert submission.ended_at_s is not None
    assert submission.at_s < submission.completed_at_s <= submission.ended_at_s


async def test_a_download_is_written_down_with_its_headers(call: Caller) -> None:
    url = await call.picture_url()

    told = await call.get(url)

    (download,) = call.api.downloads
    assert url.endswith(download.path)
    assert download.headers["User-Agent"].startswith("Python")
    assert (download.end, download.n_bytes) == (End.ANSWERED, len(told.body))


async def test_the_most_streams_at_once_are_counted(call: Caller) -> None:
    gate = asyncio.Event()
    call.api.default = Scenario.reply(Reply.json({}).held(gate))
    answers = [asyncio.create_task(call.submit(str(n))) for n in range(3)]
    await call.api.until(lambda: len(call.api.submissions) == 3)
    gate.set()
    await asyncio.gather(*answers)

    await call.submit("alone")

    assert call.api.ledger.peak_open == 3


async def test_waiting_in_vain_says_what_the_ledger_holds(call: Caller) -> None:
    await call.submit()

    with pytest.raises(TimeoutError, match=r"submissions: \[streamed\], 0 polls"):
        await call.api.until(lambda: call.api.polls, timeout_s=0.01)


async def test_waiting_returns_what_was_waited_for(call: Caller) -> None:
    waiting = asyncio.create_task(call.api.until(lambda: call.api.submissions))

    await call.submit()

    assert (await waiting)[0].prompt == CAT
