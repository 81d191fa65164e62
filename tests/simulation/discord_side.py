"""A Discord that follows a script, and knows what members see.

A message is what it was last made to show. Discord takes an edit or doesn't, answers or doesn't,
is away for a while; a moderator deletes a message; a token dies after its 15 minutes.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random

from discord import ui

from bot.presentation.buttons import CancelButton
from bot.presentation.sending import (
    AlreadyAnsweredError,
    AnswerTooLateError,
    Box,
    ChannelRoad,
    Edit,
    FoundAnswer,
    InteractionKey,
    InteractionRoad,
    MessageGoneError,
    Road,
    RoadClosedError,
    RoadForbiddenError,
    SendBrokenError,
    SendLimitedError,
    Sent,
)
from tests.simulation.border import Border
from tests.simulation.tape import Tape
from tests.unit.virtual_time import LoopClock

_TOKEN_LIVES_S = 900.0
_ANSWERED_WITHIN_S = 3.0
# As long as a lease is shorter than others wait.
_ON_ITS_WAY_S = 5.0
_ENDS = ("⏹️", "⚠️", "AI-generated")
_NO_ACCESS = 50013


@dataclass
class Message:
    """A message as members see it now.

    Attributes
    ----------
    pictured
        Whether it has shown a picture.
    stale
        Whether a process wrote last that had lost the job, and either couldn't know yet, since
        others had to take it for dead, or brought the paid picture all the same. Discord has no
        way to refuse it.
    held_up
        Whether what was written last had been on its way while its process stood still: nobody
        can help that.
    """

    job_id: int
    text: str
    button_ids: Collection[str] = ()
    pictured: bool = False
    deleted: bool = False
    stale: bool = False
    held_up: bool = False

    @property
    def ended(self) -> bool:
        return any(word in self.text for word in _ENDS)


@dataclass
class Roads:
    """What is closed for one job's messages: its token from the start, its pictures, all of it."""

    token: bool = False
    pictures: bool = False
    channel: bool = False


