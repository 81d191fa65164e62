"""The sockets: requests to the REST API, files, and the way to the gateway."""

from __future__ import annotations

import socket
import struct
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from sandbox.discord.api import API_ROOT, refusal, scripted
from sandbox.discord.errors import ApiError, Problem
from sandbox.discord.records import RecordedRequest
from sandbox.discord.routing import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from aiohttp.web import BaseRequest, StreamResponse

    from sandbox.discord.api import Api
    from sandbox.discord.faults import Fault, Faults
    from sandbox.discord.gateway import Gateway
    from sandbox.discord.records import Requests
    from sandbox.discord.routing import Call
    from sandbox.discord.state import State

FILES = "/attachments/"
GATEWAY = "/gateway"
SHUTDOWN_S = 1.0
# A connection that finds no place in the queue tries again after a whole second.
BACKLOG = 4_096
NO_LINGER = struct.pack("ii", 1, 0)  # closing then sends RST instead of FIN


class HttpServer:
    """Answers every request that reaches the sandbox's port."""

    def __init__(
        self, state: State, api: Api, gateway: Gateway, faults: Faults, requests: Requests
    ) -> None:
        self._state = state
        self._api = api
        self._gateway = gateway
        self._faults = faults
        self._requests = requests

    @asynccontextmanager
    async def listen(self, host: str, port: int) -> AsyncGenerator[str]:
        """Serve until the context ends; yields the address without a final slash."""
        server = web.Server(self._handle, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port, backlog=BACKLOG)
            await site.start()
            yield f"http://{host}:{runner.addresses[0][1]}"
        finally:
            self._gateway.shut()
            await runner.cleanup()

    async def _handle(self, request: BaseRequest) -> StreamResponse:
        if request.path == GATEWAY:
            return await self._gateway.connect(request)
        if request.path.startswith(FILES):
            return self._file(request.path)
        if request.path.startswith(API_ROOT):
            return await self._call(request)
        return _response(refusal(ApiError(Problem.NOT_FOUND)))

    def _file(self, path: str) -> web.Response:
        file_id = path.split("/")[-2]
        stored = self._state.messages.file(int(file_id)) if file_id.isdecimal() else None
        if stored is None or stored.data is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=stored.data, headers={"Content-Type": stored.content_type})

    async def _call(self, request: BaseRequest) -> StreamResponse:
        now = self._state.clock.now
        record = RecordedRequest(
            now(), request.method, request.path, request.query, request.headers
        )
        self._requests.add(record)
        body = await _body(request)
        answer = await self._answer(request, record, body)
        record.took_s = now() - record.at_s
        if answer is not None:
            record.status = answer.status
            record.response_code = _code(answer)
        self._state.watch.changed()
        return _response(answer or Answer(status=500))

    async def _answer(
        self, request: BaseRequest, record: RecordedRequest, body: bytes
    ) -> Answer | None:
        try:
            call = self._api.read(record, body)
        except ApiError as error:
            return refusal(error)
        fault = self._faults.next_for(record)
        if fault is None:
            return self._api.answer(call)
        return await self._befallen(request, call, fault)

    async def _befallen(self, request: BaseRequest, call: Call, fault: Fault) -> Answer | None:
        self._state.watch.changed()
        if fault.hold is not None:
            await fault.hold.wait()
        if not fault.replaces_the_answer:
            return self._api.answer(call)
        if fault.carried_out:
            self._api.answer(call)
        if fault.reset or fault.close:
            _hang_up(request, reset=fault.reset)
            return None
        return scripted(fault)


async def _body(request: BaseRequest) -> bytes:
    """Read what came with a request; `content.read()` copies each picture once more."""
    if not request.body_exists:
        return b""
    return b"".join([chunk async for chunk, _ in request.content.iter_chunks()])


def _hang_up(request: BaseRequest, *, reset: bool) -> None:
    transport = request.transport
    if transport is None:
        return
    if reset:
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()


def _code(answer: Answer) -> int:
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return code if isinstance(code, int) else 0


def _response(answer: Answer) -> web.Response:
    if answer.text is not None:
        return web.Response(status=answer.status, text=answer.text, headers=answer.headers)
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    headers = {**answer.headers, "Content-Type": "application/json"}
    return web.Response(body=orjson.dumps(answer.body), status=answer.status, headers=headers)
