"""/models: what may be used here, and what it costs."""

from dataclasses import dataclass

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.presentation.layout import text_view
from bot.presentation.member_buttons import page_buttons
from bot.presentation.member_words import models_page, pages_of
from bot.presentation.visits import visit_of
from bot.services.model_access import ModelAccess


@dataclass(eq=False)
class Models(commands.Cog):
    """List the models that a member may use in a channel."""

    access: ModelAccess

    @app_commands.command()
    async def models(self, interaction: discord.Interaction) -> None:
        """Show which models you can use in this channel, with their prices."""
        view = await self._view(interaction, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def turn(self, interaction: discord.Interaction, page: int) -> None:
        """Show another page in the message that was pressed."""
        await interaction.response.edit_message(view=await self._view(interaction, page))

    async def _view(self, interaction: discord.Interaction, page: int) -> ui.LayoutView:
        # Asked anew at each press: rules may have changed since the list was opened.
        visit = visit_of(interaction)
        offered, usual = await self.access.offered(visit), await self.access.usual(visit)
        pages = pages_of(offered)
        page = min(page, pages - 1)
        return text_view(*models_page(offered, usual, page), buttons=page_buttons(page, pages))
