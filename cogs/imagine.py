"""/imagine: a prompt becomes a picture."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import MissingPermissionError
from bot.domain.jobs import Job
from bot.domain.requests import PROMPT_MAX_CHARACTERS
from bot.domain.visits import Visit
from bot.presentation.choices import model_choices
from bot.presentation.job_messages import JobMessages, mark_of
from bot.presentation.sending import SendBrokenError
from bot.presentation.visits import visit_of
from bot.services.admission import Admission, Admitted
from bot.services.generation import Generation
from bot.services.model_access import ModelAccess

Prompt = app_commands.Range[str, 1, PROMPT_MAX_CHARACTERS]


@dataclass(eq=False)
class Imagine(commands.Cog):
    """Make pictures from words."""

    admission: Admission
    generation: Generation
    models: ModelAccess
    messages: JobMessages

    @app_commands.command()
    async def imagine(
        self,
        interaction: discord.Interaction,
        prompt: Prompt,
        model: str | None = None,
        *,
        private: bool = False,
    ) -> None:
        """Make a picture from words.

        Parameters
        ----------
        prompt
            What the picture shows.
        model
            What makes it; leave it out for the usual one.
        private
            Show it to you alone.
        """
        visit = visit_of(interaction)
        admitted = await self.admission.admit(visit, prompt, model, private=private)
        _check_permissions(interaction.app_permissions)
        job = _job(interaction, visit, admitted, private=private)
        first = await self.generation.accept(job, mark_of(interaction))
        try:
            message = await self.messages.open(interaction, job, first)
        except BaseException as error:
            perhaps = isinstance(error, SendBrokenError)
            await self.generation.withdraw(job.id, perhaps_answered=perhaps)
            raise
        self.generation.start(job.id, message)

    @imagine.autocomplete("model")
    async def _offer_models(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return model_choices(await self.models.suggest(visit_of(interaction), typed))


def _job(
    interaction: discord.Interaction, visit: Visit, admitted: Admitted, *, private: bool
) -> Job:
    return Job(
        id=interaction.id,
        request=admitted.request,
        visit=visit,
        channel_id=interaction.channel_id or visit.channel_id,
        private=private,
        showing=admitted.showing,
    )


def _check_permissions(ours: discord.Permissions) -> None:
    # None at all means that Discord didn't say: nobody has no permission.
    if ours.value and not ours.attach_files:
        raise MissingPermissionError(("Attach Files",))
