"""/privacy: what is kept of a member, to read, to take along and to delete."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.privacy_steps import PrivacySteps


@dataclass(eq=False)
class Privacy(commands.Cog):
    """Tell members what is kept of them, and let them have it and be rid of it."""

    steps: PrivacySteps

    @app_commands.command()
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Show what is kept of you, for how long, and who gets it; export or delete it."""
        view = await self.steps.notice(interaction)
        await interaction.response.send_message(view=view, ephemeral=True)
