"""Having the API take a task, and paying for it once.

A task is posted again only where the attempt before provably cost nothing: no connection came
about, the API was too busy (429), or it refused our wish for a stream. Everything else may have
been charged, so it ends here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import (
    AccountRefusedError,
    ConnectionLostError,
    GenerationError,
    ServiceBusyError,
    ServiceFailedError,
    ServiceUnreachableError,
)
from bot.domain.events import Busy, GenerationEvent, Submitting
from bot.domain.happenings import Observe, unobserved
from bot.domain.model_inputs import ModelInputs
from bot.domain.ports import Clock
from bot.domain.request_fitting import body_of
from bot.domain.requests import ImageRequest, Source
from bot.providers.dialect import Phase, read_report
from bot.providers.http import (
    Answer,
    ApiHttp,
    BodyTooLargeError,
    NeverSentError,
    TransferBrokenError,
    TransportError,
)
from bot.providers.json_values import JsonObject, JsonValue, read_json, read_object
from bot.providers.patience import Patience, busy_pause_s
from bot.providers.polling import TASK_MAX_BYTES
from bot.providers.refusals import TOO_MANY_REQUESTS, refusal_error
from bot.providers.upstream_text import names_stream

SUBMISSIONS_MAX = 4
CONNECT_TRIES_MAX = 3
_CONNECT_PAUSE_S = 0.5
# For aiohttp no time left would mean no limit. A pause may take longer than it should.
_CONNECT_LEAST_S = 0.1

_REFUSAL_MAX_BYTES = 1 << 16
_REFUSAL_WITHIN_S = 10.0
_STREAM_REFUSALS = (400, 404, 405, 422)
_EVENT_STREAM = "text/event-stream"

_ACCOUNT_HINTS: Mapping[int, str] = {
    401: "the key isn't valid: look at GET3W_API_KEY; a key made before the first top-up never is",
    402: "payment is required: look at the balance of the account",
    403: "the account may not do this: look at its balance and at what its key may do",
}

Step = Callable[[], Awaitable[list[GenerationEvent]]]


class SourceAddresses(Protocol):
    """Brings the pictures that requests begin with to where the API finds them."""

    async def address_of(self, source: Source) -> str:
        """Give a picture's address at the API.

        Raises
        ------
        GenerationError
            Where there is none; nothing was charged.
        """
        ...


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upstream:
    """What all generations share.

    Attributes
    ----------
    streaming
        Whether streams are wished for at all.
    unstreamed
        Models that refused to stream; each submission may add its own.
    takes
        Tells what a model takes, by its id.
    """

    api: ApiHttp
    clock: Clock
    patience: Patience
    streaming: bool
    unstreamed: set[str]
    takes: Callable[[str], ModelInputs]
    sources: SourceAddresses
    observe: Observe = unobserved


class Submission:
    """The attempts to have one task taken, one step at a time.

    Attributes
    ----------
    stream
        The answer, where the API took the task and streams it; the owner closes it.
    task
        The task as the API took it, where it doesn't stream it.
    """

    def __init__(self, request: ImageRequest, upstream: Upstream) -> None:
        self.stream: Answer | None = None
        self.task: JsonObject | None = None
        self._request = request
        self._up = upstream
        self._takes = upstream.takes(request.model)
        self._image_url: str | None = None
        self._next: Step = self._bring_source
        self._pause_s = 0.0
        self._submissions = 0
        self._asked_stream = False
        self._connect_tries = 0
        self._connect_since_s = upstream.clock.monotonic()

    async def advance(self) -> list[GenerationEvent]:
        """Take the next step and tell what there is to tell, until ``stream`` or ``task`` is set.

        Raises
        ------
        GenerationError
            When the task wasn't taken, or may have been without our knowing.
        """
        return await self._next()

    async def _bring_source(self) -> list[GenerationEvent]:
        source = self._request.source
        if source is not None and self._takes.image is not None:
            self._image_url = await self._up.sources.address_of(source)
            self._connect_since_s = self._up.clock.monotonic()
        return await self._announce()

    async def _announce(self) -> list[GenerationEvent]:
        self._next = self._post
        return [Submitting()]

    async def _wait(self) -> list[GenerationEvent]:
        await self._up.clock.sleep(self._pause_s)
        return await self._announce()

    async def _post(self) -> list[GenerationEvent]:
        try:
            answer = await self._up.api.submit(
                self._request.model,
                self._document(),
                connect_s=self._connect_left_s(),
                silence_s=self._up.patience.silence_s,
            )
        except NeverSentError:
            return self._connect_again()
        except TransferBrokenError:
            raise ConnectionLostError from None
        return await self._sort(answer)

    def _document(self) -> dict[str, object]:
        self._asked_stream = self._up.streaming and self._request.model not in self._up.unstreamed
        wish = {"stream": True} if self._asked_stream else {}
        return {**body_of(self._request, self._takes, self._image_url), **wish}

    def _connect_left_s(self) -> float:
        left_s = self._up.patience.connect_s + self._connect_since_s - self._up.clock.monotonic()
        return max(_CONNECT_LEAST_S, left_s)

    def _connect_again(self) -> list[GenerationEvent]:
        self._connect_tries += 1
        self._pause_s = _CONNECT_PAUSE_S * self._connect_tries
        if self._connect_tries == CONNECT_TRIES_MAX or self._connect_left_s() <= self._pause_s:
            raise ServiceUnreachableError
        self._next = self._wait
        return []

    async def _sort(self, answer: Answer) -> list[GenerationEvent]:
        if answer.accepted and answer.media_type == _EVENT_STREAM:
            self.stream = answer
            return []
        try:
            return await self._take_document(answer)
        finally:
            answer.close()

    async def _take_document(self, answer: Answer) -> list[GenerationEvent]:
        if not answer.accepted:
            return self._refused(answer.status, await _refusal_document(answer), answer.retry_after)
        task = await self._task(answer)
        report = read_report(task, self._request)
        if report.phase is Phase.REFUSED:
            return self._refused(report.refusal_status, task, answer.retry_after)
        self.task = task
        return []

    async def _task(self, answer: Answer) -> JsonObject:
        try:
            async with asyncio.timeout(self._up.patience.progress_s):
                task = read_object(await answer.body(TASK_MAX_BYTES))
        except (TransferBrokenError, TimeoutError):
            raise ConnectionLostError from None
        except BodyTooLargeError:
            raise ServiceFailedError from None
        if task is None:
            raise ServiceFailedError
        return task

    def _refused(
        self, status: int, document: JsonValue, retry_after: str | None
    ) -> list[GenerationEvent]:
        self._submissions += 1
        if status == TOO_MANY_REQUESTS:
            now = self._up.clock.now()
            return self._submit_again(busy_pause_s(retry_after, self._submissions, now))
        if self._refuses_stream(status, document):
            self._up.unstreamed.add(self._request.model)
            return self._submit_again(None)
        raise logged_refusal(status, document, self._request)

    def _refuses_stream(self, status: int, document: JsonValue) -> bool:
        worth_a_look = self._asked_stream and status in _STREAM_REFUSALS
        return worth_a_look and names_stream(document, self._request)

    def _submit_again(self, pause_s: float | None) -> list[GenerationEvent]:
        if self._submissions == SUBMISSIONS_MAX:
            raise ServiceBusyError
        self._connect_tries = 0
        self._connect_since_s = self._up.clock.monotonic() + (pause_s or 0.0)
        self._pause_s = pause_s or 0.0
        self._next = self._wait
        return [] if pause_s is None else [Busy(pause_s)]


def logged_refusal(status: int, document: JsonValue, request: ImageRequest) -> GenerationError:
    """Tell what a refusal means; where only the host can mend it, tell the host too."""
    error = refusal_error(status, document, request)
    return account_refusal(status) if isinstance(error, AccountRefusedError) else error


def account_refusal(status: int) -> AccountRefusedError:
    """Tell the host that the account is refused, and give the error for members."""
    _log.warning("The image API answered %d: %s.", status, _ACCOUNT_HINTS[status])
    return AccountRefusedError(status)


async def _refusal_document(answer: Answer) -> JsonValue:
    try:
        async with asyncio.timeout(_REFUSAL_WITHIN_S):
            body = await answer.body(_REFUSAL_MAX_BYTES)
    except (TransportError, TimeoutError):
        # The status alone has to do.
        return None
    return read_json(body) or body.decode(errors="replace")
