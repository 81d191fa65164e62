"""The forms in which members edit and change pictures, as they come back."""

from dataclasses import dataclass

import discord
from discord.ext import commands

from bot.presentation.next_desk import NextDesk


@dataclass(eq=False)
class NextSteps(commands.Cog):
    """Hand on the forms of edits and changes."""

    desk: NextDesk

    @commands.Cog.listener("on_interaction")
    async def hand_on(self, interaction: discord.Interaction) -> None:
        """Take the form of an edit or a change; whatever is none is others' to answer."""
        await self.desk.take_form(interaction)
