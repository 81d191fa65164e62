"""/usage: what was made, and what is left."""

from dataclasses import dataclass
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.layout import text_view
from bot.presentation.rights import deciding
from bot.presentation.usage_words import own_usage, server_usage
from bot.presentation.visits import visit_of
from bot.services.usage import UsageReports


@dataclass(eq=False)
class Usage(commands.Cog):
    """Tell members what they had, and moderators what the server had."""

    reports: UsageReports

    @app_commands.command()
    async def usage(
        self, interaction: discord.Interaction, of: Literal["me", "server"] = "me"
    ) -> None:
        """Show your pictures, your limits and what is left.

        Parameters
        ----------
        of
            Yours, or those of the whole server, for whoever manages it.
        """
        if of == "server":
            paragraphs = await self._of_server(interaction)
        else:
            paragraphs = own_usage(await self.reports.of_member(visit_of(interaction)))
        await interaction.response.send_message(view=text_view(*paragraphs), ephemeral=True)

    async def _of_server(self, interaction: discord.Interaction) -> list[str]:
        # Whoever Discord's own page lets use the command, the figures are for moderators.
        return server_usage(await self.reports.of_server(deciding(interaction).server_id))
