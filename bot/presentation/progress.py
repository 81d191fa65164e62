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
* none is sent while another process may have taken the job up;
* a progress edit that fails is dropped, since the next one says more. Whoever deletes the
  message stops the writer for good: nothing is sent to it again;
* when a final state comes, the writer stops waiting for its turn at once, hands over to
  :mod:`bot.presentation.delivery` and ends.

Percentages are whole, never smaller than the one before, and never 100: the picture is the
hundred per cent.
"""

import asyncio
import logging
import math
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.jobs import Job, JobState, LastState, Running, Waiting
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
# Whoever has watched twenty percentages has time; and a lone message stays below what authors of
# libraries take for the limit of a channel, 30 requests in a minute, with its picture included.
LONG_RUN_EDITS = 20
LONG_RUN_EVERY_S = 5.0
# A place in line changes whenever anybody's job starts; it is worth fewer edits than a percentage,
# and the fewer the farther back it is: a line of a thousand then costs about ten edits a second.
WAITING_EVERY_S = 5.0
WAITING_EVERY_S_FOR_EACH_AHEAD = 0.5
# The last request of a bucket is kept for the final edit.
_SLOTS_KEPT = 1
_JUST_AFTER_S = 0.05

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Pace:
    """When this one message may be edited again."""

    last_sent_s: float = -math.inf
    bucket_full_s: float = -math.inf
    edits: int = 0

    def goes(self, now_s: float) -> None:
        self.last_sent_s = now_s
        self.edits += 1

    def answered(self, now_s: float, bucket: Bucket | None) -> None:
        if bucket is not None and bucket.remaining <= _SLOTS_KEPT:
            self.bucket_full_s = now_s + bucket.reset_after_s

    def earliest_s(self, every_s: float) -> float:
        return max(self.last_sent_s + every_s, self.bucket_full_s)

    def every_s(self, state: JobState) -> float:
        if isinstance(state, Waiting):
            return WAITING_EVERY_S + WAITING_EVERY_S_FOR_EACH_AHEAD * (state.position - 1)
        return PROGRESS_EVERY_S if self.edits < LONG_RUN_EDITS else LONG_RUN_EVERY_S


class ProgressMessage:
    """Keeps a job's message at its newest state; fulfils ``JobDisplay``.

    Made by whoever gave the first answer, with the state that this answer showed. Its writer is
    :meth:`keep_current`, to be run once, by whoever runs the job.

    Parameters
    ----------
    shown
        Whether the first state stands there; not where another process wrote last.
    """

    def __init__(
        self,
        job: Job,
        first: JobState,
        delivery: Delivery,
        channel: ChannelPace,
        clock: Clock,
        *,
        shown: bool = True,
    ) -> None:
        self._job = job
        self._newest = first
        self._delivery = delivery
        self._channel = channel
        self._clock = clock
        self._changed = asyncio.Event()
        self._shown = ""
        self._first = (first, clock.now()) if shown else None
        self._abandoned = False
        self._looked_at = True
        self._pace = _Pace()

    @property
    def message_id(self) -> int | None:
        """Its id; ``None`` where Discord didn't tell."""
        return self._delivery.message_id

    @property
    def channel_id(self) -> int:
        """Where it stands."""
        return self._delivery.channel_id

    def abandon(self) -> None:
        """Show nothing more: the message is another process's now."""
        self._abandoned = True
        self._changed.set()

    def show(self, state: JobState) -> None:
        """Put a state into the slot; a smaller percentage than the one there is raised to it."""
        if not isinstance(self._newest, LastState):
            if not self._looked_at:
                self._delivery.superseded()
            self._newest = _never_smaller(self._newest, state, self._clock.now())
            self._looked_at = False
            self._changed.set()

    async def keep_current(self) -> bool:
        """Show the newest state whenever that is allowed, until the last one is delivered.

        Returns
        -------
        bool
            Whether nothing is left to do; ``False`` where it is worth another try later.
        """
        if self._first is not None:
            # Not sooner: other first answers may have been waiting for this one to be given.
            self._shown = job_text(self._job, *self._first)
        while not self._over:
            if self._shown or self._delivery.closed:
                await self._change_within(self._news_in_s())
            await self._wait_for_turn()
            self._changed.clear()
            if not self._over:
                await self._show_progress()
        if self._abandoned or not isinstance(self._newest, LastState):
            return True
        return await self._delivery.deliver(self._newest)

    @property
    def _over(self) -> bool:
        return self._abandoned or isinstance(self._newest, LastState)

    async def _change_within(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def _news_in_s(self) -> float | None:
        """Tell when there is something to show though no state came; ``None`` for never."""
        if self._delivery.closed:
            return None
        estimating = isinstance(self._newest, Running) and self._newest.estimated
        moments_s = (
            PROGRESS_EVERY_S if estimating else None,
            _eta_ends_in_s(self._newest, self._clock.now()),
            self._delivery.closing_in_s(),
        )
        return min((moment_s for moment_s in moments_s if moment_s is not None), default=None)

    async def _wait_for_turn(self) -> None:
        """Wait until progress may be sent; a state that came meanwhile may be more urgent."""
        while not self._over and (wait_s := self._wait_s()) > 0:
            self._changed.clear()
            await self._change_within(wait_s)

    def _wait_s(self) -> float:
        if not self._delivery.still_ours():
            return PROGRESS_EVERY_S
        closing_s = self._delivery.closing_in_s()
        every_s = PROGRESS_EVERY_S if closing_s == 0 else self._pace.every_s(self._newest)
        own_s = self._pace.earliest_s(every_s) - self._clock.monotonic()
        wait_s = max(own_s, self._channel.progress_wait_s())
        # The last word to a private message can't wait as long as a place far back in line.
        return min(wait_s, closing_s) if closing_s else wait_s

    async def _show_progress(self) -> None:
        self._looked_at = True
        if self._delivery.closed:
            return
        closing = self._delivery.closing_in_s() == 0
        now = self._clock.now()
        text = job_text(self._job, self._newest, now)
        if closing:
            view = job_view(self._job, self._newest, now, extra=(wording.handed_over(),))
            if await self._send(Edit(view), text):
                self._delivery.close_progress()
        elif text != self._shown:
            await self._send(Edit(job_view(self._job, self._newest, now)), text)

    async def _send(self, edit: Edit, text: str) -> bool:
        """Send progress once; ``True`` where it is shown now."""
        self._channel.progress_goes()
        self._pace.goes(self._clock.monotonic())
        try:
            sent = await self._delivery.send(edit)
        except SendLimitedError as error:
            self._channel.limited(error.retry_after_s)
            return False
        except SendError as error:
            _log.debug("progress of job %s not shown: %r", self._job.reference, error)
            return False
        self._shown = text
        self._pace.answered(self._clock.monotonic(), sent.bucket)
        return True


def _eta_ends_in_s(state: JobState, now: datetime) -> float | None:
    """Tell after how long an expected end isn't shown any more; ``None`` where none is."""
    if not isinstance(state, Running) or state.ready_at is None:
        return None
    shown_for_s = (state.ready_at - now).total_seconds() - wording.ETA_SHOWN_FROM_S
    return shown_for_s + _JUST_AFTER_S if shown_for_s >= 0 else None


def _never_smaller(shown: JobState, new: JobState, now: datetime) -> JobState:
    """Hold a percentage at the highest one that was told, by the API or by an estimate."""
    if not isinstance(shown, Running) or not isinstance(new, Running):
        return new
    before, after = shown.percent_at(now), new.percent_at(now)
    if before is None or (after is not None and after >= before):
        return new
    return replace(new, percent=before, about=shown.estimated)
