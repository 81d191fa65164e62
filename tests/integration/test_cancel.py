"""Cancel: who may press it, when, and what it costs."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.interactions import AnswerKind, Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.records import RecordedRequest
from sandbox.discord.world import Channel
from sandbox.get3w import End, IdPlace, Wording
from tests.held_streams import carries_picture, held_stream
from tests.stage import PATIENT, Stage, has_ended, headlines, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

WITH_ID = Wording(ids=IdPlace.TOP)
NOTHING_LEFT = "There is nothing left to cancel."


async def running(stage: Stage, prompt: str, wording: Wording | None = None) -> Interaction:
    """Start a job that is at 30 % for as long as nobody ends it."""
    stage.api.script(prompt, held_stream(0.3, asyncio.Event(), wording=wording))
    use = await stage.imagine(prompt, channel=stage.new_channel())
    await use.message.until(lambda message: "30 %" in message.text)
    return use


def held_edit(
    stage: Stage,
    use: Interaction,
    matching: Callable[[RecordedRequest], bool] | None = None,
) -> asyncio.Event:
    """Let the next edit of a message take until the event is set."""
    gate = asyncio.Event()
    path = f"*/{use.token}/messages/@original"
    stage.discord.faults.add(Fault(path_glob=path, hold=gate, matching=matching))
    return gate


async def posted_button(stage: Stage, channel: Channel, custom_id: str) -> SandboxMessage:
    """Post a message with a Cancel button, as nobody but the bot itself could."""
    button = {"type": 2, "style": 2, "label": "Cancel", "custom_id": custom_id}
    row = {"type": 1, "components": [button]}
    url = f"{stage.discord.api_url}/channels/{channel.id}/messages"
    headers = {"Authorization": f"Bot {stage.discord.world.application.token}"}
    body = {"flags": 1 << 15, "components": [row]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=body, headers=headers) as response,
    ):
        assert response.status == 200
    return stage.discord.messages_in(channel)[-1]


async def test_the_owner_ends_a_running_job_and_reads_what_it_may_have_cost(
    patient_stage: Stage,
) -> None:
    use = await running(patient_stage, "Owner ends it")

    press = await patient_stage.press(patient_stage.alice, use.message, "Cancel")
    message = await patient_stage.end_of(use)

    assert press.answer is AnswerKind.DEFERRED_UPDATE
    assert headlines(message)[-1] == (
        f"⏹️ Cancelled by {patient_stage.alice.mention}. It may have been charged."
    )
    assert not message.buttons
    assert not message.pings


async def test_a_running_stream_is_closed_by_cancel(patient_stage: Stage) -> None:
    use = await running(patient_stage, "Closed stream")
    (submission,) = patient_stage.api.submissions_of("Closed stream")

    await patient_stage.press(patient_stage.alice, use.message, "Cancel")

    await patient_stage.api.until(lambda: submission.end is End.CLIENT_LEFT)


async def test_whoever_manages_messages_may_cancel_and_is_named(patient_stage: Stage) -> None:
    use = await running(patient_stage, "Moderator ends it")

    await patient_stage.press(patient_stage.mod, use.message, "Cancel")
    message = await patient_stage.end_of(use)

    assert f"Cancelled by {patient_stage.mod.mention}." in message.text


async def test_others_are_refused_in_private_and_the_job_goes_on(patient_stage: Stage) -> None:
    gate = asyncio.Event()
    patient_stage.api.script("Not yours", held_stream(0.3, gate))
    use = await patient_stage.imagine("Not yours", user=patient_stage.mod)

    press = await patient_stage.press(patient_stage.alice, use.message, "Cancel")
    gate.set()
    message = await patient_stage.end_of(use)

    assert press.message.audience is patient_stage.alice
    assert "This isn't your picture." in press.message.text
    assert message.attachments


async def test_a_task_with_an_id_is_cancelled_upstream_too(patient_stage: Stage) -> None:
    use = await running(patient_stage, "With an id", WITH_ID)
    (submission,) = patient_stage.api.submissions_of("With an id")

    await patient_stage.press(patient_stage.alice, use.message, "Cancel")

    await patient_stage.api.until(
        lambda: submission.task_id in [visit.task_id for visit in patient_stage.api.deletes]
    )


async def test_a_task_without_an_id_is_not_asked_for_upstream(patient_stage: Stage) -> None:
    use = await running(patient_stage, "Without an id")
    (submission,) = patient_stage.api.submissions_of("Without an id")

    await patient_stage.press(patient_stage.alice, use.message, "Cancel")
    await patient_stage.end_of(use)
    await patient_stage.api.until(lambda: submission.end is End.CLIENT_LEFT)

    assert submission.task_id not in [visit.task_id for visit in patient_stage.api.deletes]


async def test_a_second_press_is_answered_in_private(patient_stage: Stage) -> None:
    use = await running(patient_stage, "Pressed twice")
    landing = held_edit(patient_stage, use)

    await patient_stage.press(patient_stage.alice, use.message, "Cancel")
    second = await patient_stage.press(patient_stage.alice, use.message, "Cancel")
    landing.set()
    await patient_stage.end_of(use)

    assert NOTHING_LEFT in second.message.text
    assert second.message.audience is patient_stage.alice


async def test_a_press_while_the_picture_is_on_its_way_changes_nothing(
    patient_stage: Stage,
) -> None:
    gate = asyncio.Event()
    patient_stage.api.script("Too late to cancel", held_stream(0.3, gate))
    use = await patient_stage.imagine("Too late to cancel", channel=patient_stage.new_channel())
    landing = held_edit(patient_stage, use, carries_picture)
    gate.set()
    await patient_stage.discord.until(
        lambda: any(map(carries_picture, patient_stage.edits_of(use)))
    )

    press = await patient_stage.press(patient_stage.alice, use.message, "Cancel")
    landing.set()
    message = await patient_stage.end_of(use)

    assert NOTHING_LEFT in press.message.text
    assert press.message.audience is patient_stage.alice
    assert message.attachments


async def test_a_cancel_button_works_in_the_channel_of_its_job_only(patient_stage: Stage) -> None:
    use = await running(patient_stage, "Somewhere else")
    elsewhere = patient_stage.discord.world.guild("Quiet Harbour").channel("general")
    button = use.message.buttons[0].custom_id
    forged = await posted_button(patient_stage, elsewhere, button)

    press = await patient_stage.press(patient_stage.mod, forged, "Cancel")

    assert NOTHING_LEFT in press.message.text
    assert "30 %" in use.message.text
    await patient_stage.press(patient_stage.alice, use.message, "Cancel")


async def test_a_button_of_a_job_that_ended_in_an_earlier_process_is_answered_in_private(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with whole_stage(tmp_path_factory.mktemp("bot"), **PATIENT) as stage:
        use = await running(stage, "Before the crash")
        button = use.message.buttons[0].custom_id
        await stage.crash_bot()
        await stage.start_bot()
        await stage.end_of(use)
        kept = await posted_button(stage, use.channel, button)

        press = await stage.press(stage.alice, kept, "Cancel")

        assert NOTHING_LEFT in press.message.text
        assert press.message.audience is stage.alice


async def test_a_press_whose_answer_gets_lost_is_no_mistake_of_ours(patient_stage: Stage) -> None:
    use = await running(patient_stage, "Cancelled unheard")
    lost = Fault(path_glob="*/callback", reset=True)
    patient_stage.discord.faults.add(lost)

    press = await patient_stage.discord.press(use.user, use.message, "Cancel")
    await use.message.until(has_ended)

    assert use.message.text.startswith("⏹️ Cancelled by")
    await patient_stage.discord.until(lambda: lost.hits)
    assert patient_stage.bot is not None
    await patient_stage.bot.says(f"interaction {press.id} got no answer")
    assert press.message is None or press.message is use.message
    assert "mistake of ours" not in patient_stage.bot.output


async def test_a_press_whose_message_is_deleted_meanwhile_is_no_mistake_of_ours(
    patient_stage: Stage,
) -> None:
    use, gate = await running(patient_stage, "Deleted while it is cancelled"), asyncio.Event()
    held = Fault(path_glob="*/callback", hold=gate)
    patient_stage.discord.faults.add(held)

    press = await patient_stage.discord.press(use.user, use.message, "Cancel")
    await patient_stage.discord.until(lambda: held.hits)
    patient_stage.discord.delete_message(use.message)
    gate.set()

    assert patient_stage.bot is not None
    await patient_stage.bot.says(f"interaction {press.id} got no answer")
    assert "mistake of ours" not in patient_stage.bot.output
