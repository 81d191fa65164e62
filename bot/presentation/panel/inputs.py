"""What a person pressed in the panel, or sent from it."""

import discord

from bot.presentation.inputs import custom_id_of
from bot.presentation.panel.places import Press, read_press


def pressed(interaction: discord.Interaction) -> Press | None:
    """Tell what was pressed or sent; ``None`` where it isn't the panel's."""
    return read_press(custom_id_of(interaction))
