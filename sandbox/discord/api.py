"""The way of a REST request: read, recorded, perhaps befallen by a fault, authorised, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from sandbox.discord import multipart
from sandbox.discord.buckets import Limit
from sandbox.discord.errors import ApiError, Problem
from sandbox.discord.records import RecordedRequest, recorded_files
from sandbox.discord.routing import Answer, Call

if TYPE_CHECKING:
    from sandbox.discord.attachments import Upload
    from sandbox.discord.faults import Fault
    from sandbox.discord.json_types import Json
    from sandbox.discord.routing import Router
    from sandbox.discord.state import State

API_ROOT = "/api/v10"
NO_UPLOADS: Final[tuple[Upload, ...]] = ()


class Api:
    """Answers requests; knows nothing of sockets."""

    def __init__(self, state: State, router: Router) -> None:
        self._state = state
        self._router = router

    def read(self, record: RecordedRequest, body: bytes) -> Call:
        """Take a request apart and put what it holds on record.

        Raises
        ------
        ApiError
            40005 for too much, 50109 for what is no JSON, 404 or 405 for a path or method.
        """
        if len(body) > self._state.settings.request_max_bytes:
            raise ApiError(Problem.TOO_LARGE)
        content_type = record.headers.get("Content-Type", "")
        text, uploads = body, NO_UPLOADS
        if content_type.startswith("multipart/form-data"):
            digested = self._state.settings.digest_bytes
            text, uploads = multipart.split(body, content_type, digested=digested)
            record.files = recorded_files(uploads)
        record.json = _parsed(text)
        match = self._router.find(record.method, record.path.removeprefix(API_ROOT))
        record.route = match.route.template
        return Call(match.route, record.query, record.headers, record.json, uploads, match.params)

    def answer(self, call: Call) -> Answer:
        """Carry a request out; a refusal is an answer too."""
        try:
            self._authorise(call)
            return call.route.handler(call)
        except ApiError as error:
            return refusal(error)

    def _authorise(self, call: Call) -> None:
        if call.route.open:
            return
        if call.headers.get("Authorization") != f"Bot {self._state.world.application.token}":
            raise ApiError(Problem.UNAUTHORIZED)
        rate = self._state.settings.global_rate
        if rate is not None:
            limit = Limit("global:bot", rate, "global", announced=False)
            self._state.buckets.take([limit], self._state.clock.now())


def refusal(error: ApiError) -> Answer:
    """Return the answer that an error carries."""
    return Answer(error.body, error.status, error.headers)


def scripted(fault: Fault) -> Answer:
    """Return the answer that a fault prescribes."""
    status = fault.status or 500
    if isinstance(fault.body, str):
        return Answer(None, status, fault.headers, text=fault.body)
    body: Json = fault.body
    if body is None:
        body = {"message": f"{status}: sandbox", "code": 0}
    return Answer(body, status, fault.headers)


def _parsed(text: bytes) -> Json:
    try:
        parsed: Json = orjson.loads(text) if text else None
    except orjson.JSONDecodeError as error:
        raise ApiError(Problem.INVALID_JSON) from error
    return parsed
