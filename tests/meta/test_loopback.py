import asyncio
import socket
import tempfile
from pathlib import Path

import pytest

from tests.loopback import NetworkUsedError

# RFC 5737 and RFC 6761 keep these for documents and tests: nothing answers there.
_ELSEWHERE = "192.0.2.1"
_NOBODY = "nobody.invalid"


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(NetworkUsedError, match=_ELSEWHERE):
        sock.connect((_ELSEWHERE, 443))


def test_a_connection_to_another_machine_over_ipv6_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as sock, pytest.raises(NetworkUsedError):
        sock.connect(("2001:db8::1", 443))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sock,
        pytest.raises(NetworkUsedError),
    ):
        sock.sendto(b"x", (_ELSEWHERE, 53))


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(NetworkUsedError, match=_NOBODY):
        socket.getaddrinfo(_NOBODY, 443)


async def test_the_event_loop_is_bound_by_it_too() -> None:
    with pytest.raises(NetworkUsedError):
        await asyncio.open_connection(_NOBODY, 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_is_open(host: str) -> None:
    greeted = asyncio.Event()

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeted.set()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection(host, port)
        await asyncio.wait_for(greeted.wait(), 5)
        writer.close()
        await writer.wait_closed()


def test_unix_sockets_are_open() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        path = str(Path(folder, "s"))
        server.bind(path)
        server.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
