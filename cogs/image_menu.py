"""Use as image for /imagine: a picture in a message becomes the beginning of another."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.image_menu import ImageMenu

MENU_NAME = "Use as image for /imagine"


def image_command(menu: ImageMenu) -> app_commands.ContextMenu:
    """Make the entry in the menu of messages."""

    async def use_as_image(interaction: discord.Interaction, message: discord.Message) -> None:
        await menu.open(interaction, message)

    return app_commands.ContextMenu(name=MENU_NAME, callback=use_as_image)


@dataclass(eq=False)
class ImageForms(commands.Cog):
    """Hand on the forms in which members say what a picture shall become."""

    menu: ImageMenu

    @commands.Cog.listener("on_interaction")
    async def hand_on(self, interaction: discord.Interaction) -> None:
        """Take the form; whatever is none is others' to answer."""
        await self.menu.take_form(interaction)
