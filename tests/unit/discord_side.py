"""Discord's side of answers and edits, as small real classes: they take time, count, refuse."""

import asyncio
import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from discord import ui

from bot.domain.happenings import Observe, unobserved
from bot.domain.jobs import Job, JobState
from bot.presentation import sending
from bot.presentation.delivery import (
    TOKEN_USED_FOR_S,
    Delivery,
    DeliveryMeans,
    MessagePlace,
    surely,
)
from bot.presentation.fitting import PictureFitter
from bot.presentation.next_buttons import DeedOffers, UsualOffers
from bot.presentation.pacing import ChannelPace, HiddenLimit
from bot.presentation.progress import ProgressMessage
from bot.presentation.sending import (
    Box,
    Bucket,
    ChannelRoad,
    DirectMessageRoad,
    Edit,
    InteractionKey,
    InteractionRoad,
    NewMessageRoad,
    Road,
    SendError,
    SendLimitedError,
)
from tests.unit.jobs import CHANNEL_ID, a_job
from tests.unit.virtual_time import FIRST_S, START, LoopClock

MESSAGE_ID, NEW_MESSAGE_ID = 5001, 5002
FILE_MAX_BYTES = 10 * 1024 * 1024


@dataclass
class Window:
    """A limit: so many requests; full again a while after the first of them."""

    size: int
    per_s: float
    used: int = 0
    opened_s: float = -math.inf

    def take(self, now_s: float) -> bool:
        if now_s >= self.opened_s + self.per_s:
            self.opened_s, self.used = now_s, 0
        if self.used == self.size:
            return False
        self.used += 1
        return True

    def reset_after_s(self, now_s: float) -> float:
        return self.opened_s + self.per_s - now_s


@dataclass(frozen=True)
class Sent:
    """One request; ``at_s`` counts from the start of the test, at its arrival."""

    at_s: float
    road: Road
    text: str
    edit: Edit
    error: SendError | None = None


@dataclass
class DiscordSide:
    """Takes edits; fulfils ``Sender``.

    ``script`` holds what happens to the next requests on a kind of road (``None``: it is taken,
    an event: it hangs until the event is set); ``closed`` what happens to all of them.
    """

    latency_s: float = 0.0
    own_limit: tuple[int, float] | None = None
    hidden_limit: Window | None = None
    script: dict[type[Road], list[SendError | asyncio.Event | None]] = field(default_factory=dict)
    closed: dict[type[Road], SendError] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    broken_off: int = 0
    _own: dict[Road, Window] = field(default_factory=dict)
    _busy: defaultdict[Road, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def taken(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.error is None]

    @property
    def texts(self) -> list[str]:
        return [sent.text for sent in self.taken]

    def roads(self, kind: type[Road]) -> list[Sent]:
        return [sent for sent in self.sent if isinstance(sent.road, kind)]

    async def send(self, road: Road, edit: Edit) -> sending.Sent:
        assert not self._busy[road], "two edits of one message at once"
        self._busy[road] += 1
        try:
            await LoopClock().sleep(self.latency_s)
            return await self._judged(road, edit)
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        finally:
            self._busy[road] -= 1

    async def _judged(self, road: Road, edit: Edit) -> sending.Sent:
        scripted = deque(self.script.get(type(road), ()))
        step = scripted.popleft() if scripted else self.closed.get(type(road))
        self.script[type(road)] = list(scripted)
        if isinstance(step, asyncio.Event):
            await step.wait()
            step = None
        now_s = LoopClock().monotonic()
        error = step or self._limited(road, now_s)
        self.sent.append(Sent(now_s - FIRST_S, road, text_of(edit.view), edit, error))
        if error is not None:
            raise error
        return sending.Sent(self._bucket(road, now_s), *_place_of(road))

    def _limited(self, road: Road, now_s: float) -> SendError | None:
        if self.own_limit and isinstance(road, InteractionRoad):
            own = self._own.setdefault(road, Window(*self.own_limit))
            if not own.take(now_s):
                return SendLimitedError(own.reset_after_s(now_s))
        if self.hidden_limit and not self.hidden_limit.take(now_s):
            return SendLimitedError(self.hidden_limit.reset_after_s(now_s))
        return None

    def _bucket(self, road: Road, now_s: float) -> Bucket | None:
        own = self._own.get(road)
        return own and Bucket(own.size - own.used, own.reset_after_s(now_s))


def _place_of(road: Road) -> tuple[int, int]:
    """Give the message in which an edit stands, and its channel."""
    match road:
        case NewMessageRoad(channel_id):
            return NEW_MESSAGE_ID, channel_id
        case DirectMessageRoad(user_id):
            return NEW_MESSAGE_ID, user_id
        case InteractionRoad() | ChannelRoad():
            return MESSAGE_ID, road.channel_id


@dataclass
class AnswerSide:
    """Takes first answers after the scripted errors, or never; fulfils ``Answerer``."""

    errors: list[SendError] = field(default_factory=list)
    always: SendError | None = None
    at_s: list[float] = field(default_factory=list)
    keys: list[InteractionKey] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)

    async def answer(self, key: InteractionKey, box: Box, *, private: bool) -> int:
        assert box.children
        self.keys.append(key)
        self.private.append(private)
        self.at_s.append(LoopClock().monotonic() - FIRST_S)
        error = self.errors.pop(0) if self.errors else self.always
        if error is not None:
            raise error
        return MESSAGE_ID


