"""/settings models: who may use which model, and where."""

from collections.abc import Mapping

import discord
from discord import app_commands

from bot.domain.model_rules import Effect
from bot.presentation import moderation_lists as lists
from bot.presentation import moderation_words as words
from bot.presentation.answers import RuledChannel, RuledRole, answer, answer_with
from bot.presentation.rights import deciding
from bot.presentation.server_places import check_place
from bot.presentation.settings_buttons import Plan, Proposal, proposal_view
from bot.presentation.settings_choices import choices, named_offers
from bot.services.moderation import Moderation

Role = app_commands.Transform[int, RuledRole]
Channel = app_commands.Transform[int, RuledChannel]
Choices = list[app_commands.Choice[str]]
Where = tuple[int | None, int | None]

_RULE_COMMANDS = (
    ("allow", "Let members use a model.", Effect.ALLOW),
    ("deny", "Keep members from using a model.", Effect.DENY),
    ("default", "Choose the model for those who name none.", Effect.DEFAULT),
)
_ABOUT: Mapping[Effect, str] = {
    Effect.ALLOW: "Its name, or several such as google/*.",
    Effect.DENY: "Its name, or several such as google/*.",
    Effect.DEFAULT: "Its name.",
}
_ABOUT_ROLE = "Only for members with this role."
_ABOUT_CHANNEL = "Only in this channel and its threads."


class ModelSettings(app_commands.Group):
    """Allow, deny and list models."""

    def __init__(self, moderation: Moderation) -> None:
        super().__init__(name="models", description="Decide who may use which model, and where.")
        self._moderation = moderation
        for name, description, effect in _RULE_COMMANDS:
            self.add_command(self._rule_command(name, description, effect))

    @app_commands.command(name="list")
    @app_commands.describe(role="Rules for this role.", channel="Rules for this channel.")
    async def show(
        self,
        interaction: discord.Interaction,
        role: Role | None = None,
        channel: Channel | None = None,
    ) -> None:
        """Show the rules for models, all of them or those of one place."""
        by = deciding(interaction)
        models = (await self._moderation.policy(by.server_id)).models
        place = None if (role, channel) == (None, None) else (role, channel)
        await answer(interaction, lists.models_listed(models, place))

    @app_commands.command()
    @app_commands.describe(role="Rules for this role.", channel="Rules for this channel.")
    async def reset(
        self,
        interaction: discord.Interaction,
        role: Role | None = None,
        channel: Channel | None = None,
    ) -> None:
        """Take away the rules of one place; without a place all, which asks first."""
        by = deciding(interaction)
        if (role, channel) != (None, None):
            change = await self._moderation.reset_models(by, role, channel)
            await answer(interaction, *words.models_changed(change, known=True))
            return
        view = await proposal_view(
            Proposal(self._moderation, by.server_id, Plan.MODELS), interaction.guild
        )
        if view is None:
            await answer(interaction, words.NOTHING_CHANGED)
        else:
            await answer_with(interaction, view)

    def _rule_command(
        self, name: str, description: str, effect: Effect
    ) -> app_commands.Command["ModelSettings", ..., None]:
        """Make a command that puts a rule: they differ in nothing but what the rule does."""

        @app_commands.describe(model=_ABOUT[effect], role=_ABOUT_ROLE, channel=_ABOUT_CHANNEL)
        async def put(
            interaction: discord.Interaction,
            model: str,
            role: Role | None = None,
            channel: Channel | None = None,
        ) -> None:
            await self._put(interaction, effect, model, (role, channel))

        async def offer(_: discord.Interaction, typed: str) -> Choices:
            return choices(named_offers(self._moderation.suggest_models(typed)), typed)

        command: app_commands.Command[ModelSettings, ..., None] = app_commands.Command(
            name=name, description=description, callback=put
        )
        command.autocomplete("model")(offer)
        return command

    async def _put(
        self, interaction: discord.Interaction, effect: Effect, model: str, where: Where
    ) -> None:
        by = deciding(interaction)
        check_place(interaction.guild, *where)
        change = await self._moderation.put_rule(by, model, effect, *where)
        known = self._moderation.is_known(self._moderation.meant(model))
        await answer(interaction, *words.models_changed(change, known=known))
