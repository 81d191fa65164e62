"""Asking for a task's state until it answers.

Questions cost nothing, so every fault of one is just another round: a broken connection, a 429, a
5xx, a page that isn't JSON, even a 404, since a task may be asked for before it can be found. What
ends it is the silence clock, counted from the last readable answer, or the deadline.
"""

from bot.domain.errors import (
    ConnectionLostError,
    GenerationError,
    ServiceFailedError,
    TimedOutError,
)
from bot.domain.ports import Clock
from bot.domain.requests import ImageRequest
from bot.providers.dialect import Phase, Report, read_report
from bot.providers.http import ApiHttp, Reply, TransportError
from bot.providers.json_values import read_object
from bot.providers.patience import Watch, poll_pause_s

# A polled task may hold its picture as base64: 32 MiB of it, and room for the rest.
TASK_MAX_BYTES = 48 << 20
_ANSWER_WITHIN_S = 30.0
_OK, _NOT_FOUND = 200, 404

# Both are documented as the same; every official client asks for the first.
_PATHS = ("predictions/{id}/result", "predictions/{id}")


class TaskPoll:
    """Asks for one task, more and more rarely."""

    def __init__(
        self, api: ApiHttp, clock: Clock, watch: Watch, request: ImageRequest, prediction_id: str
    ) -> None:
        self._api = api
        self._clock = clock
        self._watch = watch
        self._request = request
        self._addresses = [path.format(id=prediction_id) for path in _PATHS]
        self._rounds = 0
        self._fault: GenerationError = ConnectionLostError()

    async def next_report(self) -> Report:
        """Wait a little, ask, and go on asking until there is a readable answer.

        Raises
        ------
        TimedOutError
            At the deadline.
        ServiceFailedError, ConnectionLostError
            After a silence too long, by what the last round met with.
        """
        while True:
            await self._pause()
            if (report := await self._ask()) is not None:
                self._watch.heard()
                return report
            if self._watch.silent_too_long:
                raise self._fault

    async def _pause(self) -> None:
        pause_s = poll_pause_s(self._rounds)
        self._rounds += 1
        await self._clock.sleep(min(pause_s, self._watch.deadline_left_s))
        if self._watch.deadline_left_s <= 0:
            raise TimedOutError

    async def _ask(self) -> Report | None:
        try:
            reply = await self._api.ask(
                self._addresses[0], max_bytes=TASK_MAX_BYTES, timeout_s=self._answer_within_s()
            )
        except TransportError:
            self._fault = ConnectionLostError()
            return None
        return self._read(reply)

    def _answer_within_s(self) -> float:
        return min(_ANSWER_WITHIN_S, self._watch.deadline_left_s)

    def _read(self, reply: Reply) -> Report | None:
        self._fault = ServiceFailedError()
        document = read_object(reply.body)
        report = read_report(document, self._request) if document else Report(Phase.UNTOLD)
        status = report.refusal_status if reply.status == _OK else reply.status
        if status == _NOT_FOUND:
            self._addresses.reverse()
        return report if status == _OK and document else None
