"""A start that Discord or the network doesn't allow ends with a code and one plain sentence."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from sandbox.discord.faults import Fault
from tests.operator import Operator, guarded_bot

SOON_S = 0.5
UNKNOWN = "MTIz.no.such-token-anywhere"


def errors(output: str) -> list[str]:
    """The lines that say what is wrong; a trace would add lines that begin otherwise."""
    lines = output.splitlines()
    assert "Traceback" not in output
    return [line.partition("ERROR")[2].strip() for line in lines if "ERROR" in line]


@asynccontextmanager
async def silent_gateway() -> AsyncGenerator[str]:
    """Serve a gateway that takes connections and never says a word."""

    async def keep_silent(request: web.BaseRequest) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(timeout=0.1)
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    runner = web.ServerRunner(web.Server(keep_silent), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_token_that_discord_refuses_ends_with_3_and_names_it(operator: Operator) -> None:
    code, output = await operator.try_to_start(DISCORD_TOKEN=UNKNOWN)

    (error,) = errors(output)
    assert code == 3
    assert error.startswith("Discord refuses DISCORD_TOKEN (401). Reset it in")
    assert UNKNOWN not in output


@pytest.mark.parametrize(
    ("close_code", "named"),
    [
        (4004, "DISCORD_TOKEN"),
        (4010, "SHARD_COUNT"),
        (4011, "SHARD_COUNT"),
        (4012, "DISCORD_API_URL"),
        (4013, "DISCORD_TOKEN"),
        (4014, "DISCORD_TOKEN"),
    ],
)
async def test_a_gateway_that_throws_the_bot_out_for_good_ends_with_3(
    operator: Operator, close_code: int, named: str
) -> None:
    bot = await operator.start()

    operator.discord.gateway.close(close_code)

    assert await bot.ended() == 3
    (error,) = errors(bot.output)
    assert f"({close_code})" in error
    assert named in error


async def test_shards_outside_the_count_are_refused_by_the_settings_already(
    operator: Operator,
) -> None:
    code, output = await operator.try_to_start(SHARD_COUNT="2", SHARD_IDS="2")

    assert code == 2
    assert "SHARD_IDS" in output


async def test_a_discord_that_isnt_there_ends_with_4(operator: Operator) -> None:
    code, output = await operator.try_to_start(
        program=guarded_bot(SOON_S), DISCORD_API_URL="http://127.0.0.1:9/api/v10"
    )

    (error,) = errors(output)
    assert code == 4
    assert error.startswith("Discord can't be reached (no connection). Look at this host's network")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 503}, "status 503"),
        ({"status": 404}, "status 404"),
        ({"status": 200, "body": "<html>Welcome to the hotel's network</html>"}, "isn't Discord's"),
        ({"status": 200, "body": []}, "isn't Discord's"),
        ({"status": 200, "body": {"url": "https://gateway.example"}}, "isn't Discord's"),
        ({"reset": True}, "Error"),
    ],
    ids=str,
)
async def test_an_address_where_something_else_answers_ends_with_4_and_says_what(
    operator: Operator, fault: dict[str, object], reason: str
) -> None:
    operator.discord.faults.add(Fault(path_glob="*/gateway/bot", times=None, **fault))

    code, output = await operator.try_to_start(program=guarded_bot(SOON_S))

    (error,) = errors(output)
    assert code == 4
    assert reason in error


async def test_a_discord_that_limits_the_start_ends_with_4(operator: Operator) -> None:
    limited = Fault.rate_limited("*/users/@me", 600, scope="global", via=False)
    limited.times = None
    operator.discord.faults.add(limited)

    code, output = await operator.try_to_start(program=guarded_bot())

    (error,) = errors(output)
    assert code == 4
    assert "status 429" in error


async def test_a_discord_that_comes_back_within_the_wait_is_joined(operator: Operator) -> None:
    operator.discord.faults.add(Fault(path_glob="*/gateway/bot", times=1, status=502))

    bot = await operator.start()

    assert "Discord can't be reached (status 502); asking again" in bot.output
    assert await bot.stop() == 0


async def test_a_gateway_that_never_says_hello_ends_with_4(operator: Operator) -> None:
    async with silent_gateway() as url:
        named = {"url": url, "shards": 1, "session_start_limit": {}}
        operator.discord.faults.add(
            Fault(path_glob="*/gateway/bot", times=None, status=200, body=named)
        )

        code, output = await operator.try_to_start(program=guarded_bot(SOON_S))

    (error,) = errors(output)
    assert code == 4
    assert error.startswith("Discord can't be reached (its gateway doesn't answer).")


async def test_a_start_that_waits_for_discord_can_be_stopped(operator: Operator) -> None:
    bot = await operator.launch(DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    await bot.says("asking again")

    assert await bot.stop() == 0


@pytest.mark.parametrize(
    "path", ["*/gateway/bot", "*/users/@me", "*/oauth2/applications/@me", "*/commands"]
)
async def test_a_start_can_be_stopped_at_every_step_on_its_way(
    operator: Operator, path: str
) -> None:
    held = operator.discord.faults.add(Fault(path_glob=path, times=None, hold=asyncio.Event()))
    bot = await operator.launch()
    await operator.discord.until(lambda: held.hits, 30.0)

    code = await bot.stop()

    held.hold.set()
    assert code == 0
    assert "Traceback" not in bot.output


async def test_a_start_can_be_stopped_while_the_gateway_is_silent(operator: Operator) -> None:
    async with silent_gateway() as url:
        named = {"url": url, "shards": 1, "session_start_limit": {}}
        operator.discord.faults.add(
            Fault(path_glob="*/gateway/bot", times=None, status=200, body=named)
        )
        bot = await operator.launch()
        await bot.says(r"commands  \d+ registered")

        assert await bot.stop() == 0
        assert "Traceback" not in bot.output
