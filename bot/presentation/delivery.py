"""How the end of a job reaches Discord, whatever stands in the way.

A ladder: the answer to the interaction, by its token; the same message as its author, once the
token is about to die or has died; a new message that links to the old one. A private message has
but two rungs, the token and a direct message, so that it stays private. In its last minute a
token is used only where the message can't be reached as its author. On each rung a broken
connection or a server error is tried again, a 429 is waited out, and an upload that is too large
is made smaller and at last becomes a link. Where every road refuses the picture, the words go
without it. A message that somebody deleted is left alone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.happenings import MessageEdited, Observe, StateSuperseded, unobserved
from bot.domain.jobs import Job, LastState
from bot.domain.ports import Clock
from bot.presentation import wording
from bot.presentation.final_edits import FinalEdits
from bot.presentation.fitting import PictureFitter
from bot.presentation.next_buttons import DeedOffers, UsualOffers
from bot.presentation.pacing import ChannelPace
from bot.presentation.sending import (
    ChannelRoad,
    DirectMessageRoad,
    Edit,
    InteractionRoad,
    MessageGoneError,
    NewMessageRoad,
    Road,
    RoadClosedError,
    RoadForbiddenError,
    SendBrokenError,
    Sender,
    SendError,
    SendLimitedError,
    SendRefusedError,
    SendTooLargeError,
    Sent,
)

# A token lives 15 minutes; a 401 from a dead one counts towards a ban of the host's address.
# https://discord.com/developers/docs/interactions/receiving-and-responding
TOKEN_USED_FOR_S = 14 * 60.0
# What is left of its life then, less a margin for clocks that differ and requests under way.
_LAST_RESORT_FOR_S = 50.0
_BACKOFFS_S = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
_LIMITED_TIMES_MAX = 40

_log = logging.getLogger(__name__)


def surely() -> bool:
    """Say yes, where nobody else could ever take a job up."""
    return True


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Where the first answer stands, and how long its token works.

    Attributes
    ----------
    message_id
        ``None`` where Discord didn't tell; then only the token leads to the message.
    token_until_s
        On the clock's monotonic scale: from then on the token isn't used.
    file_max_bytes
        The largest attachment that this interaction may carry.
    still_ours
        Tells whether no other process can have taken the job up by now.
    """

    job: Job
    token_road: InteractionRoad
    message_id: int | None
    token_until_s: float
    file_max_bytes: int
    still_ours: Callable[[], bool] = surely


@dataclass(frozen=True, slots=True)
class DeliveryMeans:
    """What every delivery works with."""

    sender: Sender
    fitter: PictureFitter
    clock: Clock
    offers: DeedOffers = field(default_factory=UsualOffers)
    observe: Observe = unobserved


class _Patience:
    """How often one road is tried again."""

    def __init__(self) -> None:
        self._backoffs_s = iter(_BACKOFFS_S)
        self._limited_times = 0

    def wait_s(self, error: SendError) -> float | None:
        """Tell how long to wait before another attempt; ``None`` where there is none."""
        if isinstance(error, SendBrokenError):
            return next(self._backoffs_s, None)
        if isinstance(error, SendLimitedError):
            # The wait itself is the channel's affair.
            self._limited_times += 1
            return 0.0 if self._limited_times < _LIMITED_TIMES_MAX else None
        return None


