"""What the first moderator to come along is told in private: what works, and what is missing.

It comes beside the answer to their own command, never instead of it and never in public.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.domain.admission import HostRules
from bot.domain.setting_declaration import Page
from bot.presentation.layout import text_view
from bot.presentation.member_words import first_minute, not_set_up
from bot.presentation.panel.places import Act, Spot
from bot.presentation.rights import DELIVERING, has, lacking
from bot.services.first_minute import FirstMinute

_GREETED_AT = frozenset({"imagine", "settings"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Greeter:
    """Greets after a command was answered, whatever came of it."""

    first_minute: FirstMinute
    host: HostRules

    async def greet(self, interaction: discord.Interaction) -> None:
        """Greet whoever manages a server that wasn't greeted before; nobody else notices."""
        guild = interaction.guild
        # Of a server that Discord hasn't told of yet, there is nothing to be said.
        if guild is None or guild.unavailable or not self.may_greet(interaction):
            return
        view = await self._view(interaction, guild)
        if view is None:
            return
        try:
            await interaction.followup.send(view=view, ephemeral=True)
        except discord.DiscordException as failure:
            _log.warning("server %d isn't greeted: %s", guild.id, type(failure).__name__)

    @staticmethod
    def may_greet(interaction: discord.Interaction) -> bool:
        """Tell whether somebody would be greeted at this command, in a server that wasn't yet."""
        return has(interaction, "manage_guild") and _root(interaction) in _GREETED_AT

    async def _view(
        self, interaction: discord.Interaction, guild: discord.Guild
    ) -> ui.LayoutView | None:
        if self.host.serves(guild.id):
            return greeting_view(guild) if await self.first_minute.begins(guild.id) else None
        # Other commands say so themselves. The greeting waits until it is true.
        return text_view(not_set_up()) if _root(interaction) == "settings" else None


def greeting_view(guild: discord.Guild) -> ui.LayoutView:
    """Lay out what works in a server, with a way to the panel."""
    channels = [channel.id for channel in guild.text_channels]
    missing = _missing(guild, channels)
    working = len(channels) - sum(len(ids) for ids in missing.values())
    opening = Spot(Page.MODELS).press(Act.OPEN)
    panel: ui.Button[ui.LayoutView] = ui.Button(label="Open the panel", custom_id=opening)
    row = ui.ActionRow[ui.LayoutView]().add_item(panel)
    return text_view(*first_minute(working, missing), buttons=row)


def _root(interaction: discord.Interaction) -> str:
    """Give the first word of the command."""
    command = interaction.command
    return "" if command is None else command.qualified_name.partition(" ")[0]


def _missing(
    guild: discord.Guild, channel_ids: Sequence[int]
) -> Mapping[tuple[str, ...], Sequence[int]]:
    """Group the channels where something is missing by what it is."""
    missing: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for channel_id in channel_ids:
        if names := lacking(guild, channel_id, DELIVERING):
            missing[names].append(channel_id)
    return missing
