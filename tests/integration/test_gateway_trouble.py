"""The gateway breaks under running jobs, or repeats itself; Discord's REST still works."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest
import pytest_asyncio

from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from tests.held_streams import begun
from tests.stage import PATIENT, Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# discord.py waits up to some seconds, by chance, before it connects again.
BACK_WITHIN_S = 20.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shaky_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    """A bot of its own, whose connection is broken again and again."""
    async with whole_stage(tmp_path_factory.mktemp("bot"), **PATIENT) as stage:
        yield stage


def connections(discord: DiscordSandbox) -> int:
    """Count how often a bot came, by a new session or back into an old one."""
    return discord.gateway.counts.resumes + len(discord.gateway.identifies)


async def back(stage: Stage, before: int) -> None:
    """Wait until the bot is there again."""
    await stage.discord.until(
        lambda: connections(stage.discord) > before and stage.discord.ready_shards,
        BACK_WITHIN_S,
    )


TROUBLE: dict[str, Callable[[DiscordSandbox], None]] = {
    "op 7": lambda discord: discord.gateway.send_reconnect(),
    "op 9": lambda discord: discord.gateway.invalidate(),
    "op 9, resumable": lambda discord: discord.gateway.invalidate(resumable=True),
    "4000": lambda discord: discord.gateway.close(4000),
    "4009": lambda discord: discord.gateway.close(4009),
    "1001": lambda discord: discord.gateway.close(1001),
}


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_job_goes_on_and_the_bot_comes_back(shaky_stage: Stage, trouble: str) -> None:
    middle, end = asyncio.Event(), asyncio.Event()
    use = await begun(shaky_stage, f"During {trouble}", 0.3, middle, 0.6, end)
    await use.message.until(lambda message: "30 %" in message.text)
    before = connections(shaky_stage.discord)

    TROUBLE[trouble](shaky_stage.discord)
    middle.set()
    await use.message.until(lambda message: "60 %" in message.text)
    await back(shaky_stage, before)
    end.set()

    assert (await shaky_stage.end_of(use)).attachments
    assert (await shaky_stage.picture("After it", channel=shaky_stage.new_channel())).attachments
    assert len(shaky_stage.api.submissions_of(f"During {trouble}")) == 1


async def test_a_picture_arrives_while_the_gateway_is_away(shaky_stage: Stage) -> None:
    end = asyncio.Event()
    use = await begun(shaky_stage, "Nobody at the gateway", 0.3, end)
    before = connections(shaky_stage.discord)

    shaky_stage.discord.gateway.close(4000)
    end.set()

    assert (await shaky_stage.end_of(use)).attachments
    await back(shaky_stage, before)


async def test_a_command_sent_while_the_bot_was_away_is_answered_when_it_is_back(
    shaky_stage: Stage,
) -> None:
    before = connections(shaky_stage.discord)
    channel = shaky_stage.new_channel()
    shaky_stage.discord.gateway.close(4000)
    await shaky_stage.discord.until(lambda: not shaky_stage.discord.ready_shards)

    use = await shaky_stage.discord.invoke(
        shaky_stage.alice, channel, "imagine", {"prompt": "While away"}
    )
    await back(shaky_stage, before)
    await use.answered()

    assert (await shaky_stage.end_of(use)).attachments
    assert len(shaky_stage.api.submissions_of("While away")) == 1


async def test_an_old_command_that_a_resume_replays_makes_no_second_job(
    shaky_stage: Stage,
) -> None:
    use = await shaky_stage.imagine("Replayed", channel=shaky_stage.new_channel())
    message = await shaky_stage.end_of(use)
    before = connections(shaky_stage.discord)

    shaky_stage.discord.gateway.close(4000)
    await shaky_stage.discord.until(lambda: not shaky_stage.discord.ready_shards)
    shaky_stage.discord.gateway.resend(use)
    await back(shaky_stage, before)
    await shaky_stage.picture("A later one", channel=shaky_stage.new_channel())

    assert len(shaky_stage.api.submissions_of("Replayed")) == 1
    assert shaky_stage.discord.messages_in(use.channel) == [message]


async def test_a_command_that_a_resume_brings_too_late_costs_nothing(shaky_stage: Stage) -> None:
    before = connections(shaky_stage.discord)
    shaky_stage.discord.gateway.close(4000)
    await shaky_stage.discord.until(lambda: not shaky_stage.discord.ready_shards)
    shaky_stage.discord.settings = SandboxSettings(hidden_rate=None, answer_within_s=0)
    channel = shaky_stage.new_channel()

    await shaky_stage.discord.invoke(shaky_stage.alice, channel, "imagine", {"prompt": "Too late"})
    await back(shaky_stage, before)
    await shaky_stage.discord.until(
        lambda: any(request.response_code == 10062 for request in shaky_stage.discord.requests)
    )
    shaky_stage.discord.settings = SandboxSettings(hidden_rate=None)
    await shaky_stage.picture("In time", channel=shaky_stage.new_channel())

    assert shaky_stage.api.submissions_of("Too late") == []


async def test_a_cancel_works_after_a_new_session(shaky_stage: Stage) -> None:
    use = await begun(shaky_stage, "Cancelled later", 0.3, asyncio.Event())
    before = connections(shaky_stage.discord)
    shaky_stage.discord.gateway.invalidate()
    await back(shaky_stage, before)

    await shaky_stage.press(shaky_stage.alice, use.message, "Cancel")

    assert "Cancelled by" in (await shaky_stage.end_of(use)).text
