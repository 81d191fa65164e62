"""The panel itself: it opens, and answers whatever is pressed or sent in it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, cast

import discord
from discord import ui

from bot.domain.ports import Clock
from bot.domain.server_document import SettingChange
from bot.domain.setting_declaration import Page
from bot.domain.visits import Moderator
from bot.presentation import panel_words
from bot.presentation.inputs import entered
from bot.presentation.panel.changes import PanelChanges, place_in
from bot.presentation.panel.forms import form
from bot.presentation.panel.inputs import pressed
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.pages import page_blocks
from bot.presentation.panel.places import Act, Press, Spot
from bot.presentation.panel.screens import page_view, question_view
from bot.presentation.panel.sight import sight_of
from bot.presentation.rights import deciding
from bot.presentation.server_places import check_place, places_of
from bot.services.moderation import Moderation


class ReportCount(Protocol):
    """Counts what members have reported."""

    async def reports(self, server_id: int) -> int:
        """Tell how many reports of a server are kept."""
        ...


class PanelHost(Protocol):
    """A client that tells members of errors."""

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


@dataclass(frozen=True)
class Panel:
    """One private message in which a moderator reads and changes a server's settings.

    Attributes
    ----------
    counted
        Where reports are counted; without it the panel says nothing of them.
    """

    moderation: Moderation
    clock: Clock
    counted: ReportCount | None = None

    async def open(self, interaction: discord.Interaction) -> None:
        """Answer a command with the panel's first page.

        Raises
        ------
        NotPermittedError
        DirectMessageError
        StoreUnavailableError
        """
        by = deciding(interaction)
        view = await self._page(interaction, by, Spot(Page.MODELS))
        await interaction.response.send_message(view=view, ephemeral=True)

    async def answer(self, interaction: discord.Interaction) -> None:
        """Answer a press, a choice or a form, where it is the panel's."""
        press = pressed(interaction)
        if press is not None:
            async with cast("PanelHost", interaction.client).answering(interaction):
                # The right may be gone since the panel was opened.
                await self._answer(interaction, deciding(interaction), press)

    async def _answer(self, interaction: discord.Interaction, by: Moderator, press: Press) -> None:
        modal = await self._form(interaction, by, press)
        if modal is not None:
            await interaction.response.send_modal(modal)
        else:
            await interaction.response.edit_message(view=await self._next(interaction, by, press))

    async def _form(
        self, interaction: discord.Interaction, by: Moderator, press: Press
    ) -> ui.Modal | None:
        if interaction.type is discord.InteractionType.modal_submit:
            return None
        return form(press, await self._overview(interaction, by, press.spot.page))

    async def _next(
        self, interaction: discord.Interaction, by: Moderator, press: Press
    ) -> ui.LayoutView:
        values = entered(interaction)
        # A form stays open while roles and channels are deleted.
        check_place(interaction.guild, *place_in(values))
        changes = PanelChanges(self.moderation, self.clock, places_of(interaction.guild))
        change = await changes.expected(by, press, values)
        if change is not None and _is_to_be_asked(press, change):
            wanted = f"{change.setting.name}={change.setting.show(change.after)}"
            return question_view(press.spot, panel_words.question(change), wanted)
        note = await changes.make(by, press, values)
        return await self._page(interaction, by, press.spot, note)

    async def _page(
        self, interaction: discord.Interaction, by: Moderator, spot: Spot, note: str = ""
    ) -> ui.LayoutView:
        overview = await self._overview(interaction, by, spot.page)
        return page_view(spot, page_blocks(spot, overview), note)

    async def _overview(
        self, interaction: discord.Interaction, by: Moderator, page: Page
    ) -> Overview:
        counted = self.counted if page is Page.LOG else None
        return Overview(
            await self.moderation.policy(by.server_id),
            sight_of(interaction.guild),
            self.moderation,
            self.clock.now(),
            None if counted is None else await counted.reports(by.server_id),
        )


def _is_to_be_asked(press: Press, change: SettingChange) -> bool:
    asked = press.act is Act.SURE
    return change.setting.dangerous and change.before != change.after and not asked
