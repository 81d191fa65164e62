"""The forms in which members report pictures, as they come back."""

from dataclasses import dataclass

import discord
from discord.ext import commands

from bot.presentation.reports import ReportDesk


@dataclass(eq=False)
class Reports(commands.Cog):
    """Hand on the forms of reports."""

    desk: ReportDesk

    @commands.Cog.listener("on_interaction")
    async def hand_on(self, interaction: discord.Interaction) -> None:
        """Take the form of a report; whatever is none is others' to answer."""
        await self.desk.take_form(interaction)
