"""/privacy: what is kept of a member, to read, to take along and to delete."""

import io
from dataclasses import dataclass

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.presentation import member_words
from bot.presentation.layout import text_view
from bot.presentation.member_buttons import deletion_buttons, privacy_buttons
from bot.presentation.member_file import exported_file
from bot.presentation.visits import visit_of
from bot.services.privacy import PersonalData

FILE_NAME = "my-data.json"


@dataclass(eq=False)
class Privacy(commands.Cog):
    """Tell members what is kept of them, and let them have it and be rid of it."""

    data: PersonalData

    @app_commands.command()
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Show what is kept of you, for how long, and who gets it; export or delete it."""
        server_id, _ = _whose(interaction)
        notice = member_words.privacy_notice(await self.data.kept_days(server_id))
        view = text_view(*notice, buttons=privacy_buttons())
        await interaction.response.send_message(view=view, ephemeral=True)

    async def take_step(self, interaction: discord.Interaction, step: str) -> None:
        """Do what a button says: ``export``, ``delete``, ``confirm`` or ``keep``."""
        match step:
            case "export":
                await self._export(interaction)
            case "confirm":
                await self._delete(interaction)
            case "delete":
                question = text_view(member_words.deletion_question(), buttons=deletion_buttons())
                await interaction.response.edit_message(view=question)
            case _:
                await _show(interaction, text_view(member_words.kept_after_all()))

    async def _export(self, interaction: discord.Interaction) -> None:
        server_id, member_id = _whose(interaction)
        content = exported_file(await self.data.export(server_id, member_id))
        await interaction.response.send_message(
            member_words.exported(),
            file=discord.File(io.BytesIO(content), FILE_NAME),
            ephemeral=True,
        )

    async def _delete(self, interaction: discord.Interaction) -> None:
        count = await self.data.delete(*_whose(interaction))
        await _show(interaction, text_view(member_words.deleted(count)))


async def _show(interaction: discord.Interaction, view: ui.LayoutView) -> None:
    await interaction.response.edit_message(view=view)


def _whose(interaction: discord.Interaction) -> tuple[int, int]:
    # Whoever presses gets and deletes their own, whosever message it was.
    visit = visit_of(interaction)
    return visit.server_id, visit.member_id