def text_of(view: ui.LayoutView) -> str:
    """Join all the text that a view shows."""
    return "\n".join(i.content for i in view.walk_children() if isinstance(i, ui.TextDisplay))


def a_delivery(  # noqa: PLR0913  a test names what it is about, and nothing else
    side: DiscordSide,
    job: Job | None = None,
    *,
    channel: ChannelPace | None = None,
    message_id: int | None = MESSAGE_ID,
    file_max_bytes: int = FILE_MAX_BYTES,
    still_ours: Callable[[], bool] = surely,
    offers: DeedOffers | None = None,
    observe: Observe = unobserved,
) -> Delivery:
    """Open the roads to a message that was answered just now."""
    clock, job = LoopClock(), job or a_job()
    place = MessagePlace(
        job=job,
        token_road=InteractionRoad(3001, f"interaction {job.id}", CHANNEL_ID),
        message_id=message_id,
        token_until_s=clock.monotonic() + TOKEN_USED_FOR_S,
        file_max_bytes=file_max_bytes,
        still_ours=still_ours,
    )
    channel = channel or ChannelPace(clock, HiddenLimit(clock))
    means = DeliveryMeans(side, PictureFitter(), clock, offers or UsualOffers(), observe)
    return Delivery(place, channel, means)


def a_message(
    side: DiscordSide,
    first: JobState,
    job: Job | None = None,
    channel: ChannelPace | None = None,
    *,
    shown: bool = True,
    still_ours: Callable[[], bool] = surely,
) -> ProgressMessage:
    """Make the message of a job whose first answer shows a state."""
    clock, job = LoopClock(), job or a_job()
    channel = channel or ChannelPace(clock, HiddenLimit(clock))
    delivery = a_delivery(side, job, channel=channel, still_ours=still_ours)
    return ProgressMessage(job, first, delivery, channel, clock, shown=shown)


async def told(message: ProgressMessage, *steps: JobState | float) -> None:
    """Tell a message of states; a number lets so many seconds pass."""
    async with asyncio.TaskGroup() as group:
        group.create_task(message.keep_current())
        for step in steps:
            if isinstance(step, int | float):
                await LoopClock().sleep(step)
            else:
                message.show(step)


CHANNEL_ROAD = ChannelRoad(CHANNEL_ID, MESSAGE_ID)
EPOCH_S = int(START.timestamp())
