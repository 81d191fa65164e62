"""What becomes of a press on one of the buttons of what can be done next.

Whoever presses is looked at anew each time. The answer is the message of the new job; the message
whose button was pressed stays as it is.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import discord
from discord import ui

from bot.domain.deeds import Deed
from bot.domain.errors import StoreUnavailableError
from bot.domain.journal import JournalEntry
from bot.domain.next_steps import WITH_PICTURE, Choice
from bot.domain.refusals import NothingAbleError, PictureForgottenError
from bot.domain.requests import COUNT_MAX
from bot.domain.visits import Visit
from bot.presentation import next_words as words
from bot.presentation.inputs import custom_id_of, entered
from bot.presentation.layout import boxed_view, text_view
from bot.presentation.making import PictureMaking
from bot.presentation.next_buttons import DeedButton, InfoButton, NextButton, NextHost, said_by
from bot.presentation.next_forms import change_form, change_in, edit_form, edited
from bot.presentation.visits import visit_of
from bot.services.next_steps import NextSteps


@dataclass(frozen=True, slots=True)
class NextDesk:
    """Fulfils ``NextPresses`` and ``MoreButtons``."""

    steps: NextSteps
    making: PictureMaking

    async def press(
        self, interaction: discord.Interaction, deed: Deed, job_id: int, index: int | None
    ) -> None:
        """Do what a button says, or ask for what is missing.

        Raises
        ------
        ImagineError
            Where it is refused.
        """
        visit, entry = await self._found(interaction, job_id)
        await self.steps.check(visit, entry, deed)
        pictures = _pictures(entry)
        if deed in {Deed.EDIT, Deed.CHANGE}:
            await interaction.response.send_modal(await self._form(visit, entry, deed))
        elif deed in WITH_PICTURE and index is None and pictures > 1:
            numbers = [DeedButton(deed, job_id, number) for number in range(pictures)]
            view = boxed_view(ui.TextDisplay(words.which_picture()), _row(numbers))
            await interaction.response.send_message(view=view, ephemeral=True)
        else:
            await self._make(interaction, visit, entry, Choice(deed, index))

    async def take_form(self, interaction: discord.Interaction) -> None:
        """Take what was sent, where it is the form of one of these buttons."""
        said = said_by(custom_id_of(interaction))
        if said is None or interaction.type is not discord.InteractionType.modal_submit:
            return
        deed, job_id, _ = said
        host = cast("NextHost", interaction.client)
        async with host.answering(interaction):
            visit, entry = await self._found(interaction, job_id)
            if deed is Deed.CHANGE:
                choice = change_in(entered(interaction))
            else:
                await self.steps.check(visit, entry, deed)
                request = edited(entry.job.request, entered(interaction))
                choice = Choice(Deed.EDIT, request=request)
            await self._make(interaction, visit, entry, choice)

    async def inform(self, interaction: discord.Interaction, job_id: int) -> None:
        """Tell privately all that is known of a picture.

        Raises
        ------
        PictureForgottenError, StoreUnavailableError
        """
        visit, entry = await self._found(interaction, job_id)
        about = await self.steps.about(entry)
        shown = _shows_words(visit, entry)
        paragraphs = words.info(entry, about.taken, about.ancestors, with_prompt=shown)
        await interaction.response.send_message(view=text_view(*paragraphs), ephemeral=True)

    async def more(self, interaction: discord.Interaction, job_id: int) -> Sequence[NextButton]:
        """Make the buttons that have no place under a picture, as far as it is still known."""
        buttons: list[NextButton] = []
        with suppress(PictureForgottenError, StoreUnavailableError):
            visit, entry = await self._found(interaction, job_id)
            if Deed.VARY in await self.steps.offered_to(visit, entry):
                buttons.append(DeedButton(Deed.VARY, job_id))
            buttons.append(InfoButton(job_id))
        return buttons

    async def _found(
        self, interaction: discord.Interaction, job_id: int
    ) -> tuple[Visit, JournalEntry]:
        visit = visit_of(interaction)
        channel_id = interaction.channel_id or visit.channel_id
        return visit, await self.steps.find(visit, channel_id, job_id)

    async def _form(self, visit: Visit, entry: JournalEntry, deed: Deed) -> ui.Modal:
        if deed is Deed.CHANGE:
            editors = await self.steps.editors(visit)
            return change_form(entry, editors, _pictures(entry))
        painters = await self.steps.painters(visit, entry.job.request)
        if not painters:
            raise NothingAbleError(deed)
        return edit_form(entry, painters, with_prompt=_shows_words(visit, entry))

    async def _make(
        self, interaction: discord.Interaction, visit: Visit, entry: JournalEntry, choice: Choice
    ) -> None:
        await self.making.make(interaction, visit, await self.steps.ask(visit, entry, choice))


def _pictures(entry: JournalEntry) -> int:
    return 0 if entry.made is None else min(len(entry.made.outputs), COUNT_MAX)


def _shows_words(visit: Visit, entry: JournalEntry) -> bool:
    """Tell whether the words of a request are for the eyes of whoever asks."""
    return entry.job.showing.with_prompt or entry.job.owner_id == visit.member_id


def _row(buttons: Sequence[NextButton]) -> ui.ActionRow[ui.LayoutView]:
    row = ui.ActionRow[ui.LayoutView]()
    for button in buttons:
        row.add_item(button)
    return row
