"""A task's stream, as reports.

Only a terminal event ends a task. The end of the transfer proves nothing: a proxy that gives up can
end a body as cleanly as the API does. What was left undispatched counts in one case, where the
transfer ended cleanly and the rest is the complete document of a finished task; a document that was
cut anywhere isn't JSON any more.
"""

import asyncio

from bot.domain.errors import TimedOutError
from bot.domain.requests import ImageRequest
from bot.providers.dialect import Phase, Report, read_report
from bot.providers.http import Answer, TransferBrokenError
from bot.providers.json_values import read_object
from bot.providers.patience import Watch
from bot.providers.sse import EventStreamDecoder, EventTooLargeError, ServerSentEvent

_LAST_WORD = "[DONE]"
_TERMINAL = (Phase.COMPLETED, Phase.FAILED)


class StreamOverError(Exception):
    """The stream ended, broke off, or has nothing more to say."""


class StreamedTask:
    """Reads one stream to its end; the answer stays its opener's to close."""

    def __init__(self, answer: Answer, watch: Watch, request: ImageRequest) -> None:
        self._answer = answer
        self._watch = watch
        self._request = request
        self._decoder = EventStreamDecoder()
        self._furthest = -1.0
        self._over = False

    async def next_reports(self) -> list[Report]:
        """Wait for bytes and give the reports that they complete.

        Raises
        ------
        StreamOverError
            When nothing more is to be expected.
        TimedOutError
            At the deadline.
        """
        if self._over:
            raise StreamOverError
        chunk = await self._next_chunk()
        self._over = not chunk
        # A blank line makes an event of the tail.
        events = self._decoded(chunk or b"\n\n")
        reports = [self._report(event) for event in events if not self._is_last_word(event)]
        self._note_news(reports)
        return reports if chunk else [report for report in reports if report.phase in _TERMINAL]

    async def _next_chunk(self) -> bytes:
        try:
            async with asyncio.timeout(self._watch.news_left_s):
                return await self._answer.next_chunk()
        except TransferBrokenError:
            raise StreamOverError from None
        except TimeoutError:
            if self._watch.deadline_left_s <= 0:
                raise TimedOutError from None
            raise StreamOverError from None

    def _decoded(self, chunk: bytes) -> list[ServerSentEvent]:
        try:
            return self._decoder.feed(chunk)
        except EventTooLargeError:
            raise StreamOverError from None

    def _is_last_word(self, event: ServerSentEvent) -> bool:
        is_last = event.data.strip() == _LAST_WORD
        self._over = self._over or is_last
        return is_last

    def _report(self, event: ServerSentEvent) -> Report:
        document = read_object(event.data)
        if document is None:
            return Report(Phase.UNTOLD)
        return read_report(document, self._request, event.event)

    def _note_news(self, reports: list[Report]) -> None:
        # A state without a number is news each time: some models never give one.
        running = (report.fraction for report in reports if report.phase is Phase.RUNNING)
        for fraction in running:
            if fraction is None or fraction > self._furthest:
                self._furthest = self._furthest if fraction is None else fraction
                self._watch.progressed()
