"""The message of a job: opened by the first answer to a command, or found again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import discord

from bot.domain.happenings import Observe, unobserved
from bot.domain.jobs import Job, JobState, Running
from bot.domain.journal import JournalEntry, MessageMark
from bot.domain.ports import Clock
from bot.presentation.buttons import cancel_id
from bot.presentation.delivery import TOKEN_USED_FOR_S, Delivery, DeliveryMeans, MessagePlace
from bot.presentation.first_answer import FirstAnswer
from bot.presentation.fitting import PictureFitter
from bot.presentation.layout import first_box
from bot.presentation.next_buttons import DeedOffers, UsualOffers
from bot.presentation.pacing import ChannelPaces
from bot.presentation.progress import ProgressMessage
from bot.presentation.sending import (
    Answerer,
    FirstAnswers,
    InteractionKey,
    InteractionRoad,
    MessageGoneError,
    RoadClosedError,
    Sender,
    SendError,
)
from bot.services.recovery import UnknownWhetherAnsweredError


def mark_of(interaction: discord.Interaction) -> MessageMark:
    """Keep of an interaction what leads to its message."""
    return MessageMark(interaction.application_id, interaction.token, interaction.filesize_limit)


@dataclass(frozen=True, slots=True)
class JobMessages:
    """Opens the one message of each job; fulfils ``Displays``.

    Attributes
    ----------
    still_ours
        Tells whether no other process can have taken this one's jobs up by now.
    """

    answerer: Answerer
    sender: Sender
    answers: FirstAnswers
    paces: ChannelPaces
    fitter: PictureFitter
    clock: Clock
    still_ours: Callable[[], bool]
    offers: DeedOffers = field(default_factory=UsualOffers)
    observe: Observe = unobserved

    async def open(
        self, interaction: discord.Interaction, job: Job, first: JobState
    ) -> ProgressMessage:
        """Answer the interaction with a job's first state.

        Raises
        ------
        SendError
            Where Discord doesn't take the answer, as with an interaction that is too old.
        """
        key = InteractionKey(interaction.id, interaction.token)
        token_until_s = self.clock.monotonic() + TOKEN_USED_FOR_S
        box = first_box(job, first, self.clock.now())
        answer = FirstAnswer(self.answerer, key, self.clock)
        message_id = await answer.give(box, private=job.private)
        mark = replace(mark_of(interaction), message_id=message_id)
        return self._message(job, first, self._place(job, mark, token_until_s), shown=True)

    async def find(self, entry: JournalEntry) -> int | None:
        """Give the id of a first answer; ``None`` where there never was one.

        A command whose job was kept without our knowing was refused; that sentence isn't the job's.
        """
        try:
            found = await self.answers.find(_road(entry.job, entry.message))
        except (MessageGoneError, RoadClosedError):
            return None
        except SendError as error:
            raise UnknownWhetherAnsweredError from error
        return found.message_id if cancel_id(entry.job.id) in found.button_ids else None

    def reopen(self, entry: JournalEntry) -> ProgressMessage:
        """Give the display of a message that is there."""
        left_s = (_token_until(entry) - self.clock.now()).total_seconds()
        place = self._place(entry.job, entry.message, self.clock.monotonic() + left_s)
        first = Running(entry.submitted_at or self.clock.now(), entry.percent)
        return self._message(entry.job, first, place, shown=False)

    def _place(self, job: Job, mark: MessageMark, token_until_s: float) -> MessagePlace:
        return MessagePlace(
            job=job,
            token_road=_road(job, mark),
            message_id=mark.message_id,
            token_until_s=token_until_s,
            file_max_bytes=mark.file_max_bytes,
            still_ours=self.still_ours,
        )

    def _message(
        self, job: Job, first: JobState, place: MessagePlace, *, shown: bool
    ) -> ProgressMessage:
        channel = self.paces.of(job.channel_id)
        means = DeliveryMeans(self.sender, self.fitter, self.clock, self.offers, self.observe)
        delivery = Delivery(place, channel, means)
        return ProgressMessage(job, first, delivery, channel, self.clock, shown=shown)


def _road(job: Job, mark: MessageMark) -> InteractionRoad:
    return InteractionRoad(mark.application_id, mark.token, job.channel_id)


def _token_until(entry: JournalEntry) -> datetime:
    """Tell until when a token is used, by the moment that is in the interaction's id."""
    # https://discord.com/developers/docs/reference#snowflakes
    asked_at = discord.utils.snowflake_time(entry.job.id).astimezone(UTC)
    return asked_at + timedelta(seconds=TOKEN_USED_FOR_S)
