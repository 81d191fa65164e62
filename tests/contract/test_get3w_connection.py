"""The connection: what never left is tried again, what may have arrived is not."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import pytest

from bot.domain.errors import (
    ConnectionLostError,
    ServiceUnreachableError,
)
from bot.domain.events import Submitting
from bot.providers.patience import Patience
from sandbox.get3w import Get3WSandbox, Scenario
from tests.image_api_client import SleepingClock, generated, opened

HASTY = Patience(connect_s=5.0, silence_s=0.2, progress_s=0.3, deadline_s=5.0)
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        sandbox.default = Scenario.stream([0.5])
        yield sandbox


@pytest.fixture
def clock() -> SleepingClock:
    return SleepingClock()


async def test_nobody_listening_is_tried_three_times_and_then_unreachable(
    clock: SleepingClock,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    async with opened(url, clock=clock) as client:
        outcome = await generated(client)
    assert isinstance(outcome.error, ServiceUnreachableError)
    assert outcome.events == [Submitting()] * 3
    assert clock.slept_s == [0.5, 1.0]


async def test_all_tries_together_stay_within_the_connect_clock(clock: SleepingClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    async with opened(url, clock=clock, patience=Patience(connect_s=0.4)) as client:
        outcome = await generated(client)
    assert isinstance(outcome.error, ServiceUnreachableError)
    assert outcome.submissions == 1


async def test_a_connection_is_not_waited_for_without_end_when_the_clock_has_run_out(
    clock: SleepingClock,
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as queue:
        # Nobody accepts, and once the queue is full, connections hang.
        for _ in range(4):
            caller = queue.enter_context(socket.socket())
            caller.settimeout(0)
            caller.connect_ex(server.getsockname())
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        async with opened(url, clock=clock, patience=Patience(connect_s=0.0)) as client:
            outcome = await generated(client)
    assert isinstance(outcome.error, ServiceUnreachableError)


async def test_a_connection_that_comes_about_late_is_used(
    api: Get3WSandbox,
) -> None:
    address = api.url.removeprefix("http://127.0.0.1:").partition("/")[0]

    class OpeningClock(SleepingClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            servers.append(await asyncio.start_server(forward, "127.0.0.1", port))

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward = await asyncio.open_connection("127.0.0.1", int(address))
        onward.write(await reader.read(65536))
        while chunk := await onward_reader.read(65536):
            writer.write(chunk)
        onward.close()
        writer.close()

    servers: list[asyncio.Server] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with opened(f"http://127.0.0.1:{port}/api/v3", clock=OpeningClock()) as client:
        outcome = await generated(client)
    servers[0].close()
    await servers[0].wait_closed()
    assert outcome.completed is not None
    assert outcome.submissions == 2
    assert len(api.submissions) == 1


async def test_a_failed_tls_handshake_is_before_sending(clock: SleepingClock) -> None:
    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with opened(f"https://127.0.0.1:{port}", clock=clock) as client:
            outcome = await generated(client)
    assert isinstance(outcome.error, ServiceUnreachableError)
    assert outcome.events == [Submitting()] * 3


@asynccontextmanager
async def answering(answer: bytes, *, then_hang: bool = False) -> AsyncGenerator[list[bytes]]:
    """Serve raw bytes to every connection; the list holds the heads that came, then the URL."""
    heads: list[bytes] = []
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        if then_hang:
            await over.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    heads.append(f"http://127.0.0.1:{port}".encode())
    try:
        yield heads
    finally:
        over.set()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 O",
        STREAM_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "half-a-head", "bad-chunk", "half-a-body", "no-http", "huge-header"],
)
async def test_a_connection_that_breaks_after_sending_is_lost_and_not_tried_again(
    answer: bytes,
) -> None:
    async with answering(answer) as heads:
        async with opened(heads[0].decode()) as client:
            outcome = await generated(client)
        assert isinstance(outcome.error, ConnectionLostError)
        assert len(heads) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        STREAM_HEAD + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{",
    ],
    ids=["no-head", "silent-stream", "silent-document"],
)
async def test_silence_after_sending_is_a_lost_connection(answer: bytes) -> None:
    async with answering(answer, then_hang=True) as heads:
        async with opened(heads[0].decode(), patience=HASTY) as client:
            outcome = await generated(client)
        assert isinstance(outcome.error, ConnectionLostError)
        assert len(heads) == 2


async def test_each_submission_has_a_connection_of_its_own() -> None:
    # A kept one may be gone already when it is used, which looks like a loss after sending.
    heads = b"HTTP/1.1 404 X\r\nContent-Length: 2\r\n\r\n{}"
    async with answering(heads, then_hang=True) as seen, opened(seen[0].decode()) as client:
        await generated(client)
        await generated(client)
        assert len(seen) == 3
