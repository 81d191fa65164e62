"""/settings log: what happened in the server."""

import discord
from discord import app_commands

from bot.presentation.log_pages import LogPages, Turn


class SettingsLog(app_commands.Group):
    """What happened in this server."""

    def __init__(self, pages: LogPages) -> None:
        super().__init__(name="log", description="What happened in this server.")
        self._pages = pages

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show changes, refusals, reports and blocks, the latest first."""
        view = await self._pages.page(interaction, Turn())
        await interaction.response.send_message(view=view, ephemeral=True)
