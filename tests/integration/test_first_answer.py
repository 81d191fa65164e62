"""The first answer is refused, broken off, lost or asked for twice: one job at most."""

import asyncio

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.interactions import Interaction
from sandbox.discord.permissions import Permission
from sandbox.discord.settings import SandboxSettings
from tests.held_streams import (
    all_else_is_done,
    begun,
)
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLBACK = "*/callback"


async def sent(stage: Stage, prompt: str) -> Interaction:
    """Send the command without waiting for any answer."""
    channel = stage.new_channel()
    return await stage.discord.invoke(stage.alice, channel, "imagine", {"prompt": prompt})


async def test_an_interaction_that_is_too_old_costs_nothing(patient_stage: Stage) -> None:
    patient_stage.discord.settings = SandboxSettings(hidden_rate=None, answer_within_s=0)
    use = await sent(patient_stage, "Too old")
    await patient_stage.discord.until(
        lambda: any(request.response_code == 10062 for request in patient_stage.discord.requests)
    )

    patient_stage.discord.settings = SandboxSettings(hidden_rate=None)
    await all_else_is_done(patient_stage)

    assert patient_stage.api.submissions_of("Too old") == []
    assert patient_stage.discord.messages_in(use.channel) == []


@pytest.mark.parametrize("landed", [False, True], ids=["not landed", "landed"])
@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 503}, {"reset": True}, {"close": True}], ids=str
)
async def test_a_first_answer_that_breaks_is_repeated_and_the_job_runs_once(
    patient_stage: Stage, fault: dict[str, object], *, landed: bool
) -> None:
    prompt = f"Broken answer {fault} {landed}"
    patient_stage.discord.faults.add(Fault(path_glob=CALLBACK, carried_out=landed, **fault))

    use = await sent(patient_stage, prompt)
    await use.answered()
    message = await patient_stage.end_of(use)

    assert message.attachments
    assert patient_stage.discord.messages_in(use.channel) == [message]
    assert len(patient_stage.api.submissions_of(prompt)) == 1


async def test_a_limited_first_answer_is_repeated_while_there_is_time(
    patient_stage: Stage,
) -> None:
    fault = Fault.rate_limited(CALLBACK, 0.5, via=False)
    patient_stage.discord.faults.add(fault)

    message = await patient_stage.picture("Limited answer", channel=patient_stage.new_channel())

    assert message.attachments
    assert fault.hits == 1


async def test_nothing_is_submitted_where_no_first_answer_gets_through(
    patient_stage: Stage,
) -> None:
    fault = Fault(path_glob=CALLBACK, reset=True, times=None)
    patient_stage.discord.faults.add(fault)

    use = await sent(patient_stage, "No answer at all")
    await use.until(lambda use: use.failed)
    patient_stage.discord.faults.clear()
    await all_else_is_done(patient_stage)

    assert fault.hits > 1
    assert patient_stage.api.submissions_of("No answer at all") == []


async def test_a_refusal_that_a_proxys_page_turns_away_is_one_line(patient_stage: Stage) -> None:
    page = {"status": 429, "body": "slow down", "headers": {"Via": "1.1 x"}}
    patient_stage.discord.faults.add(Fault(path_glob=CALLBACK, **page))
    channel = patient_stage.new_channel()
    options = {"prompt": "x", "model": "nonsense"}

    use = await patient_stage.discord.invoke(patient_stage.alice, channel, "imagine", options)

    assert patient_stage.bot is not None
    await patient_stage.bot.says(f"WARNING  interaction {use.id} got no answer")


async def test_an_interaction_that_comes_twice_makes_one_job(patient_stage: Stage) -> None:
    use = await patient_stage.imagine("Comes twice", channel=patient_stage.new_channel())
    patient_stage.discord.gateway.resend(use)
    message = await patient_stage.end_of(use)
    patient_stage.discord.gateway.resend(use)
    await all_else_is_done(patient_stage)

    assert len(patient_stage.api.submissions_of("Comes twice")) == 1
    assert patient_stage.discord.messages_in(use.channel) == [message]
    assert use.followups == []


async def test_a_second_delivery_during_the_first_answer_makes_one_job(
    patient_stage: Stage,
) -> None:
    gate = asyncio.Event()
    fault = Fault(path_glob=CALLBACK, hold=gate)
    patient_stage.discord.faults.add(fault)
    use = await sent(patient_stage, "Twice at once")
    await patient_stage.discord.until(lambda: fault.hits)

    patient_stage.discord.gateway.resend(use)
    await all_else_is_done(patient_stage)
    gate.set()
    await patient_stage.end_of(await use.answered())

    assert len(patient_stage.api.submissions_of("Twice at once")) == 1
    assert len(patient_stage.discord.messages_in(use.channel)) == 1


async def test_a_missing_right_to_attach_files_is_told_before_anything_is_spent(
    patient_stage: Stage,
) -> None:
    channel = patient_stage.new_channel()
    bot = patient_stage.discord.world.application.bot
    patient_stage.discord.admin.deny(channel, bot, Permission.ATTACH_FILES)

    use = await patient_stage.imagine("May not attach", channel=channel)

    assert use.message.audience is patient_stage.alice
    assert "I can't attach files in this channel." in use.message.text
    assert "A moderator can give me *Attach Files*." in use.message.text
    assert patient_stage.api.submissions_of("May not attach") == []


async def test_a_picture_comes_in_a_thread(patient_stage: Stage) -> None:
    thread = patient_stage.new_channel(patient_stage.new_channel())

    message = await patient_stage.picture("In a thread", channel=thread)

    assert message.attachments
    assert message.channel is thread


async def test_a_thread_is_followed_by_a_new_message_too(patient_stage: Stage) -> None:
    thread = patient_stage.new_channel(patient_stage.new_channel())
    end = asyncio.Event()
    use = await begun(patient_stage, "Thread road", 0.3, end, channel=thread)
    patient_stage.discord.expire(use)
    forbidden = {"code": 50001, "message": "Missing Access"}
    path = f"*/channels/{thread.id}/messages/*"
    patient_stage.discord.faults.add(Fault("PATCH", path, status=403, body=forbidden))

    end.set()
    await patient_stage.discord.until(lambda: len(patient_stage.discord.messages_in(thread)) == 2)

    assert patient_stage.discord.messages_in(thread)[1].attachments
