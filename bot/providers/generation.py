"""One request on its way through the API.

A generation is a small state machine. Each state is one step, a coroutine that waits for one thing,
tells what it learned and names the next step. What was told is given out before another step is
taken, so nobody learns of a state after it has passed.

    submit -> read the stream -> end
       |           |              ^
       +-----------+---> poll ----+

From a stream that broke off the only way on is to poll, for which the task needs an id; it is never
submitted again.
"""

from collections import deque
from collections.abc import Awaitable, Callable

from bot.domain.errors import (
    ConnectionLostError,
    GenerationError,
    GenerationFailedError,
    ModelUnavailableError,
    PictureUnfetchableError,
    SafetyRefusedError,
    ServiceFailedError,
)
from bot.domain.events import Accepted, Completed, GenerationEvent, Identified, Progressed
from bot.domain.happenings import StreamLost
from bot.domain.requests import ImageRequest
from bot.providers.dialect import Phase, Report, read_report
from bot.providers.http import Answer
from bot.providers.identifiers import is_model_path
from bot.providers.json_values import JsonObject
from bot.providers.patience import Watch
from bot.providers.polling import TaskPoll
from bot.providers.streaming import StreamedTask, StreamOverError
from bot.providers.submission import Submission, Upstream, logged_refusal

Step = Callable[[], Awaitable[None]]


class Generation:
    """The events of one request, as an asynchronous iterator; it has to be closed.

    Parameters
    ----------
    prediction_id
        The API's name for a task that was submitted before; then it is only asked for.
    """

    def __init__(
        self, request: ImageRequest, upstream: Upstream, prediction_id: str | None = None
    ) -> None:
        self._request = request
        self._up = upstream
        self._watch = Watch(upstream.clock, upstream.patience)
        self._submission = Submission(request, upstream)
        self._stream: StreamedTask | None = None
        self._polling: TaskPoll | None = None
        self._prediction_id = prediction_id
        self._failure: GenerationError | None = None
        self._told: deque[GenerationEvent] = deque()
        self._next: Step | None = self._submit if prediction_id is None else self._take_up

    def __aiter__(self) -> "Generation":
        """Give itself: a generation happens once."""
        return self

    async def __anext__(self) -> GenerationEvent:
        """Give the next event, after waiting for it where none is told yet."""
        while not self._told:
            if self._next is None:
                raise StopAsyncIteration
            await self._next()
        return self._told.popleft()

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self._next = None
        if self._submission.stream is not None:
            self._submission.stream.close()

    async def _submit(self) -> None:
        if not is_model_path(self._request.model):
            raise ModelUnavailableError(self._request.model)
        self._watch.start()
        self._told.extend(await self._submission.advance())
        if self._submission.stream is not None:
            self._follow(self._submission.stream)
        elif self._submission.task is not None:
            self._take(self._submission.task)

    async def _take_up(self) -> None:
        self._watch.start()
        self._told.append(Accepted(polled=True))
        self._poll_or_fail(ConnectionLostError())

    def _follow(self, answer: Answer) -> None:
        self._told.append(Accepted(polled=False))
        self._stream = StreamedTask(answer, self._watch, self._request)
        self._next = self._read_stream

    def _take(self, task: JsonObject) -> None:
        self._told.append(Accepted(polled=True))
        self._next = self._end
        report = read_report(task, self._request)
        self._tell(report)
        if report.phase in (Phase.RUNNING, Phase.UNTOLD):
            self._poll_or_fail(ServiceFailedError())

    async def _read_stream(self) -> None:
        if self._stream is None:
            return
        try:
            reports = await self._stream.next_reports()
        except StreamOverError:
            self._up.observe(StreamLost(polled=self._prediction_id is not None))
            self._leave_stream(ConnectionLostError())
            return
        for report in reports:
            if self._next == self._read_stream:
                self._tell(report)

    def _leave_stream(self, without_id: GenerationError) -> None:
        if self._submission.stream is not None:
            self._submission.stream.close()
        self._poll_or_fail(without_id)

    def _poll_or_fail(self, without_id: GenerationError) -> None:
        if self._prediction_id is None:
            self._fail(without_id)
            return
        # However long a stream was silent, its task has only now begun to be asked for.
        self._watch.heard()
        self._polling = TaskPoll(
            self._up.api, self._up.clock, self._watch, self._request, self._prediction_id
        )
        self._next = self._poll

    async def _poll(self) -> None:
        if self._polling is not None:
            self._tell(await self._polling.next_report())

    def _tell(self, report: Report) -> None:
        self._identify(report.prediction_id)
        match report.phase:
            case Phase.RUNNING:
                self._told.append(Progressed(report.fraction))
            case Phase.COMPLETED:
                self._complete(report)
            case Phase.FAILED:
                self._fail(SafetyRefusedError() if report.unsafe else GenerationFailedError())
            case Phase.REFUSED:
                self._fail(logged_refusal(report.refusal_status, None, self._request))
            case Phase.UNTOLD:
                pass

    def _identify(self, prediction_id: str | None) -> None:
        if self._prediction_id is None and prediction_id is not None:
            self._prediction_id = prediction_id
            self._told.append(Identified(prediction_id))

    def _complete(self, report: Report) -> None:
        if report.outputs:
            self._told.append(Completed(report.outputs, report.flagged, report.seed))
            self._next = self._end
        elif self._polling is None:
            # The event may have left out what the task's record has.
            self._leave_stream(PictureUnfetchableError())
        else:
            self._fail(PictureUnfetchableError())

    def _fail(self, error: GenerationError) -> None:
        self._failure = error
        self._next = self._end

    async def _end(self) -> None:
        self.close()
        if self._failure is not None:
            raise self._failure
