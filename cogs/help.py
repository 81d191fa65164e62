"""/help: what the bot does, in a few lines."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation import wording
from bot.presentation.layout import text_view
from bot.presentation.visits import visit_of
from bot.services.model_access import ModelAccess


@dataclass(eq=False)
class Help(commands.Cog):
    """Explain what the bot does."""

    models: ModelAccess

    @app_commands.command()
    async def help(self, interaction: discord.Interaction) -> None:
        """Show how to make a picture here."""
        usual = await self.models.usual(visit_of(interaction))
        view = text_view(wording.help_text(usual))
        await interaction.response.send_message(view=view, ephemeral=True)
