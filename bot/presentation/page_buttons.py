"""What buttons that turn pages have in common: they show another page in place of their own."""

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from typing import Protocol, cast

import discord
from discord import ui
from typing_extensions import override


class PagesHost(Protocol):
    """A client that tells members of errors."""

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


class PageButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"page:never"):
    """A button that leads to another page.

    The library takes a template for each class, so this one's is that of no button.
    """

    @abstractmethod
    async def page(self, interaction: discord.Interaction) -> ui.LayoutView:
        """Lay out the page that it leads to, for whoever pressed."""

    @override
    async def callback(self, interaction: discord.Interaction) -> None:
        async with cast("PagesHost", interaction.client).answering(interaction):
            await interaction.response.edit_message(view=await self.page(interaction))
