"""A bot that is asked how it is, while all around it comes and goes."""

import asyncio
import socket

from aiohttp import ClientSession

from sandbox.discord.faults import Fault
from sandbox.get3w import Scenario, Wait
from sandbox.get3w.dialects import Wording
from sandbox.get3w.replies import event
from tests.contract.storage.databases import running_postgres
from tests.operator import Operator
from tests.stage import BotProcess

_WITHIN_S = 20.0


class Door:
    """Where one bot listens."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = int(taken.getsockname()[1])

    @property
    def written(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def ask(self, path: str) -> tuple[int, dict[str, object]]:
        async with (
            ClientSession() as session,
            session.get(f"http://{self.written}{path}") as answer,
        ):
            return answer.status, await answer.json()

    async def until(self, path: str, **expected: object) -> int:
        """Ask again and again until the answer has what is expected; give its status."""
        async with asyncio.timeout(_WITHIN_S):
            while True:
                status, told = await self.ask(path)
                if expected.items() <= told.items():
                    return status
                await asyncio.sleep(0)


async def health(door: Door, operator: Operator) -> tuple[int, str]:
    process = await BotProcess.start(
        operator.folder, {"HTTP_PORT": door.written}, ("-m", "bot", "health")
    )
    return await process.ended(), process.output


async def test_a_bot_that_serves_is_alive_and_ready(operator: Operator) -> None:
    door = Door()
    await operator.start(HTTP_PORT=door.written)

    assert await door.until("/readyz", status="ready", connected=1, shards=1) == 200
    assert await health(door, operator) == (0, "alive")


async def test_a_bot_that_waits_for_discord_is_alive_and_not_ready(operator: Operator) -> None:
    door = Door()
    held = operator.discord.faults.add(Fault(hold=asyncio.Event(), times=None))
    bot = await operator.launch(HTTP_PORT=door.written)
    await operator.discord.until(lambda: held.hits, 30.0)

    assert (await door.ask("/readyz"))[0] == 503
    assert await health(door, operator) == (0, "alive")
    held.hold.set()
    await bot.says(r"\bready  ")


async def test_a_bot_whose_gateway_is_down_is_alive_and_not_ready(operator: Operator) -> None:
    door = Door()
    await operator.start(HTTP_PORT=door.written)
    operator.discord.gateway.accepts_connections = False

    operator.discord.gateway.close(4000)

    assert await door.until("/readyz", connected=0) == 503
    assert (await door.ask("/livez"))[0] == 200
    operator.discord.gateway.accepts_connections = True
    assert await door.until("/readyz", connected=1) == 200


async def test_a_bot_whose_database_is_gone_is_alive_and_not_ready(operator: Operator) -> None:
    door = Door()
    with running_postgres() as server:
        await operator.start(HTTP_PORT=door.written, DATABASE_URL=server.new_database())
        assert await door.until("/readyz", status="ready") == 200

        server.crash()

        assert await door.until("/readyz", database="away") == 503
        assert (await door.ask("/livez"))[0] == 200
        server.start_again()
        assert await door.until("/readyz", status="ready") == 200
        assert await operator.processes[0].stop() == 0


async def test_a_port_that_was_asked_for_and_is_taken_ends_the_start_with_a_sentence(
    operator: Operator,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await operator.try_to_start(HTTP_PORT=f"127.0.0.1:{port}")

    assert code == 2
    assert f"HTTP_PORT {port} can't be listened on: another program has it." in output
    assert "Traceback" not in output


async def test_a_bot_that_finishes_its_pictures_is_alive_and_takes_no_more(
    operator: Operator,
) -> None:
    door, gate = Door(), asyncio.Event()
    bot = await operator.start(HTTP_PORT=door.written, SHUTDOWN_GRACE_S="60")
    words = Wording()
    waiting = event(words.completed(), wait=Wait(gate=gate))
    operator.api.default = Scenario.events(words.progress(0.2), waiting)
    await operator.imagine("A boat")
    await operator.api.until(lambda: operator.api.submissions_of("A boat"), 10.0)

    bot.ask_to_stop()

    assert await door.until("/readyz", status="stopping") == 503
    assert (await door.ask("/livez"))[0] == 200
    gate.set()
    assert await bot.ended() == 0


async def test_nobody_is_alive_once_the_bot_has_stopped(operator: Operator) -> None:
    door = Door()
    bot = await operator.start(HTTP_PORT=door.written)

    assert await bot.stop() == 0

    code, words = await health(door, operator)
    assert code == 1
    assert words == f"Nothing answers on port {door.port}. Look at the bot's log."
