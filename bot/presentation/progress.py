"""The one message of a job and its one writer.

Theory
------
A generation tells of itself faster than Discord takes edits, and the picture must never stand in
line behind percentages. So nothing is ever queued. There is one slot for the newest state;
whatever was in it before it could be shown is simply gone. One task per message, the writer,
looks at the slot when it may send, and at no other time:

* one edit is in flight at most, and it is never broken off half-way: a request that was
  cancelled may still arrive, after a later one, and put an old percentage over the picture;
* progress is sent at most once a second, and only when it reads differently from what stands
  there; the first state is the answer to the command itself, so the first edit goes at once;
* the last slot of a bucket is never spent on progress: it belongs to the final edit, which
  therefore finds Discord willing however fast the events came;
* a 429 tells of the channel's hidden limit: see :mod:`bot.presentation.pacing`;
* a progress edit that fails is dropped, since the next one says more. Whoever deletes the
  message stops the writer for good: nothing is sent to it again;
* when a final state comes, the writer stops waiting for its turn at once, hands over to
  :mod:`bot.presentation.delivery` and ends.

Percentages are whole, never smaller than the one before, and never 100: the picture is the
hundred per cent.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.jobs import Cancelled, Done, Failed, Job, JobState, Running
from bot.domain.ports import Clock
from bot.presentation import wording
from bot.presentation.delivery import Delivery
from bot.presentation.layout import job_text, job_view
from bot.presentation.pacing import ChannelPace
from bot.presentation.sending import (
    Bucket,
    Edit,
    SendError,
    SendLimitedError,
)

PROGRESS_EVERY_S = 1.0
# A place in line changes whenever anybody's job starts; it is worth fewer edits than a percentage.
WAITING_EVERY_S = 5.0
# The last request of a bucket is kept for the final edit.
_SLOTS_KEPT = 1

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Pace:
    """When this one message may be edited again."""

    earliest_s: float = 0.0

    def sent(self, now_s: float, every_s: float, bucket: Bucket | None) -> None:
        self.earliest_s = now_s + every_s
        if bucket is not None and bucket.remaining <= _SLOTS_KEPT:
            self.earliest_s = max(self.earliest_s, now_s + bucket.reset_after_s)


class ProgressMessage:
    """Keeps a job's message at its newest state; fulfils ``JobDisplay``.

    Made by whoever gave the first answer, with the state that this answer showed. Its writer is
    :meth:`keep_current`, to be run once, by whoever runs the job.
    """

    def __init__(
        self, job: Job, first: JobState, delivery: Delivery, channel: ChannelPace, clock: Clock
    ) -> None:
        self._job = job
        self._newest = first
        self._delivery = delivery
        self._channel = channel
        self._clock = clock
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._shown = job_text(job, first, clock.now())
        self._pace = _Pace()

    def show(self, state: JobState) -> None:
        """Put a state into the slot; a smaller percentage than the one there is raised to it."""
        if isinstance(self._newest, Done | Failed | Cancelled):
            return
        self._newest = _never_smaller(self._newest, state, self._clock.now())
        self._changed.set()
        if isinstance(state, Done | Failed | Cancelled):
            self._ended.set()

    async def keep_current(self) -> None:
        """Show the newest state whenever that is allowed, until the final one is delivered."""
        while not self._ended.is_set():
            await self._wait_for_news()
            await self._wait_for_turn()
            self._changed.clear()
            if not self._ended.is_set():
                await self._show_progress()
        if isinstance(self._newest, Done | Failed | Cancelled):
            await self._delivery.deliver(self._newest)

    async def _wait_for_news(self) -> None:
        """Wait for another state; an estimate is news by itself, once a second."""
        estimating = isinstance(self._newest, Running) and self._newest.estimated
        with suppress(TimeoutError):
            await asyncio.wait_for(
                self._changed.wait(), PROGRESS_EVERY_S if estimating else self._closing_in_s()
            )

    def _closing_in_s(self) -> float | None:
        return None if self._delivery.closed else self._delivery.closing_in_s()

    async def _wait_for_turn(self) -> None:
        """Wait until progress may be sent; a final state ends the wait."""
        while not self._ended.is_set() and (wait_s := self._wait_s()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), wait_s)

    def _wait_s(self) -> float:
        return max(self._pace.earliest_s - self._clock.monotonic(), self._channel.progress_wait_s())

    async def _show_progress(self) -> None:
        if self._delivery.closed:
            return
        now = self._clock.now()
        text = job_text(self._job, self._newest, now)
        closing = self._delivery.closing_in_s() == 0
        if text != self._shown or closing:
            extra = (wording.handed_over(),) if closing else ()
            await self._send(Edit(job_view(self._job, self._newest, now, extra=extra)), text)
        if closing:
            self._delivery.close_progress()

    async def _send(self, edit: Edit, text: str) -> None:
        self._channel.progress_goes()
        started_s = self._clock.monotonic()
        bucket = None
        try:
            bucket = await self._delivery.send(edit)
            self._shown = text
        except SendLimitedError as error:
            self._channel.limited(error.retry_after_s)
        except SendError as error:
            _log.debug("progress of job %s not shown: %r", self._job.reference, error)
        every_s = PROGRESS_EVERY_S if isinstance(self._newest, Running) else WAITING_EVERY_S
        self._pace.sent(started_s, every_s, bucket)


def _never_smaller(shown: JobState, new: JobState, now: datetime) -> JobState:
    """Hold a percentage at the highest one that was told, by the API or by an estimate."""
    if not isinstance(shown, Running) or not isinstance(new, Running):
        return new
    before, after = shown.percent_at(now), new.percent_at(now)
    if before is None or (after is not None and after >= before):
        return new
    return replace(new, percent=before, about=shown.estimated)