@dataclass
class Discord:
    """Discord's own side.

    Attributes
    ----------
    away_until_s
        Nothing gets through before this moment.
    broken, limited
        Which part of all requests breaks, before or after it was heard, or is told to wait.
    asked_s
        When each interaction was made.
    """

    luck: Random
    tape: Tape
    away_until_s: float = 0.0
    broken: float = 0.0
    limited: float = 0.0
    asked_s: dict[int, float] = field(default_factory=dict[int, float])
    firsts: dict[int, Message] = field(default_factory=dict[int, Message])
    others: dict[int, Message] = field(default_factory=dict[int, Message])
    roads: dict[int, Roads] = field(default_factory=dict[int, Roads])

    def messages(self, job_id: int) -> list[Message]:
        found = (self.firsts.get(job_id), self.others.get(job_id))
        return [message for message in found if message is not None]

    def all_messages(self) -> list[Message]:
        return [*self.firsts.values(), *self.others.values()]

    def delete(self, job_id: int) -> None:
        for message in self.messages(job_id):
            message.deleted = True
            self.tape.note("discord", job_id, "deleted by a moderator")

    def answer(self, key: InteractionKey, box: Box) -> int:
        breaks_after = self._reached()
        if key.id in self.firsts:
            raise AlreadyAnsweredError
        if LoopClock().monotonic() > self.asked_s[key.id] + _ANSWERED_WITHIN_S:
            raise AnswerTooLateError
        self.firsts[key.id] = Message(key.id, _text(box), _button_ids(box))
        self.tape.note("discord", key.id, "answered:", _text(box))
        if breaks_after:
            raise SendBrokenError
        return key.id

    def edit(
        self, road: Road, edit: Edit, is_stale: Callable[[int, bool], bool], sent_s: float
    ) -> None:
        breaks_after = self._reached()
        message = self._open(road, edit)
        message.stale = is_stale(message.job_id, bool(edit.uploads))
        message.held_up = LoopClock().monotonic() - sent_s > _ON_ITS_WAY_S
        message.text, message.button_ids = _text(edit.view), _button_ids(edit.view)
        message.pictured = message.pictured or bool(edit.uploads)
        self.tape.note("discord", message.job_id, type(road).__name__, "shows:", message.text)
        if breaks_after:
            raise SendBrokenError

    def find(self, road: InteractionRoad) -> FoundAnswer:
        self._reached()
        job_id = _job_of(road)
        self._check_token(job_id)
        message = self._alive(self.firsts.get(job_id))
        return FoundAnswer(job_id, message.button_ids)

    def _open(self, road: Road, edit: Edit) -> Message:
        job_id = _job_of(road)
        roads = self.roads.get(job_id, Roads())
        if isinstance(road, InteractionRoad):
            if roads.token:
                raise RoadClosedError
            self._check_token(job_id)
            return self._alive(self.firsts.get(job_id))
        if roads.channel:
            raise RoadForbiddenError(_NO_ACCESS)
        if edit.uploads and roads.pictures:
            raise RoadForbiddenError(_NO_ACCESS)
        if isinstance(road, ChannelRoad):
            return self._alive(self.firsts.get(job_id))
        return self.others.setdefault(job_id, Message(job_id, ""))

    def _check_token(self, job_id: int) -> None:
        if LoopClock().monotonic() > self.asked_s[job_id] + _TOKEN_LIVES_S:
            raise RoadClosedError

    @staticmethod
    def _alive(message: Message | None) -> Message:
        if message is None or message.deleted:
            raise MessageGoneError
        return message

    def _reached(self) -> bool:
        """Let a request come through or not; tell whether its answer won't."""
        if LoopClock().monotonic() < self.away_until_s:
            raise SendBrokenError
        chance = self.luck.random()
        if chance < self.limited:
            raise SendLimitedError(1.0 + 4 * self.luck.random())
        if chance < self.limited + self.broken / 2:
            raise SendBrokenError
        return chance < self.limited + self.broken


def _job_of(road: Road) -> int:
    if isinstance(road, InteractionRoad):
        return int(road.token)
    return road.message_id if isinstance(road, ChannelRoad) else int(road.nonce)


def _text(shown: Box | ui.LayoutView) -> str:
    return " / ".join(_lines(shown))


def _button_ids(shown: Box | ui.LayoutView) -> Collection[str]:
    return [each.custom_id for each in shown.walk_children() if isinstance(each, CancelButton)]


def _lines(shown: Box | ui.LayoutView) -> Iterator[str]:
    for item in shown.walk_children():
        if isinstance(item, ui.TextDisplay):
            yield item.content.replace("\n", " / ")


class WayToDiscord:
    """The way of one process to Discord; fulfils ``Answerer``, ``Sender`` and ``FirstAnswers``."""

    def __init__(
        self, discord: Discord, border: Border, is_stale: Callable[[int, bool], bool]
    ) -> None:
        self._discord = discord
        self._border = border
        self._is_stale = is_stale

    async def answer(self, key: InteractionKey, box: Box, *, private: bool) -> int | None:
        del private
        effect = partial(self._discord.answer, key, box)
        return await self._border.cross("discord answers", effect, *self._ways_s())

    async def send(self, road: Road, edit: Edit) -> Sent:
        sent_s = LoopClock().monotonic()
        effect = partial(self._discord.edit, road, edit, self._is_stale, sent_s)
        await self._border.cross("discord shows", effect, *self._ways_s())
        return Sent()

    async def find(self, road: InteractionRoad) -> FoundAnswer:
        effect = partial(self._discord.find, road)
        return await self._border.cross("discord finds", effect, *self._ways_s())

    def _ways_s(self) -> tuple[float, float]:
        return 0.03 + 0.1 * self._discord.luck.random(), 0.03
