"""A container is asked for its health by the bot itself, quickly enough to be asked often."""

import socket

import pytest

from tests.image.containers import ContainerHost

WITHIN_S = 0.1
TRIES = 8
# Gives the code and the seconds of the quickest of some askings, without the engine's own time.
_ASK = f"""
import subprocess, sys, time
def asked():
    begun = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", "bot", "health"]).returncode
    return code, time.perf_counter() - begun
print(*min((asked() for _ in range({TRIES})), key=lambda answer: answer[1]))
"""


@pytest.fixture
def port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


async def test_a_container_that_serves_is_well_within_100_ms(
    host: ContainerHost, port: str
) -> None:
    await host.start(HTTP_PORT=f"127.0.0.1:{port}")
    name = await host.name_of_newest()

    code, took_s = (await host.image.ask("exec", name, "python", "-c", _ASK)).split()[-2:]

    assert code == "0"
    assert float(took_s) <= WITHIN_S


async def test_a_container_in_which_nothing_answers_is_not_well(
    host: ContainerHost, port: str
) -> None:
    await host.start(HTTP_PORT=f"127.0.0.1:{port}")
    name = await host.name_of_newest()
    elsewhere = ("--env=HTTP_PORT=127.0.0.1:1", name, "python", "-c", _ASK)

    code, _ = (await host.image.ask("exec", *elsewhere)).split()[-2:]

    assert code == "1"
