"""/settings panel: everything that a moderator decides, in one private message."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.panel.panel import Panel


def panel_command(panel: Panel) -> app_commands.Command[commands.Cog, ..., None]:
    """Make the command that opens the panel, for the group that it stands in."""

    async def open_panel(interaction: discord.Interaction) -> None:
        await panel.open(interaction)

    return app_commands.Command(
        name="panel",
        description="Read and change all settings in one private message.",
        callback=open_panel,
    )


@dataclass(eq=False)
class SettingsPanel(commands.Cog):
    """Hand on what moderators do in the panel."""

    panel: Panel

    @commands.Cog.listener("on_interaction")
    async def hand_on(self, interaction: discord.Interaction) -> None:
        """Let the panel answer; whatever isn't the panel's is others' to answer."""
        await self.panel.answer(interaction)
