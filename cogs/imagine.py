"""/imagine: a prompt becomes a picture."""

from dataclasses import dataclass
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.next_steps import Asked
from bot.domain.requests import (
    COUNT_MAX,
    NEGATIVE_MAX_CHARACTERS,
    PROMPT_MAX_CHARACTERS,
    SEED_MAX,
    ImageRequest,
    Shape,
)
from bot.presentation.choices import model_choices
from bot.presentation.making import PictureMaking
from bot.presentation.uploads import upload_of
from bot.presentation.visits import visit_of
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

    making: PictureMaking
    models: ModelAccess
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
        visit = visit_of(interaction)
        asked = await self.defaults.filled_in(visit, asked)
        await self.making.make(interaction, visit, Asked(asked, private=private))

    @imagine.autocomplete("model")
    async def _offer_models(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        visit, with_image = visit_of(interaction), "image" in interaction.namespace
        return model_choices(await self.models.suggest(visit, typed, with_image=with_image))
