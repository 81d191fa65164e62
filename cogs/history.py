"""/history: a member's own pictures, to look at again and to delete."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.history import HistoryPages


@dataclass(eq=False)
class History(commands.Cog):
    """Show members what they made."""

    pages: HistoryPages

    @app_commands.command()
    async def history(self, interaction: discord.Interaction) -> None:
        """Show your pictures in this server, newest first: get them again, or delete them."""
        await self.pages.open(interaction)
