"""From an interaction that asks for a picture to its message: a command, a button or a form."""

from dataclasses import dataclass, replace

import discord

from bot.domain.jobs import Job
from bot.domain.next_steps import Asked
from bot.domain.visits import Visit
from bot.presentation.job_messages import JobMessages, mark_of
from bot.presentation.sending import SendBrokenError
from bot.services.admission import Admission, Admitted
from bot.services.generation import Generation


@dataclass(frozen=True, slots=True)
class PictureMaking:
    """Lets in whoever asks, answers with the message of a job, and lets the job run."""

    admission: Admission
    generation: Generation
    messages: JobMessages

    async def make(self, interaction: discord.Interaction, visit: Visit, asked: Asked) -> None:
        """Have a picture made, or refuse before anything is said or booked.

        Parameters
        ----------
        visit
            Who asks from where, as read from the interaction.

        Raises
        ------
        ImagineError
            Where it is refused.
        SendError
            Where Discord doesn't take the answer.
        """
        with self.generation.answer_due():
            await self._make(interaction, visit, asked)

    async def _make(self, interaction: discord.Interaction, visit: Visit, asked: Asked) -> None:
        admitted = await self.admission.admit(
            visit, asked.request, private=asked.private, others=asked.others
        )
        job = _job(interaction, visit, admitted, asked)
        first = await self.generation.accept(job, mark_of(interaction))
        try:
            message = await self.messages.open(interaction, job, first)
        except BaseException as error:
            perhaps = isinstance(error, SendBrokenError)
            await self.generation.withdraw(job.id, perhaps_answered=perhaps)
            raise
        self.generation.start(job.id, message)


def _job(interaction: discord.Interaction, visit: Visit, admitted: Admitted, asked: Asked) -> Job:
    spoiler = admitted.showing.spoiler or asked.spoiler
    return Job(
        id=interaction.id,
        request=admitted.request,
        visit=visit,
        channel_id=interaction.channel_id or visit.channel_id,
        private=asked.private,
        showing=replace(admitted.showing, spoiler=spoiler),
        origin=asked.origin,
        left_out=admitted.left_out,
    )
