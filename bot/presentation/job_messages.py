"""The first answer to a command: it is already the message of the job."""

from dataclasses import dataclass

import discord

from bot.domain.jobs import Job, JobState
from bot.domain.ports import Clock
from bot.presentation.delivery import TOKEN_USED_FOR_S, Delivery, MessagePlace
from bot.presentation.first_answer import FirstAnswer
from bot.presentation.fitting import PictureFitter
from bot.presentation.layout import job_view
from bot.presentation.pacing import ChannelPaces
from bot.presentation.progress import ProgressMessage
from bot.presentation.sending import Answerer, InteractionKey, InteractionRoad, Sender


@dataclass(frozen=True, slots=True)
class JobMessages:
    """Opens the one message of each job."""

    answerer: Answerer
    sender: Sender
    paces: ChannelPaces
    fitter: PictureFitter
    clock: Clock

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
        view = job_view(job, first, self.clock.now())
        answer = FirstAnswer(self.answerer, key, self.clock)
        message_id = await answer.give(view, private=job.private)
        place = MessagePlace(
            job=job,
            token_road=InteractionRoad(
                interaction.application_id, interaction.token, job.channel_id
            ),
            message_id=message_id,
            token_until_s=token_until_s,
            file_max_bytes=interaction.filesize_limit,
        )
        channel = self.paces.of(job.channel_id)
        delivery = Delivery(place, self.sender, channel, self.fitter, self.clock)
        return ProgressMessage(job, first, delivery, channel, self.clock)
