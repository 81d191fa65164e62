"""What a member does about their own data: export it, or delete it, which is asked once.

Whoever presses gets and deletes their own, whosever message the button is under.
"""

import io
import re
from dataclasses import dataclass
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.presentation import direct_words, member_words
from bot.presentation.id_buttons import IdButton, danger_button, quiet_button
from bot.presentation.layout import text_view
from bot.presentation.member_file import exported_file
from bot.presentation.visits import visit_of
from bot.services.privacy import PersonalData

FILE_NAME = "my-data.json"


class _Words(Protocol):
    """What is said of a member's data, in a server or in a direct conversation."""

    def privacy_notice(self, kept_days: int) -> list[str]: ...
    def deletion_question(self) -> str: ...
    def deleted(self, staying: int) -> str: ...
    def exported(self) -> str: ...


class PrivacyHost(Protocol):
    """A client that carries what the buttons of /privacy act on."""

    privacy: "PrivacySteps"


class PrivacyButton(
    IdButton,
    template=r"privacy:(?P<step>export|delete|confirm|keep)",
):
    """Exports or deletes a member's own data, which is asked once."""

    def __init__(self, step: str, label: str = "", *, dangerous: bool = False) -> None:
        button = danger_button if dangerous else quiet_button
        super().__init__(button(label, f"privacy:{step}"))
        self.step = step

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(match["step"])

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await cast("PrivacyHost", interaction.client).privacy.take(interaction, self.step)


@dataclass(frozen=True, slots=True)
class PrivacySteps:
    """Shows a member what is kept of them, and does what they then choose."""

    data: PersonalData

    async def notice(self, interaction: discord.Interaction) -> ui.LayoutView:
        """Lay out what is kept, for how long, and who gets it."""
        server_id, _ = _whose(interaction)
        notice = _words(interaction).privacy_notice(await self.data.kept_days(server_id))
        return text_view(*notice, buttons=privacy_buttons())

    async def take(self, interaction: discord.Interaction, step: str) -> None:
        """Do what a button says: ``export``, ``delete``, ``confirm`` or ``keep``."""
        match step:
            case "export":
                await self._export(interaction)
            case "confirm":
                await self._delete(interaction)
            case "delete":
                question = text_view(
                    _words(interaction).deletion_question(), buttons=deletion_buttons()
                )
                await interaction.response.edit_message(view=question)
            case _:
                await _show(interaction, member_words.kept_after_all())

    async def _export(self, interaction: discord.Interaction) -> None:
        server_id, member_id = _whose(interaction)
        content = exported_file(await self.data.export(server_id, member_id))
        await interaction.response.send_message(
            _words(interaction).exported(),
            file=discord.File(io.BytesIO(content), FILE_NAME),
            ephemeral=True,
        )

    async def _delete(self, interaction: discord.Interaction) -> None:
        count = await self.data.delete(*_whose(interaction))
        await _show(interaction, _words(interaction).deleted(count))


def privacy_buttons() -> ui.ActionRow[ui.LayoutView]:
    """Give the buttons below what is kept."""
    delete = PrivacyButton("delete", "Delete my data", dangerous=True)
    return _row(PrivacyButton("export", "Export my data"), delete)


def deletion_buttons() -> ui.ActionRow[ui.LayoutView]:
    """Give the two answers to whether data shall be deleted."""
    confirm = PrivacyButton("confirm", "Delete", dangerous=True)
    return _row(confirm, PrivacyButton("keep", "Keep them"))


def _row(*buttons: PrivacyButton) -> ui.ActionRow[ui.LayoutView]:
    row = ui.ActionRow[ui.LayoutView]()
    for button in buttons:
        row.add_item(button)
    return row


async def _show(interaction: discord.Interaction, words: str) -> None:
    await interaction.response.edit_message(view=text_view(words))


def _words(interaction: discord.Interaction) -> _Words:
    return direct_words if interaction.guild_id is None else member_words


def _whose(interaction: discord.Interaction) -> tuple[int, int]:
    visit = visit_of(interaction)
    return visit.server_id, visit.member_id
