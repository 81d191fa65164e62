"""The message or its token goes away while a picture is being made."""

import asyncio

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.records import RecordedRequest
from tests.held_streams import (
    all_else_is_done,
    befall,
    begun,
)
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

DEATHS = {
    "50027": Fault(status=401, body={"code": 50027, "message": "Invalid Webhook Token"}),
    "10015": Fault(status=404, body={"code": 10015, "message": "Unknown Webhook"}),
}


def end_token(stage: Stage, use: Interaction, death: str) -> Fault:
    """Let every use of a token be refused from now on."""
    told = DEATHS[death]
    return befall(stage, use, status=told.status, body=told.body, times=None)


def posts_in(stage: Stage, use: Interaction) -> list[RecordedRequest]:
    path = f"/channels/{use.channel.id}/messages"
    return [r for r in stage.discord.requests if r.method == "POST" and r.path.endswith(path)]


async def test_nothing_more_is_sent_to_a_message_that_a_moderator_deleted(
    patient_stage: Stage,
) -> None:
    middle, end = asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, "Deleted", 0.3, middle, 0.6, end)
    await use.message.until(lambda message: "30 %" in message.text)
    patient_stage.discord.delete_message(use.message)

    middle.set()
    await patient_stage.discord.until(
        lambda: patient_stage.edits_of(use)[-1].response_code == 10008
    )
    sent = len(patient_stage.edits_of(use))
    end.set()
    await all_else_is_done(patient_stage)

    assert len(patient_stage.edits_of(use)) == sent
    assert patient_stage.discord.messages_in(use.channel) == []
    assert posts_in(patient_stage, use) == []


async def test_a_deletion_that_only_the_picture_finds_out_is_respected(
    patient_stage: Stage,
) -> None:
    end = asyncio.Event()
    use = await begun(patient_stage, "Deleted late", 0.3, end)
    await use.message.until(lambda message: "30 %" in message.text)
    patient_stage.discord.delete_message(use.message)

    end.set()
    await patient_stage.discord.until(
        lambda: patient_stage.edits_of(use)[-1].response_code == 10008
    )
    await all_else_is_done(patient_stage)

    assert patient_stage.discord.messages_in(use.channel) == []
    assert posts_in(patient_stage, use) == []


async def test_nothing_more_is_sent_into_a_channel_that_is_gone(patient_stage: Stage) -> None:
    start, end = asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, "Channel gone", start, 0.3, end)
    body = {"code": 10003, "message": "Unknown Channel"}
    gone = befall(patient_stage, use, status=404, body=body, times=None)

    start.set()
    await patient_stage.discord.until(lambda: gone.hits)
    end.set()
    await all_else_is_done(patient_stage)

    assert gone.hits == 1
    assert posts_in(patient_stage, use) == []


@pytest.mark.parametrize("death", DEATHS)
async def test_a_public_message_goes_on_as_its_author_when_the_token_dies(
    patient_stage: Stage, death: str
) -> None:
    steps = first, second, end = asyncio.Event(), asyncio.Event(), asyncio.Event()
    use = await begun(patient_stage, f"Token {death}", 0.1, first, 0.3, second, 0.6, end)
    await use.message.until(lambda message: "10 %" in message.text)
    dead = end_token(patient_stage, use, death)

    steps[0].set()
    await patient_stage.discord.until(lambda: dead.hits)
    second.set()
    await use.message.until(lambda message: "60 %" in message.text)
    end.set()
    message = await patient_stage.end_of(use)

    assert message.attachments
    assert dead.hits == 1, "a dead token counts towards a ban of the host's address"
    assert len(patient_stage.discord.messages_in(use.channel)) == 1


async def test_a_message_that_cannot_be_edited_any_more_is_followed_by_one_that_links_to_it(
    patient_stage: Stage,
) -> None:
    end = asyncio.Event()
    use = await begun(patient_stage, "No way back", 0.3, end)
    await use.message.until(lambda message: "30 %" in message.text)
    end_token(patient_stage, use, "50027")
    patient_stage.discord.faults.add(
        Fault(
            method="PATCH",
            path_glob=f"*/channels/{use.channel.id}/messages/*",
            status=403,
            body={"code": 50001, "message": "Missing Access"},
            times=None,
        )
    )

    end.set()
    carried_on = await next_message(patient_stage, use)

    link = f"https://discord.com/channels/{patient_stage.guild.id}/{use.channel.id}"
    assert carried_on.attachments
    assert f"{link}/{use.message.id}" in carried_on.text
    assert not carried_on.pings


async def next_message(stage: Stage, use: Interaction) -> SandboxMessage:
    def second() -> SandboxMessage | None:
        found = stage.discord.messages_in(use.channel)
        return found[1] if len(found) > 1 else None

    return await stage.discord.until(second)


@pytest.mark.parametrize("death", DEATHS)
async def test_a_private_picture_whose_token_died_comes_as_a_direct_message(
    patient_stage: Stage, death: str
) -> None:
    end = asyncio.Event()
    use = await begun(patient_stage, f"Secret {death}", 0.3, end, private=True)
    direct = patient_stage.discord.world.direct_channel(patient_stage.alice)
    before = len(patient_stage.discord.messages_in(direct))
    end_token(patient_stage, use, death)

    end.set()
    await patient_stage.discord.until(
        lambda: len(patient_stage.discord.messages_in(direct)) > before
    )

    *_, message = patient_stage.discord.messages_in(direct)
    assert message.attachments
    assert f"> Secret {death}" in message.text
    assert [m for m in patient_stage.discord.messages_in(use.channel) if not m.ephemeral] == []


async def test_a_private_picture_never_becomes_public_though_direct_messages_are_closed(
    patient_stage: Stage,
) -> None:
    end = asyncio.Event()
    use = await begun(patient_stage, "Closed letterbox", 0.3, end, private=True)
    end_token(patient_stage, use, "50027")
    direct = patient_stage.discord.world.direct_channel(patient_stage.alice)
    closed = patient_stage.discord.faults.add(
        Fault(
            method="POST",
            path_glob=f"*/channels/{direct.id}/messages",
            status=403,
            body={"code": 50007, "message": "Cannot send messages to this user"},
            times=None,
        )
    )

    end.set()
    await patient_stage.discord.until(lambda: closed.hits)
    await all_else_is_done(patient_stage)

    assert closed.hits == 1
    assert posts_in(patient_stage, use) == []
    assert [m for m in patient_stage.discord.messages_in(use.channel) if not m.ephemeral] == []
