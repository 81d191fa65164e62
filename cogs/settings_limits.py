"""/settings limits: how much members, roles and the server may use."""

import discord
from discord import app_commands

from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_document import SettingChange
from bot.domain.server_settings import all_settings
from bot.domain.setting_declaration import OFF, Page
from bot.domain.visits import Moderator
from bot.presentation import moderation_lists as lists
from bot.presentation import moderation_words as words
from bot.presentation.answers import RuledRole, answer
from bot.presentation.rights import deciding
from bot.presentation.server_places import check_place
from bot.presentation.setting_changes import change_setting, tell_change
from bot.presentation.settings_choices import choices
from bot.services.moderation import DEFAULT_WORD, Moderation

Role = app_commands.Transform[int, RuledRole]

_OF_MEMBERS = "member_"


class LimitSettings(app_commands.Group):
    """Set limits, and show them."""

    def __init__(self, moderation: Moderation) -> None:
        super().__init__(name="limits", description="Decide how much can be made.")
        self._moderation = moderation

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the limits for members, for roles and for the server."""
        settings = await self._moderation.settings(deciding(interaction).server_id)
        await answer(interaction, lists.limits_listed(settings))

    @app_commands.command(name="set")
    async def change(
        self,
        interaction: discord.Interaction,
        limit: str,
        value: str,
        role: Role | None = None,
    ) -> None:
        """Set one limit.

        Parameters
        ----------
        limit
            Which limit.
        value
            A number such as 10, a time such as 30s, an amount such as $5, or "off".
        role
            Only for members with this role, instead of what others have.
        """
        by = deciding(interaction)
        name = limit.strip().casefold()
        if role is not None:
            check_place(interaction.guild, role)
            change = await self._change_for_role(by, role, name, value)
            await tell_change(interaction, change, self._moderation)
        elif name not in _limits():
            raise BadInputError("limit", Flaw.NOT_A_CHOICE, ", ".join(_limits()))
        else:
            await change_setting(interaction, self._moderation, by, (name, value))

    @change.autocomplete("limit")
    async def _offer_limits(
        self, _: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return choices(((words.setting_title(name), name) for name in _limits()), typed)

    async def _change_for_role(
        self, by: Moderator, role: int, name: str, value: str
    ) -> SettingChange:
        taken_away = value.strip().casefold() in (OFF, DEFAULT_WORD)
        limit = name.removeprefix(_OF_MEMBERS)
        return await self._moderation.set_role_limit(by, role, limit, None if taken_away else value)


def _limits() -> list[str]:
    """List the settings that are limits: the whole table of roles' limits is none."""
    return [one.name for one in all_settings().values() if one.page is Page.LIMITS and one.optional]
