"""/settings terms: what prompts may not have in them."""

import discord
from discord import app_commands

from bot.domain.errors import RefusalError
from bot.presentation import moderation_lists as lists
from bot.presentation import moderation_words as words
from bot.presentation.answers import answer, answer_in_file
from bot.presentation.rights import deciding
from bot.presentation.settings_choices import choices, named_offers
from bot.services.moderation import Moderation

_FILE = "blocked-terms.txt"


class TermSettings(app_commands.Group):
    """Block terms, and list them."""

    def __init__(self, moderation: Moderation) -> None:
        super().__init__(name="terms", description="Decide which terms prompts can't have.")
        self._moderation = moderation

    @app_commands.command()
    async def add(self, interaction: discord.Interaction, terms: str) -> None:
        """Block one term or several.

        Parameters
        ----------
        terms
            Between commas, as in AutoMod: cat, cat*, *cat, *cat*.
        """
        new = await self._moderation.add_terms(deciding(interaction), terms)
        await answer(interaction, words.terms_added(new))

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction, terms: str) -> None:
        """Block terms no longer.

        Parameters
        ----------
        terms
            As they are listed, between commas.
        """
        gone = await self._moderation.remove_terms(deciding(interaction), terms)
        await answer(interaction, words.terms_removed(gone))

    @remove.autocomplete("terms")
    async def _offer_terms(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        try:
            policy = await self._moderation.policy(deciding(interaction).server_id)
        except RefusalError:
            return []
        return choices(named_offers(policy.terms), typed)

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the blocked terms."""
        policy = await self._moderation.policy(deciding(interaction).server_id)
        file = _FILE, "\n".join(policy.terms) + "\n"
        about = lists.terms_in_file(len(policy.terms))
        await answer_in_file(interaction, lists.terms_listed(policy.terms), about, file)
