"""What buttons that turn pages have in common: they show another page in place of their own."""

from abc import abstractmethod

import discord
from discord import ui
from typing_extensions import override

from bot.presentation.id_buttons import IdButton


class PageButton(IdButton, template=r"page:never"):
    """A button that leads to another page.

    The library takes a template for each class, so this one's is that of no button.
    """

    @abstractmethod
    async def page(self, interaction: discord.Interaction) -> ui.LayoutView:
        """Lay out the page that it leads to, for whoever pressed."""

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=await self.page(interaction))
