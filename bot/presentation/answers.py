"""Private answers to commands, and what their options are turned into."""

from collections.abc import Iterable

import discord
from discord import app_commands, ui
from typing_extensions import override

from bot.presentation.layout import file_view, text_view
from bot.presentation.moderation_words import TEXT_MAX_CHARACTERS
from bot.presentation.settings_files import text_file

_RULED = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)


class RuledChannel(app_commands.Transformer):
    """A channel that rules can hold for, as its id; a thread stands for its channel."""

    @property
    @override
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    @override
    def channel_types(self) -> list[discord.ChannelType]:
        return list(_RULED)

    @override
    async def transform(
        self,
        interaction: discord.Interaction,
        value: app_commands.AppCommandChannel | app_commands.AppCommandThread,
        /,
    ) -> int:
        return value.parent_id if isinstance(value, app_commands.AppCommandThread) else value.id


class RuledRole(app_commands.Transformer):
    """A role of the server, as its id."""

    @property
    @override
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.role

    @override
    async def transform(self, interaction: discord.Interaction, value: discord.Role, /) -> int:
        return value.id


async def answer(interaction: discord.Interaction, *paragraphs: str) -> None:
    """Answer privately."""
    await answer_with(interaction, text_view(*paragraphs))


async def answer_with(
    interaction: discord.Interaction, view: ui.LayoutView, files: Iterable[discord.File] = ()
) -> None:
    """Answer privately with what is laid out already."""
    await interaction.response.send_message(view=view, files=list(files), ephemeral=True)


async def answer_in_file(
    interaction: discord.Interaction, text: str, instead: str, file: tuple[str, str]
) -> None:
    """Answer with a text, or where it is too long with a file.

    Parameters
    ----------
    instead
        What stands beside the file.
    file
        Its name and its text.
    """
    if len(text) <= TEXT_MAX_CHARACTERS:
        await answer(interaction, text)
        return
    name, content = file
    view = file_view(instead, file_name=name)
    await answer_with(interaction, view, [text_file(content, name)])
