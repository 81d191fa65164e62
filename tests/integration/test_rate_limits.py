"""Discord's limits, told and hidden: the picture never waits behind a percentage."""

import asyncio
import re

import pytest

from sandbox.discord.buckets import refusal_body, refusal_headers
from sandbox.discord.faults import Fault
from sandbox.discord.records import RecordedRequest
from sandbox.discord.settings import Rate, SandboxSettings
from sandbox.get3w import Scenario
from tests.held_streams import (
    befall,
    begun,
    carries_picture,
)
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def limited(requests: list[RecordedRequest]) -> list[RecordedRequest]:
    return [request for request in requests if request.status == 429]


async def test_fast_events_provoke_no_429_and_the_picture_comes_at_once(
    patient_stage: Stage,
) -> None:
    fractions = [number / 30 for number in range(1, 30)]
    patient_stage.api.script("29 events in 3 s", Scenario.stream(fractions, every_s=0.1))

    use = await patient_stage.imagine("29 events in 3 s", channel=patient_stage.new_channel())
    await patient_stage.api.until(
        lambda: [
            submission.completed_at_s
            for submission in patient_stage.api.submissions_of("29 events in 3 s")
            if submission.completed_at_s
        ]
    )
    message = await patient_stage.end_of(use, timeout_s=1)

    edits = patient_stage.edits_of(use)
    assert limited(edits) == []
    assert message.attachments
    moments = [edit.at_s for edit in edits if not edit.files]
    assert len(moments) - 1 <= moments[-1] - moments[0] + 0.5, "more than one a second"


async def test_a_crowded_channel_gets_every_picture_and_few_429s(patient_stage: Stage) -> None:
    patient_stage.discord.settings = SandboxSettings(hidden_rate=Rate(30, 6.0))
    patient_stage.api.script(
        re.compile("Crowd"), Scenario.stream([0.1, 0.3, 0.5, 0.7, 0.9], every_s=0.5)
    )
    channel = patient_stage.new_channel()

    uses = await asyncio.gather(
        *(patient_stage.imagine(f"Crowd {number}", channel=channel) for number in range(40))
    )
    messages = [await patient_stage.end_of(use, timeout_s=30) for use in uses]

    edits = [edit for use in uses for edit in patient_stage.edits_of(use)]
    progress = [edit for edit in edits if not edit.files and edit.status == 200]

    assert all(message.attachments for message in messages)
    assert len(limited(edits)) <= 20
    assert len(progress) <= 40


@pytest.mark.parametrize(
    "fault",
    [
        Fault.rate_limited("*", 1.0),
        Fault.rate_limited("*", 1.0, via=False),
        Fault.rate_limited("*", 1.0, scope="global"),
        Fault(status=429, body="error code: 1015", headers={"Retry-After": "1"}),
    ],
    ids=["user", "without Via", "global", "text body"],
)
async def test_a_picture_that_meets_a_429_waits_as_long_as_it_says_and_comes(
    patient_stage: Stage, fault: Fault, request: pytest.FixtureRequest
) -> None:
    end = asyncio.Event()
    use = await begun(patient_stage, f"Limited {request.node.name}", 0.3, end)
    befall(
        patient_stage,
        use,
        status=429,
        body=fault.body,
        headers=fault.headers,
        matching=carries_picture,
    )

    end.set()
    message = await patient_stage.end_of(use)

    refused, taken = filter(carries_picture, patient_stage.edits_of(use))
    assert message.attachments
    assert refused.status == 429
    assert taken.at_s - refused.at_s >= 1


async def test_after_a_429_on_progress_the_picture_goes_before_all_other_progress(
    patient_stage: Stage,
) -> None:
    channel = patient_stage.new_channel()
    start, end, other = asyncio.Event(), asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, "Limited progress", start, 0.3, end, channel=channel)
    busy = await begun(patient_stage, "Neighbour", other, 0.3, asyncio.Event(), channel=channel)
    wait_s = 2.0
    fault = befall(
        patient_stage,
        use,
        status=429,
        body=refusal_body("shared", wait_s),
        headers=refusal_headers("shared", wait_s),
    )

    start.set()
    await patient_stage.discord.until(lambda: fault.hits)
    other.set()
    end.set()
    message = await patient_stage.end_of(use)

    refused, picture = patient_stage.edits_of(use)
    assert message.attachments
    assert picture.at_s - refused.at_s >= wait_s
    assert all(edit.at_s > picture.at_s for edit in patient_stage.edits_of(busy))
    await patient_stage.press(patient_stage.alice, busy.message, "Cancel")


async def test_a_429_in_one_channel_slows_no_other(patient_stage: Stage) -> None:
    start, end = asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, "Slowed down", start, 0.3, asyncio.Event())
    elsewhere = await begun(patient_stage, "Unhindered", end)
    fault = befall(patient_stage, use, status=429, body=refusal_body("shared", 2))

    start.set()
    await patient_stage.discord.until(lambda: fault.hits)
    end.set()

    assert (await patient_stage.end_of(elsewhere, timeout_s=3)).attachments
