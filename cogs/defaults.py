"""/defaults: what a member wants each time, said once."""

from dataclasses import dataclass
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.choices import model_choices, usual_choice
from bot.presentation.preferences import DefaultsPage, Wanted
from bot.presentation.visits import visit_of
from bot.services.model_access import CHOICES_MAX, ModelAccess

ShapeName = Literal["usual", "square", "portrait", "landscape", "wide", "tall"]


@dataclass(eq=False)
class Defaults(commands.Cog):
    """Let members say once what they want each time."""

    page: DefaultsPage
    models: ModelAccess

    @app_commands.command()
    async def defaults(
        self,
        interaction: discord.Interaction,
        model: str | None = None,
        shape: ShapeName | None = None,
        mention: bool | None = None,  # noqa: FBT001  # Discord gives a command's options so
    ) -> None:
        """Show or choose your own model and shape for /imagine, and whether long waits mention you.

        Parameters
        ----------
        model
            What makes your pictures where you name nothing; "usual" for what the server uses.
        shape
            Their shape where you name none; "usual" for what the model makes by itself.
        mention
            Whether one mention tells you when a picture took over 2 minutes.
        """
        await self.page.answer(interaction, Wanted(model, shape, mention))

    @defaults.autocomplete("model")
    async def _offer_models(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        offered = model_choices(await self.models.suggest(visit_of(interaction), typed))
        return [*usual_choice(typed), *offered][:CHOICES_MAX]
