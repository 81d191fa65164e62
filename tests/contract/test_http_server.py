"""The door at which the bot listens, asked over real sockets."""

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.observability.health import HealthDesk, Readiness
from bot.observability.http_server import PortUnusableError, open_http_server

WELL = Readiness(shards=2, connected=2, database=True, schema=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def asked(session: ClientSession, desk: HealthDesk, path: str) -> tuple[int, object]:
    port = free_port()
    async with (
        open_http_server("127.0.0.1", port, desk.routes()),
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.json()


def desk_of(found: Readiness) -> HealthDesk:
    async def look() -> Readiness:
        return found

    return HealthDesk(look)


async def test_a_bot_that_is_not_built_yet_lives_but_is_not_ready(session: ClientSession) -> None:
    status, _ = await asked(session, HealthDesk(), "/livez")
    unready, told = await asked(session, HealthDesk(), "/readyz")

    assert status == 200
    assert (unready, told) == (503, {"status": "starting"})


async def test_a_bot_that_serves_all_its_shards_is_ready(session: ClientSession) -> None:
    status, told = await asked(session, desk_of(WELL), "/readyz")

    assert status == 200
    assert told == {
        "status": "ready",
        "shards": 2,
        "connected": 2,
        "database": "reachable",
        "schema": "current",
    }


@pytest.mark.parametrize(
    "found",
    [
        Readiness(shards=2, connected=1, database=True, schema=True),
        Readiness(shards=2, connected=2, database=False, schema=False),
        Readiness(shards=2, connected=2, database=True, schema=False),
        Readiness(shards=2, connected=2, database=True, schema=True, stopping=True),
    ],
)
async def test_whatever_is_missing_it_is_unready_and_alive(
    session: ClientSession, found: Readiness
) -> None:
    unready, told = await asked(session, desk_of(found), "/readyz")
    alive, _ = await asked(session, desk_of(found), "/livez")

    assert (unready, alive) == (503, 200)
    assert isinstance(told, dict)
    assert told["status"] == ("stopping" if found.stopping else "not ready")


async def test_an_address_that_is_not_served_is_not_found(session: ClientSession) -> None:
    port = free_port()
    async with (
        open_http_server("127.0.0.1", port, HealthDesk().routes()),
        session.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert answer.status == 404


async def test_a_port_that_another_program_has_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortUnusableError) as caught:
            async with open_http_server("127.0.0.1", port, ()):
                pass

    assert str(caught.value) == (
        f"HTTP_PORT {port} can't be listened on: another program has it."
        " Set another one, or 0 for none."
    )


async def test_an_address_that_is_not_this_machines_is_told_in_a_sentence() -> None:
    with pytest.raises(PortUnusableError, match="the address isn't this machine's"):
        async with open_http_server("192.0.2.1", free_port(), ()):
            pass


async def test_a_port_is_free_again_once_the_door_is_shut() -> None:
    port = free_port()
    for _ in range(2):
        async with open_http_server("127.0.0.1", port, ()):
            pass