class Delivery:
    """The roads to one message; used by its one writer only."""

    def __init__(
        self,
        place: MessagePlace,
        channel: ChannelPace,
        means: DeliveryMeans,
    ) -> None:
        self._place = place
        self._channel = channel
        self._means = means
        self._clock = means.clock
        self._closed_roads: set[Road] = set()
        self._unwilling_roads: set[Road] = set()
        self._stands_in = place.job.channel_id
        self._stands_as = place.message_id
        self._gone = False
        self._broken = False
        self._progress_closed = False

    @property
    def message_id(self) -> int | None:
        """The message's id, at last of the one that tells the end; ``None`` where nobody knows."""
        return self._stands_as

    @property
    def channel_id(self) -> int:
        """Where the message stands."""
        return self._stands_in

    def still_ours(self) -> bool:
        """Tell whether no other process can have taken the job up by now."""
        return self._place.still_ours()

    @property
    def closed(self) -> bool:
        """Whether progress can't be shown any more."""
        return self._gone or self._progress_closed

    def closing_in_s(self) -> float | None:
        """Tell when a private message gets its last progress; ``None`` for a public one."""
        if not self._place.job.private:
            return None
        return max(0.0, self._place.token_until_s - self._clock.monotonic())

    def close_progress(self) -> None:
        """Send no more progress."""
        self._progress_closed = True

    async def send(self, edit: Edit) -> Sent:
        """Send progress once, on the best road; raises ``SendError`` like a sender."""
        roads = self._roads()
        if not roads or isinstance(roads[0], NewMessageRoad | DirectMessageRoad):
            self._progress_closed = True
            raise RoadClosedError
        try:
            return await self._send(roads[0], edit, final=False)
        except MessageGoneError:
            self._gone = True
            raise
        except RoadClosedError:
            self._closed_roads.add(roads[0])
            raise

    def superseded(self) -> None:
        """Take note that a state was replaced before it was shown."""
        self._means.observe(StateSuperseded())

    async def _send(self, road: Road, edit: Edit, *, final: bool) -> Sent:
        try:
            sent = await self._means.sender.send(road, edit)
        except SendError as error:
            self._means.observe(MessageEdited(final, error.outcome))
            raise
        self._means.observe(MessageEdited(final, "sent"))
        return sent

    async def deliver(self, final: LastState) -> bool:
        """Show the end; gives up, with a line in the log, only when every road is closed.

        Returns
        -------
        bool
            Whether nothing is left to do; ``False`` where Discord couldn't be reached on some road.
        """
        deeds = await self._means.offers.offered(self._job)
        room = self._place.file_max_bytes
        edits = FinalEdits(self._job, final, room, self._means.fitter, deeds)
        delivered = await self._by_some_road(edits)
        if not delivered and self._unwilling_roads and edits.leave_pictures_out(self._clock.now()):
            self._closed_roads -= self._unwilling_roads
            delivered = await self._by_some_road(edits)
        if not delivered:
            _log.error("the end of job %s reached nobody: no road is open", self._job.reference)
        return delivered or not self._broken

    async def _by_some_road(self, edits: FinalEdits) -> bool:
        """Try all open roads; ``True`` when there is nothing left to do."""
        while not self._gone and (roads := self._roads()):
            if await self._try_road(roads[0], edits):
                return True
            self._closed_roads.add(roads[0])
        return self._gone

    @property
    def _job(self) -> Job:
        return self._place.job

    def _roads(self) -> list[Road]:
        """List the roads that are open, the best first."""
        token_left_s = self._place.token_until_s - self._clock.monotonic()
        roads = self._lasting_roads()
        if token_left_s > 0:
            roads.insert(0, self._place.token_road)
        elif token_left_s > -_LAST_RESORT_FOR_S:
            roads.insert(-1, self._place.token_road)
        return [road for road in roads if road not in self._closed_roads]

    def _lasting_roads(self) -> list[Road]:
        """List the roads that need no token; the last of them makes another message."""
        job = self._job
        if job.private:
            return [DirectMessageRoad(job.owner_id, str(job.id))]
        new = NewMessageRoad(job.channel_id, str(job.id))
        if self._place.message_id is None:
            return [new]
        return [ChannelRoad(job.channel_id, self._place.message_id), new]

    async def _try_road(self, road: Road, edits: FinalEdits) -> bool:
        """Try one road until it is through or closed; ``True`` when there is nothing left to do."""
        edit = await self._composed(road, edits)
        patience = _Patience()
        while (error := await self._attempt(road, edit)) is not None:
            if isinstance(error, SendTooLargeError) and edit.uploads:
                edits.lower_limit(edit.uploads)
                edit = await self._composed(road, edits)
            elif (wait_s := patience.wait_s(error)) is not None:
                await self._clock.sleep(wait_s)
            else:
                return self._closes(road, error)
        return True

    async def _attempt(self, road: Road, edit: Edit) -> SendError | None:
        try:
            async with self._channel.final_turn():
                self._note_place(await self._send(road, edit, final=True))
        except SendLimitedError as error:
            self._channel.limited(error.retry_after_s)
            return error
        except SendError as error:
            return error
        return None

    def _note_place(self, sent: Sent) -> None:
        """Take note of where the end stands, which a new message changes."""
        if sent.message_id is not None:
            self._stands_as = sent.message_id
            self._stands_in = sent.channel_id or self._job.channel_id

    def _closes(self, road: Road, error: SendError) -> bool:
        """Take note of an error that ends a road; ``True`` where it ends all of them."""
        self._broken = self._broken or isinstance(error, SendBrokenError | SendLimitedError)
        if isinstance(error, SendRefusedError | RoadForbiddenError):
            _log.error("Discord refused the end of job %s: %r", self._job.reference, error)
            self._unwilling_roads.add(road)
        self._gone = isinstance(error, MessageGoneError)
        return self._gone

    async def _composed(self, road: Road, edits: FinalEdits) -> Edit:
        lines = (wording.elsewhere(self._jump_url()),) if isinstance(road, NewMessageRoad) else ()
        return await edits.compose(self._clock.now(), *lines)

    def _jump_url(self) -> str:
        place = self._job.guild_id or "@me"
        channel = f"https://discord.com/channels/{place}/{self._job.channel_id}"
        message_id = self._place.message_id
        return channel if message_id is None else f"{channel}/{message_id}"
