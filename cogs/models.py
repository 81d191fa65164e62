"""/models: what may be used here, and what it costs."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.model_pages import ModelPages


@dataclass(eq=False)
class Models(commands.Cog):
    """List the models that a member may use in a channel."""

    pages: ModelPages

    @app_commands.command()
    async def models(self, interaction: discord.Interaction) -> None:
        """Show which models you can use in this channel, with their prices."""
        view = await self.pages.page(interaction, 0)
        await interaction.response.send_message(view=view, ephemeral=True)
