"""What the check makes of Discord's answers, whatever they are."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.app.outside import discord_session
from bot.client.discord_check import DiscordQuestion, check_discord, clock_off_s
from bot.domain.findings import Cause, Finding, Subject, Verdict
from sandbox.discord.faults import Fault
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings

SHARDS = SandboxSettings(recommended_shards=4)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox.open() as sandbox:
        sandbox.world.application.public = False
        yield sandbox


def question(discord: DiscordSandbox, **of: object) -> DiscordQuestion:
    usual = DiscordQuestion(discord.api_url, discord.world.application.token, None, None)
    return replace(usual, **of)


async def checked(asked: DiscordQuestion) -> dict[Subject, Finding]:
    async with discord_session(2) as session:
        return {finding.subject: finding for finding in await check_discord(session, asked)}


async def test_a_bot_that_is_well_there_has_no_mistake(discord: DiscordSandbox) -> None:
    found = await checked(question(discord))

    assert {subject: finding.cause for subject, finding in found.items()} == {
        Subject.TOKEN: Cause.TOKEN_TAKEN,
        Subject.REACH: Cause.REACH_PRIVATE,
        Subject.DISCORD: Cause.DISCORD_ANSWERS,
        Subject.CLOCK: Cause.CLOCK_RIGHT,
        Subject.SHARDS: Cause.SHARDS_ENOUGH,
    }


@pytest.mark.parametrize(
    ("public", "servers", "cause"),
    [
        (True, None, Cause.REACH_PUBLIC),
        (True, 2, Cause.REACH_LISTED),
        (False, None, Cause.REACH_PRIVATE),
    ],
)
async def test_whom_the_bot_serves_is_told(
    discord: DiscordSandbox, *, public: bool, servers: int | None, cause: Cause
) -> None:
    discord.world.application.public = public

    assert (await checked(question(discord, server_count=servers)))[Subject.REACH].cause is cause


@pytest.mark.parametrize(
    ("count", "cause"),
    [(None, Cause.SHARDS_ENOUGH), (4, Cause.SHARDS_ENOUGH), (3, Cause.SHARDS_TOO_FEW)],
)
async def test_fewer_shards_than_discord_recommends_are_worth_a_look(
    discord: DiscordSandbox, count: int | None, cause: Cause
) -> None:
    discord.settings = SHARDS

    assert (await checked(question(discord, shard_count=count)))[Subject.SHARDS].cause is cause


async def test_few_starts_that_are_left_are_worth_a_look(discord: DiscordSandbox) -> None:
    gateway = {"url": "ws://x", "shards": 1, "session_start_limit": {"remaining": 49}}
    discord.faults.add(Fault(path_glob="*/gateway/bot", status=200, body=gateway))

    found = (await checked(question(discord)))[Subject.SHARDS]

    assert (found.cause, found.facts["left"]) == (Cause.STARTS_FEW, 49)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(status=503, times=None), "status 503"),
        (Fault(status=429, times=None), "status 429"),
        (Fault(status=302, headers={"Location": "http://127.0.0.1:9"}, times=None), "status 302"),
        (Fault(status=200, body="<html>", times=None), "an answer that isn't Discord's"),
        (Fault(reset=True, times=None), "ClientOSError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_answer_that_is_not_discord_s_is_a_discord_that_is_away(
    discord: DiscordSandbox, fault: Fault, reason: str
) -> None:
    discord.faults.add(fault)

    found = await checked(question(discord))

    assert found[Subject.DISCORD].facts["reason"] == reason
    assert found[Subject.TOKEN].verdict is Verdict.SKIPPED
    assert found[Subject.CLOCK].verdict is Verdict.SKIPPED


async def test_a_wrong_token_is_sent_once(discord: DiscordSandbox) -> None:
    token = f"{discord.world.application.token}x"

    found = await checked(question(discord, token=token))

    assert found[Subject.TOKEN].cause is Cause.TOKEN_REFUSED
    assert found[Subject.DISCORD].verdict is Verdict.WELL
    assert found[Subject.CLOCK].verdict is Verdict.WELL
    assert len(discord.requests) == 1


async def test_without_a_token_it_still_comes_out_that_discord_is_there(
    discord: DiscordSandbox,
) -> None:
    found = await checked(question(discord, token=None))

    assert Subject.TOKEN not in found
    assert found[Subject.DISCORD].verdict is Verdict.WELL
    assert found[Subject.REACH].verdict is Verdict.SKIPPED


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_date_that_cannot_be_read_tells_nothing_of_the_clock(date: str | None) -> None:
    assert clock_off_s(date) is None
