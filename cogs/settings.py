"""/settings: what a moderator decides in a server."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.domain.errors import RefusalError
from bot.domain.server_settings import setting
from bot.presentation import moderation_words as words
from bot.presentation.answers import answer_with
from bot.presentation.layout import file_view, text_view
from bot.presentation.rights import deciding
from bot.presentation.server_places import places_of
from bot.presentation.setting_changes import change_setting
from bot.presentation.settings_buttons import Plan, Proposal, proposal_view
from bot.presentation.settings_choices import choices, setting_offers, value_offers
from bot.presentation.settings_files import SETTINGS_FILE, text_file, text_of
from cogs.settings_blocks import BlockCommands

Part = app_commands.Group | app_commands.Command[commands.Cog, ..., None]


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.default_permissions(manage_guild=True)
@dataclass(eq=False)
class Settings(
    BlockCommands,
    commands.GroupCog,
    group_name="settings",
    group_description="Decide what I may do.",
):
    """Decide what the bot may do in a server.

    Attributes
    ----------
    parts
        Further commands and groups of commands, which stand under ``/settings`` too.
    """

    parts: tuple[Part, ...] = ()

    @override
    async def cog_load(self) -> None:
        if self.app_command is not None:
            for part in self.parts:
                self.app_command.add_command(part)

    @app_commands.command(name="set")
    async def change(self, interaction: discord.Interaction, name: str, value: str) -> None:
        """Change one setting.

        Parameters
        ----------
        name
            Which setting.
        value
            What it becomes; "default" brings back what it came with.
        """
        by = deciding(interaction)
        await change_setting(interaction, self.moderation, by, (name, value))

    @change.autocomplete("name")
    async def _offer_names(
        self, _: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return choices(setting_offers(), typed)

    @change.autocomplete("value")
    async def _offer_values(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        try:
            by, one = deciding(interaction), setting(str(interaction.namespace.name))
            settings = await self.moderation.settings(by.server_id)
        except RefusalError:
            return []
        return choices(value_offers(one, settings, interaction.guild), typed)

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Get settings, model rules and blocked terms as a file."""
        text = await self.moderation.export(deciding(interaction).server_id)
        view = file_view(words.EXPORTED, file_name=SETTINGS_FILE)
        await answer_with(interaction, view, [text_file(text)])

    @app_commands.command(name="import")
    async def bring_in(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Take over a file that /settings export made; shows first what would change.

        Parameters
        ----------
        file
            The file; what it doesn't name stays as it is.
        """
        by = deciding(interaction)
        text, places = await text_of(file), places_of(interaction.guild)
        proposal = Proposal(self.moderation, by.server_id, Plan.IMPORT, text, places)
        await self._propose(interaction, proposal)

    @app_commands.command()
    async def reset(self, interaction: discord.Interaction) -> None:
        """Take back all settings, model rules and terms; shows first what would change."""
        by = deciding(interaction)
        await self._propose(interaction, Proposal(self.moderation, by.server_id, Plan.RESET))

    async def _propose(self, interaction: discord.Interaction, proposal: Proposal) -> None:
        view = await proposal_view(proposal, interaction.guild)
        if view is None:
            await answer_with(interaction, text_view(words.NOTHING_CHANGED))
        else:
            await answer_with(interaction, view, proposal.files)
