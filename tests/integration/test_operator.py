"""The host's ceiling from outside: the switch, the gauges, and the word that reaches the host."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.world import User
from sandbox.get3w import Scenario
from tests.contract.alert_taker import AlertTaker, alert_taker
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def taker() -> AsyncIterator[AlertTaker]:
    async with alert_taker() as taker:
        yield taker


@asynccontextmanager
async def hosted(folder: Path, **settings: str) -> AsyncGenerator[Stage]:
    async with whole_stage(folder, SHUTDOWN_GRACE_S="1", **settings) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    """Give a bot whose settings matter to no test here."""
    async with hosted(tmp_path_factory.mktemp("bot")) as stage:
        yield stage


def host_of(stage: Stage) -> User:
    return stage.discord.world.application.owner


async def operate(
    stage: Stage, what: str, *, user: User | None = None, **options: str
) -> SandboxMessage:
    """Send a subcommand as the host, or as another, and give its answer."""
    use = await stage.discord.invoke(
        user or host_of(stage), stage.general, f"operator {what}", options, unchecked=True
    )
    stage.uses.append(use)
    message = (await use.answered()).message
    assert message is not None
    assert message.ephemeral
    return message


async def status_that_says(stage: Stage, *words: str) -> SandboxMessage:
    """Ask for the status until it has all of these words."""
    async with asyncio.timeout(10):
        while True:
            answer = await operate(stage, "status")
            await answer.until(lambda message: "$7.50" in message.text)
            if all(some in answer.text for some in words):
                return answer


async def refusal_of(stage: Stage, prompt: str = "A cat") -> str:
    """Ask for a picture as alice; give the private answer."""
    message = (await stage.imagine(prompt)).message
    assert message is not None
    assert message.ephemeral
    return message.text


async def test_the_host_pauses_everything_and_resumes(stage: Stage) -> None:
    answer = await operate(stage, "pause", **{"for": "2h"})
    assert "⏸️ The bot takes a break." in answer.text
    assert "The bot is taking a break.** It starts again" in await refusal_of(stage)
    assert stage.api.submissions == []

    answer = await operate(stage, "resume")
    assert "▶️ The bot makes pictures again." in answer.text
    assert (await stage.picture("A cat")).attachments


async def test_a_pause_outlives_a_restart(tmp_path: Path) -> None:
    async with hosted(tmp_path) as stage:
        await operate(stage, "pause")
        assert await stage.stop_bot() == 0
        await stage.start_bot()

        assert "The bot is taking a break." in await refusal_of(stage)


async def test_a_pause_of_the_settings_is_ended_there_alone(tmp_path: Path) -> None:
    async with hosted(tmp_path, PAUSED="on") as stage:
        answer = await operate(stage, "resume")

        assert "`PAUSED` is on" in answer.text
        assert "The bot is taking a break." in await refusal_of(stage)


async def test_a_length_that_cannot_be_read_pauses_nothing(stage: Stage) -> None:
    answer = await operate(stage, "pause", **{"for": "soon"})

    assert "should be a time such as 30s, 5m, 2h or 1d" in answer.text
    assert (await stage.picture("A cat")).attachments


async def test_nobody_but_the_host_operates(stage: Stage) -> None:
    for what in ("pause", "resume", "status"):
        answer = await operate(stage, what, user=stage.mod)
        assert "This is for whoever hosts the bot." in answer.text
    with pytest.raises(PermissionError):
        await stage.discord.invoke(stage.mod, stage.general, "operator status", {})

    assert (await stage.picture("A cat")).attachments


async def test_the_host_sees_how_the_bot_is_doing_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    async with hosted(tmp_path) as stage:
        stage.api.account.balance_usd = 7.5
        await stage.picture("A cat in space")
        stage.api.enqueue(Scenario.failure("It went wrong with the cat in space."))
        failed = await stage.picture("A cat in space")

        # The books and the list of failures follow a moment after the message tells of the end.
        reference = failed.text.rpartition("reference ")[2][:5]
        listed = f"couldn't make this picture. · {reference}"
        answer = await status_that_says(stage, "**Pictures today** 1", listed)

        assert "▶️ Running" in answer.text
        assert "**Servers** 2" in answer.text
        assert "of $5.00" in answer.text
        assert "cat" not in answer.text

        stage.api.account.key = "another"
        answer = await operate(stage, "status")
        await answer.until(lambda message: "can't be read right now" in message.text)


async def test_the_host_hears_once_that_the_account_is_refused(
    tmp_path: Path, taker: AlertTaker
) -> None:
    async with hosted(tmp_path, ALERT_URL=f"{taker.url}/a-secret-topic") as stage:
        stage.api.default = Scenario.refusal(403, "Insufficient balance")
        for _ in range(3):
            await stage.picture("A cat in space")
        (post,) = await taker.taken()

        assert stage.bot is not None
        assert "a-secret-topic" not in stage.bot.output
    assert len(taker.posts) == 1
    assert post.headers["Title"] == "imagine: the image API refuses the account"
    assert "cat" not in post.body.decode()


async def test_the_host_hears_when_the_budget_is_nearly_used_and_when_it_is(
    tmp_path: Path, taker: AlertTaker
) -> None:
    settings = {"ALERT_URL": f"{taker.url}/topic", "BUDGET_USD_PER_DAY": "0.10"}
    async with hosted(tmp_path, **settings) as stage:
        for _ in range(8):
            await stage.imagine("A cat")
        assert "taking a break" in await refusal_of(stage)
        titles = [post.headers["Title"] for post in await taker.taken(2)]

    assert "of today's budget is used" in titles[0]
    assert titles[1:] == ["imagine: today's budget is used up"]


async def test_a_member_whom_the_safety_filter_keeps_refusing_is_paused_everywhere(
    tmp_path: Path,
) -> None:
    async with hosted(tmp_path) as stage:
        stage.api.default = Scenario.failure("Content flagged as potentially sensitive.", 1200)
        for _ in range(3):
            await stage.picture("A cat")
        assert stage.bot is not None
        await stage.bot.says("its member is paused")
        submissions = len(stage.api.submissions)

        assert "You can make pictures again" in await refusal_of(stage)
        other = stage.discord.world.guild("Quiet Harbour").channel("general")
        message = (await stage.imagine("A cat", channel=other)).message
        assert message is not None
        assert "You can make pictures again" in message.text
        assert len(stage.api.submissions) == submissions
