"""/help: what the bot does, in a few lines."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation import wording
from bot.presentation.layout import text_view
from bot.presentation.visits import visit_of
from bot.services.model_access import ModelAccess
from bot.services.personal_defaults import PersonalDefaults
from bot.services.rule_book import RuleBook


@dataclass(eq=False)
class Help(commands.Cog):
    """Explain what the bot does."""

    models: ModelAccess
    book: RuleBook
    defaults: PersonalDefaults

    @app_commands.command()
    async def help(self, interaction: discord.Interaction) -> None:
        """Show how to make a picture here."""
        visit = visit_of(interaction)
        self.models.check_place(visit)
        settings = (await self.book.of(visit.server_id)).settings
        text = wording.help_text(
            await self.defaults.usual(visit),
            private=settings.private_pictures,
            manages=interaction.permissions.manage_guild,
        )
        await interaction.response.send_message(view=text_view(text), ephemeral=True)
