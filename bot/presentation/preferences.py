"""Shows a member what they have decided for themselves, and changes it."""

import re
from dataclasses import dataclass, replace
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.domain.preferences import Preferences
from bot.domain.requests import Shape
from bot.presentation import preference_words as words
from bot.presentation.id_buttons import IdButton, quiet_button
from bot.presentation.layout import text_view
from bot.presentation.visits import visit_of
from bot.services.personal_defaults import Decided, PersonalDefaults


class DefaultsHost(Protocol):
    """A client that carries what the button of /defaults acts on."""

    defaults: "DefaultsPage"


class ResetDefaultsButton(IdButton, template=r"defaults:reset"):
    """Takes back whatever the presser has decided."""

    def __init__(self) -> None:
        super().__init__(quiet_button(words.RESET_LABEL, "defaults:reset"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls()

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await cast("DefaultsHost", interaction.client).defaults.reset(interaction)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member typed; ``None`` for what stays as it is."""

    model: str | None = None
    shape: str | None = None
    pinged: bool | None = None

    def over(self, kept: Preferences) -> Preferences:
        """Put it in the place of what was decided."""
        if self.model is not None:
            kept = replace(kept, model="" if self.model == words.USUAL else self.model)
        if self.shape is not None:
            shape = None if self.shape == words.USUAL else Shape(self.shape)
            kept = replace(kept, shape=shape)
        return kept if self.pinged is None else replace(kept, pinged=self.pinged)


@dataclass(frozen=True, slots=True)
class DefaultsPage:
    """The private answer to /defaults."""

    defaults: PersonalDefaults

    async def answer(self, interaction: discord.Interaction, wanted: Wanted) -> None:
        """Change what is wanted, and show all of it.

        Raises
        ------
        ModelNotAllowedError
        NotSetUpError, DirectMessageError, StoreUnavailableError
        """
        visit = visit_of(interaction)
        decided = await self.defaults.decided(visit)
        if wanted != Wanted():
            decided = await self.defaults.decide(visit, wanted.over(decided.preferences))
        await interaction.response.send_message(view=defaults_view(decided), ephemeral=True)

    async def reset(self, interaction: discord.Interaction) -> None:
        """Take back all that the presser has decided."""
        decided = await self.defaults.decide(visit_of(interaction), Preferences())
        await interaction.response.edit_message(view=defaults_view(decided))


def defaults_view(decided: Decided) -> ui.LayoutView:
    """Lay out what a member has decided, with the way back where there is one."""
    row = ui.ActionRow[ui.LayoutView]().add_item(ResetDefaultsButton())
    buttons = None if decided.preferences == Preferences() else row
    return text_view(*words.defaults_text(decided), buttons=buttons)
