"""Looks at each request that leaves, over whichever session, without being in its way.

aiohttp calls back at the start and at the end of a request; so the library's own requests are
counted as ours are. Of an address only its kind is kept: it may have a token in it.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from types import SimpleNamespace

from aiohttp import (
    ClientSession,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestExceptionParams,
    TraceRequestStartParams,
)
from yarl import URL

from bot.observability.invalid_requests import INVALID_STATUSES, HeldBackError, InvalidRequests
from bot.observability.measures import Measures

_ANSWER = "answer"
_GATEWAY = "gateway"
_ESSENTIAL = frozenset({_ANSWER, _GATEWAY})
_DISCORD_KINDS = (
    (re.compile(r"/interactions/\d+/[^/]+/callback$"), _ANSWER),
    (re.compile(r"/webhooks/\d+/[^/]+/messages/"), "edit"),
    (re.compile(r"/webhooks/\d+/[^/]+$"), "followup"),
    (re.compile(r"/channels/\d+"), "channel"),
    (re.compile(r"/gateway(/bot)?/?$|^/?$"), _GATEWAY),
    (re.compile(r"/applications/"), "commands"),
)
_UPSTREAM_KINDS = (
    (re.compile(r"GET .*/predictions/"), "poll"),
    (re.compile(r"DELETE "), "cancel"),
    (re.compile(r"GET .*/models"), "catalogue"),
    (re.compile(r"GET .*/(balance|billings)"), "account"),
    (re.compile(r"POST .*/(files|media)/upload"), "upload"),
    (re.compile(r"POST "), "submit"),
)
_OTHER = "other"
_BROKEN = "broken"
_TOO_MANY_REQUESTS = 429
# Interactions that nobody answered are forgotten, the oldest first.
_AWAITED_MAX = 5_000
_SUCCESS_BELOW = 300


class DiscordTrace:
    """Counts requests to Discord, times first answers, and holds back what could be refused.

    Looking over a session's shoulder takes a quarter of the time of a first answer's request, and a
    thousand may be due at once. So whoever sends those tells of them (``AnswerWatch``) and is
    counted all the same.
    """

    def __init__(self, measures: Measures, invalid: InvalidRequests) -> None:
        self._measures = measures
        self._invalid = invalid
        self._awaited_s: OrderedDict[int, float] = OrderedDict()

    def await_answer(self, interaction_id: int) -> None:
        """Take note that an interaction came in now."""
        self._awaited_s[interaction_id] = time.monotonic()
        if len(self._awaited_s) > _AWAITED_MAX:
            self._awaited_s.popitem(last=False)

    def check_answer(self) -> None:
        """Let a first answer go.

        Raises
        ------
        HeldBackError
        """
        self._check(_ANSWER)

    def note_answer(self, interaction_id: int, status: int, headers: Mapping[str, str]) -> None:
        """Count a first answer and what Discord said to it."""
        self._count(_ANSWER, status, headers)
        if status < _SUCCESS_BELOW:
            self._time_answer(interaction_id)

    def note_broken_answer(self) -> None:
        """Count a first answer of which nothing was heard."""
        self._measures.discord_requests.labels(_ANSWER, _BROKEN).inc()

    def config(self) -> TraceConfig:
        """Give what a session takes; each session wants its own."""
        trace = TraceConfig()
        trace.on_request_start.append(self._begin)
        trace.on_request_end.append(self._end)
        trace.on_request_exception.append(self._break)
        return trace

    async def _begin(
        self, _: ClientSession, __: SimpleNamespace, request: TraceRequestStartParams
    ) -> None:
        self._check(discord_kind(request.url))

    async def _end(
        self, _: ClientSession, __: SimpleNamespace, request: TraceRequestEndParams
    ) -> None:
        kind, answer = discord_kind(request.url), request.response
        if kind == _ANSWER:
            self.note_answer(int(request.url.parts[-3]), answer.status, answer.headers)
        else:
            self._count(kind, answer.status, answer.headers)

    async def _break(
        self, _: ClientSession, __: SimpleNamespace, request: TraceRequestExceptionParams
    ) -> None:
        self._measures.discord_requests.labels(discord_kind(request.url), _BROKEN).inc()

    def _check(self, kind: str) -> None:
        try:
            self._invalid.check(essential=kind in _ESSENTIAL)
        except HeldBackError:
            self._measures.discord_held_back.labels(kind).inc()
            raise

    def _count(self, kind: str, status: int, headers: Mapping[str, str]) -> None:
        self._measures.discord_requests.labels(kind, str(status)).inc()
        # A limit that a resource has for all bots together isn't held against ours.
        shared = headers.get("X-RateLimit-Scope") == "shared"
        if status in INVALID_STATUSES and not shared:
            self._invalid.note()
        if status == _TOO_MANY_REQUESTS:
            self._measures.discord_waits.labels(kind).inc(_seconds(headers.get("Retry-After")))

    def _time_answer(self, interaction_id: int) -> None:
        came_s = self._awaited_s.pop(interaction_id, None)
        if came_s is not None:
            self._measures.first_answer.observe(time.monotonic() - came_s)


def upstream_trace(measures: Measures) -> TraceConfig:
    """Count requests to the image API by their kind and what became of them."""

    async def end(_: ClientSession, __: SimpleNamespace, request: TraceRequestEndParams) -> None:
        kind = upstream_kind(request.method, request.url)
        measures.upstream_requests.labels(kind, str(request.response.status)).inc()

    async def broken(
        _: ClientSession, __: SimpleNamespace, request: TraceRequestExceptionParams
    ) -> None:
        kind = upstream_kind(request.method, request.url)
        measures.upstream_requests.labels(kind, _BROKEN).inc()

    trace = TraceConfig()
    trace.on_request_end.append(end)
    trace.on_request_exception.append(broken)
    return trace


def discord_kind(url: URL) -> str:
    """Name what a request to Discord is about."""
    return next((kind for shape, kind in _DISCORD_KINDS if shape.search(url.path)), _OTHER)


def upstream_kind(method: str, url: URL) -> str:
    """Name what a request to the image API is about."""
    asked = f"{method} {url.path}"
    return next((kind for shape, kind in _UPSTREAM_KINDS if shape.match(asked)), _OTHER)


def _seconds(written: str | None) -> float:
    try:
        return max(0.0, float(written or 0))
    except ValueError:
        return 0.0
