"""The list of models that a member may use, page by page, with buttons that live by their ids."""

import re
from dataclasses import dataclass
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.presentation.id_buttons import quiet_button
from bot.presentation.layout import text_view
from bot.presentation.member_words import models_page, pages_of
from bot.presentation.page_buttons import PageButton
from bot.presentation.visits import visit_of
from bot.services.model_access import ModelAccess
from bot.services.personal_defaults import PersonalDefaults


class ModelPagesHost(Protocol):
    """A client that carries what the page buttons act on."""

    model_pages: "ModelPages"


class ModelPageButton(PageButton, template=r"models:(?P<page>\d{1,4})"):
    """Turns the list of models to a page, counted from 0."""

    def __init__(self, page: int, label: str = "") -> None:
        super().__init__(quiet_button(label, f"models:{page}"))
        self.number = page

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["page"]))

    @override
    async def page(self, interaction: discord.Interaction) -> ui.LayoutView:
        pages = cast("ModelPagesHost", interaction.client).model_pages
        return await pages.page(interaction, self.number)


@dataclass(frozen=True, slots=True)
class ModelPages:
    """Lays out pages of the models that somebody may use where they ask."""

    access: ModelAccess
    defaults: PersonalDefaults

    async def page(self, interaction: discord.Interaction, page: int) -> ui.LayoutView:
        """Lay out a page, counted from 0; the last one where there are fewer.

        The rules are asked anew for each: they may have changed since the list was opened.
        """
        visit = visit_of(interaction)
        self.access.check_place(visit)
        usual = await self.defaults.usual(visit)
        offered = sorted(await self.access.offered(visit), key=lambda model: model.id != usual)
        pages = pages_of(offered)
        page = min(page, pages - 1)
        return text_view(*models_page(offered, usual, page), buttons=page_buttons(page, pages))


def page_buttons(page: int, pages: int) -> ui.ActionRow[ui.LayoutView] | None:
    """Give the buttons that lead from one page to its neighbours, where it has any."""
    around = ((page - 1, "◀ Previous"), (page + 1, "Next ▶"))
    beside = [(number, label) for number, label in around if 0 <= number < pages]
    if not beside:
        return None
    row = ui.ActionRow[ui.LayoutView]()
    for number, label in beside:
        row.add_item(ModelPageButton(number, label))
    return row
