"""Discord breaks off, refuses or delays edits; the picture comes all the same, and comes last."""

import asyncio

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.permissions import Permission
from tests.held_streams import (
    befall,
    begun,
    carries_no_picture,
    carries_picture,
)
from tests.stage import Stage, headlines

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"status": 502, "body": "<html>bad gateway</html>"},
        {"reset": True},
        {"close": True},
        {"status": 500, "times": 5},
    ],
    ids=["500", "503", "502 page", "RST", "closed", "500 five times"],
)
async def test_a_final_edit_that_breaks_is_sent_again(
    patient_stage: Stage, fault: dict[str, object]
) -> None:
    gate = asyncio.Event()
    use = await begun(patient_stage, f"Final {fault}", 0.3, gate)
    added = befall(patient_stage, use, matching=carries_picture, **fault)

    gate.set()
    message = await patient_stage.end_of(use, timeout_s=30)

    assert len(message.attachments) == 1
    assert added.hits == added.times
    assert len(patient_stage.api.submissions_of(f"Final {fault}")) == 1


@pytest.mark.parametrize("how", ["reset", "close"])
async def test_a_final_edit_whose_answer_is_lost_shows_one_picture(
    patient_stage: Stage, how: str
) -> None:
    gate = asyncio.Event()
    use = await begun(patient_stage, f"Answer lost {how}", 0.3, gate)
    befall(patient_stage, use, matching=carries_picture, carried_out=True, **{how: True})

    gate.set()
    await patient_stage.discord.until(
        lambda: len(list(filter(carries_picture, patient_stage.edits_of(use)))) == 2
    )
    message = await patient_stage.end_of(use)

    assert len(message.attachments) == 1
    assert len(patient_stage.discord.messages_in(use.channel)) == 1


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 503}, {"reset": True}, {"close": True}],
    ids=["500", "503", "RST", "closed"],
)
async def test_a_progress_edit_that_breaks_does_not_stop_the_next(
    patient_stage: Stage, fault: dict[str, object]
) -> None:
    start, middle, end = asyncio.Event(), asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, f"Progress {fault}", start, 0.3, middle, 0.6, end)
    added = befall(patient_stage, use, **fault)

    start.set()
    await patient_stage.discord.until(lambda: added.hits)
    middle.set()
    await use.message.until(lambda message: "60 %" in message.text)
    end.set()

    assert (await patient_stage.end_of(use)).attachments


async def test_a_slow_progress_edit_never_comes_after_the_picture(patient_stage: Stage) -> None:
    start, end, landing = asyncio.Event(), asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, "Slow edit", start, 0.3, end)
    slow = befall(patient_stage, use, hold=landing)
    start.set()
    await patient_stage.discord.until(lambda: slow.hits)
    (submission,) = patient_stage.api.submissions_of("Slow edit")

    end.set()
    await patient_stage.api.until(lambda: fetched(patient_stage, submission.task_id))
    sent_before = len(patient_stage.edits_of(use))
    landing.set()
    message = await patient_stage.end_of(use)

    assert sent_before == 1
    assert [bool(request.files) for request in patient_stage.edits_of(use)] == [False, True]
    assert "30 %" in headlines(message)[-2]


async def test_a_picture_refused_on_one_road_comes_by_the_next(patient_stage: Stage) -> None:
    gate = asyncio.Event()
    use = await begun(patient_stage, "Refused once", 0.3, gate)
    refusal = {"code": 50035, "message": "Invalid Form Body"}
    befall(patient_stage, use, matching=carries_picture, status=400, body=refusal, times=None)

    gate.set()
    message = await patient_stage.end_of(use)

    assert message.attachments
    assert len(list(filter(carries_picture, patient_stage.edits_of(use)))) == 1


async def test_a_picture_refused_everywhere_ends_in_an_honest_message(
    patient_stage: Stage,
) -> None:
    gate = asyncio.Event()
    use = await begun(patient_stage, "Refused everywhere", 0.3, gate)
    refusal = {"code": 50035, "message": "Invalid Form Body"}
    patient_stage.discord.faults.add(
        Fault(matching=carries_picture, status=400, body=refusal, times=None)
    )

    gate.set()
    message = await patient_stage.end_of(use)

    assert "⚠️ Discord didn't take the picture." in message.text
    assert "It may have been charged." in message.text
    assert [button.label for button in message.buttons] == ["Try again", "Edit"]
    assert len(patient_stage.discord.messages_in(use.channel)) == 1


async def test_a_right_that_is_taken_away_meanwhile_is_named(patient_stage: Stage) -> None:
    gate = asyncio.Event()
    use = await begun(patient_stage, "Right taken away", 0.3, gate)
    bot = patient_stage.discord.world.application.bot
    patient_stage.discord.admin.deny(use.channel, bot, Permission.ATTACH_FILES)

    gate.set()
    message = await patient_stage.end_of(use)

    assert "I still may *Attach Files*" in message.text
    assert len(patient_stage.discord.messages_in(use.channel)) == 1


async def test_progress_that_discord_refuses_is_not_sent_again_and_the_picture_comes(
    patient_stage: Stage,
) -> None:
    start, end = asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, "Refused progress", start, 0.3, end)
    refusal = {"code": 50035, "message": "Invalid Form Body"}
    added = befall(
        patient_stage, use, matching=carries_no_picture, status=400, body=refusal, times=None
    )

    start.set()
    await patient_stage.discord.until(lambda: added.hits)
    end.set()

    assert (await patient_stage.end_of(use)).attachments
    assert added.hits == 1


def fetched(stage: Stage, task_id: str | None) -> bool:
    done = (visit for visit in stage.api.downloads if visit.ended_at_s is not None)
    return any(task_id is not None and task_id in visit.path for visit in done)
