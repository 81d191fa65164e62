"""The one way on which a command changes a setting: checked, asked where it is dangerous, told."""

import discord

from bot.domain.server_document import SettingChange
from bot.domain.visits import Moderator
from bot.presentation import moderation_words as words
from bot.presentation.answers import answer, answer_with
from bot.presentation.effects import setting_warnings
from bot.presentation.server_places import places_of
from bot.presentation.settings_buttons import setting_view
from bot.services.moderation import Moderation


async def change_setting(
    interaction: discord.Interaction,
    moderation: Moderation,
    by: Moderator,
    wanted: tuple[str, str],
) -> None:
    """Change a setting and answer with before and after; ask first where it is dangerous.

    Parameters
    ----------
    wanted
        Its name, and the value as it was typed.

    Raises
    ------
    BadInputError
    """
    guild = interaction.guild
    expected = await moderation.compare_set(by.server_id, *wanted, places_of(guild))
    if expected.setting.dangerous and expected.before != expected.after:
        await answer_with(interaction, setting_view(expected, guild, moderation))
        return
    change = await moderation.set(by, *wanted, places_of(guild))
    await tell_change(interaction, change, moderation)


async def tell_change(
    interaction: discord.Interaction, change: SettingChange, moderation: Moderation
) -> None:
    """Answer with before and after, and what stands against it."""
    beside = setting_warnings(change, interaction.guild, moderation)
    await answer(interaction, words.shortened([words.setting_changed(change), *beside]))
