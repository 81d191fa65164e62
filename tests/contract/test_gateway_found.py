"""Finding Discord's gateway, and reading what it says of sessions, over a real socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.client.gateway import (
    DiscordUnreachableError,
    TokenRefusedError,
    find_gateway,
    session_asker,
)
from bot.client.identify_gate import SessionStarts

LIMIT = {"total": 1000, "remaining": 997, "reset_after": 7_200_000, "max_concurrency": 16}
ANSWER = {"url": "wss://gateway.example", "shards": 1, "session_start_limit": LIMIT}


@dataclass
class Discord:
    """Answers one question in one way."""

    url: str = ""
    status: int = 200
    answer: object = field(default_factory=lambda: ANSWER)
    tokens: list[str] = field(default_factory=list)

    async def describe(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers["Authorization"])
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    discord, app = Discord(), web.Application()
    app.router.add_get("/gateway/bot", discord.describe)
    async with TestServer(app) as server:
        discord.url = str(server.make_url("")).rstrip("/")
        yield discord


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_gateway_is_told_with_the_sessions_that_are_left(
    discord: Discord, session: aiohttp.ClientSession
) -> None:
    found = await find_gateway(session, discord.url, "token", 5.0)

    assert str(found.url) == "wss://gateway.example"
    assert found.starts == SessionStarts(997, 1000, 7200.0, 16)
    assert discord.tokens == ["Bot token"]


@pytest.mark.parametrize(
    "limit",
    [
        None,
        {},
        [],
        "997",
        {**LIMIT, "remaining": "997"},
        {**LIMIT, "max_concurrency": 0},
        {name: value for name, value in LIMIT.items() if name != "reset_after"},
    ],
)
async def test_a_gateway_that_says_nothing_usable_of_sessions_is_found_all_the_same(
    discord: Discord, session: aiohttp.ClientSession, limit: object
) -> None:
    discord.answer = {**ANSWER, "session_start_limit": limit}

    found = await find_gateway(session, discord.url, "token", 5.0)

    assert found.starts is None


async def test_an_answer_without_a_gateway_is_asked_for_again_until_patience_ends(
    discord: Discord, session: aiohttp.ClientSession
) -> None:
    discord.answer = {"url": "https://discord.com"}

    with pytest.raises(DiscordUnreachableError) as caught:
        await find_gateway(session, discord.url, "token", 0.2)
    assert caught.value.reason == "an answer that isn't Discord's"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_refused_is_told_at_once(
    discord: Discord, session: aiohttp.ClientSession, status: int
) -> None:
    discord.status = status

    with pytest.raises(TokenRefusedError):
        await find_gateway(session, discord.url, "token", 5.0)


async def test_what_is_left_is_asked_for_anew_each_time(
    discord: Discord, session: aiohttp.ClientSession
) -> None:
    ask = session_asker(session, discord.url, "token")
    first = await ask()
    discord.answer = {**ANSWER, "session_start_limit": {**LIMIT, "remaining": 12}}

    second = await ask()

    assert first is not None
    assert second is not None
    assert (first.remaining, second.remaining) == (997, 12)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_a_discord_that_does_not_answer_the_question_leaves_it_open(
    discord: Discord, session: aiohttp.ClientSession, status: int
) -> None:
    discord.status = status

    assert await session_asker(session, discord.url, "token")() is None


async def test_a_discord_that_is_not_there_leaves_it_open(session: aiohttp.ClientSession) -> None:
    assert await session_asker(session, "http://127.0.0.1:9", "token")() is None
