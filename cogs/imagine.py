"""/imagine: a prompt becomes a picture."""

from dataclasses import dataclass
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.jobs import Job
from bot.domain.requests import (
    COUNT_MAX,
    NEGATIVE_MAX_CHARACTERS,
    PROMPT_MAX_CHARACTERS,
    SEED_MAX,
    ImageRequest,
    Shape,
)
from bot.domain.visits import Visit
from bot.presentation.choices import model_choices
from bot.presentation.job_messages import JobMessages, mark_of
from bot.presentation.sending import SendBrokenError
from bot.presentation.uploads import upload_of
from bot.presentation.visits import visit_of
from bot.services.admission import Admission, Admitted
from bot.services.generation import Generation
from bot.services.model_access import ModelAccess
from bot.services.personal_defaults import PersonalDefaults

Prompt = app_commands.Range[str, 1, PROMPT_MAX_CHARACTERS]
Negative = app_commands.Range[str, 1, NEGATIVE_MAX_CHARACTERS]
ShapeName = Literal["square", "portrait", "landscape", "wide", "tall"]
Count = app_commands.Range[int, 1, COUNT_MAX]
Seed = app_commands.Range[int, 0, SEED_MAX]
Strength = app_commands.Range[float, 0.0, 1.0]


@dataclass(eq=False)
class Imagine(commands.Cog):
    """Make pictures from words."""

    admission: Admission
    generation: Generation
    models: ModelAccess
    messages: JobMessages
    defaults: PersonalDefaults

    # Not in the docstring: as many options as these make it longer than a function may be.
    @app_commands.describe(
        prompt="What the picture shows.",
        model="What makes it; leave it out for your default or the usual one.",
        shape="Square 1:1, portrait 3:4, landscape 4:3, wide 16:9 or tall 9:16.",
        count="How many pictures, from 1 to 4; each counts and costs as one.",
        seed="A number that makes the same request give the same picture again.",
        negative="What the picture shall not show.",
        image="A picture of yours to begin with: PNG, JPEG, WebP or GIF, at most 20 MB.",
        strength="How far it may go from the image, from 0 (hardly) to 1 (all the way).",
        private="Show it to you alone.",
    )
    @app_commands.command()
    async def imagine(  # noqa: PLR0913  # Discord gives a command's options as arguments
        self,
        interaction: discord.Interaction,
        prompt: Prompt,
        *,
        model: str = "",
        shape: ShapeName | None = None,
        count: Count = 1,
        seed: Seed | None = None,
        negative: Negative = "",
        image: discord.Attachment | None = None,
        strength: Strength | None = None,
        private: bool = False,
    ) -> None:
        """Make a picture from words."""
        asked = ImageRequest(
            prompt,
            model,
            Shape(shape) if shape else None,
            count,
            seed,
            negative,
            strength,
            upload_of(image),
        )
        await self._make(interaction, asked, private=private)

    async def _make(
        self, interaction: discord.Interaction, asked: ImageRequest, *, private: bool
    ) -> None:
        visit = visit_of(interaction)
        asked = await self.defaults.filled_in(visit, asked)
        admitted = await self.admission.admit(visit, asked, private=private)
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
        visit, with_image = visit_of(interaction), "image" in interaction.namespace
        return model_choices(await self.models.suggest(visit, typed, with_image=with_image))


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
        left_out=admitted.left_out,
    )
