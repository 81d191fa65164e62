"""What a moderator is told of somebody else's chances, with a way to the page that changes it."""

from dataclasses import dataclass

import discord
from discord import ui

from bot.presentation.answers import answer_with
from bot.presentation.layout import text_view
from bot.presentation.panel.places import Act, Spot
from bot.presentation.panel.screens import button
from bot.presentation.rights import deciding
from bot.presentation.server_places import check_place
from bot.presentation.visits import visit_of, visit_of_other
from bot.presentation.why_words import NOT_A_MEMBER, OPEN_PANEL, explained, page_of
from bot.services.admission import Admission, Explanation

Person = discord.User | discord.Member


@dataclass(frozen=True, slots=True)
class Why:
    """Asks the checks themselves, so that what is told is what is decided."""

    admission: Admission

    async def answer(
        self,
        interaction: discord.Interaction,
        person: Person,
        channel_id: int | None,
        model: str | None,
    ) -> None:
        """Answer privately; without a channel, for the one where it is asked."""
        deciding(interaction)
        here = channel_id or visit_of(interaction).channel_id
        check_place(interaction.guild, None, here)
        visit = visit_of_other(interaction, person, here)
        explanation = await self.admission.explain(visit, model)
        beside = [] if isinstance(person, discord.Member) else [NOT_A_MEMBER]
        view = text_view(*explained(explanation), *beside, buttons=_way(explanation))
        await answer_with(interaction, view)


def _way(explanation: Explanation) -> ui.ActionRow[ui.LayoutView] | None:
    page = page_of(explanation)
    return None if page is None else ui.ActionRow(button(OPEN_PANEL, Spot(page).press(Act.OPEN)))
