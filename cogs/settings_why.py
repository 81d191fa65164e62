"""/settings why: whether somebody could make a picture, and what decides that."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.answers import RuledChannel
from bot.presentation.settings_choices import choices, named_offers
from bot.presentation.why import Person, Why
from bot.services.moderation import Moderation

Channel = app_commands.Transform[int, RuledChannel]


def why_command(why: Why, moderation: Moderation) -> app_commands.Command[commands.Cog, ..., None]:
    """Make the command, for the group that it stands in."""

    @app_commands.describe(
        member="Who would ask for a picture.",
        channel="Where; leave it out for this channel.",
        model="With which model; leave it out for the usual one.",
    )
    async def explain(
        interaction: discord.Interaction,
        member: Person,
        channel: Channel | None = None,
        model: str | None = None,
    ) -> None:
        await why.answer(interaction, member, channel, model)

    async def offer_models(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return choices(named_offers(moderation.suggest_models(typed)), typed)

    command: app_commands.Command[commands.Cog, ..., None] = app_commands.Command(
        name="why",
        description="Show each check on the way to a picture, and which one decides.",
        callback=explain,
    )
    command.autocomplete("model")(offer_models)
    return command
