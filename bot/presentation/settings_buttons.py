"""Buttons that ask once before a server's rules change as a whole.

What is to be changed stands in the message itself: a settings file beside the buttons, a setting in
the button's id. So nothing is kept meanwhile, and an old message still works. The id also holds a
digest of what was decided when the difference was shown; where that is something else by now, the
difference is shown anew instead of being applied unseen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2s
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.domain.named_places import PlaceCheck, as_named
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_document import DocumentChange, SettingChange
from bot.domain.visits import Moderator
from bot.presentation import moderation_words as words
from bot.presentation.effects import document_warnings, setting_warnings
from bot.presentation.id_buttons import IdButton, danger_button, quiet_button
from bot.presentation.layout import asking_view, text_view
from bot.presentation.rights import deciding
from bot.presentation.server_places import places_of
from bot.presentation.settings_files import SETTINGS_FILE, text_file, text_of
from bot.services.moderation import Moderation

_DIGEST_BYTES = 8
# Beside the difference, which takes most of a message.
_WARNINGS_MAX_CHARACTERS = 600


class Plan(Enum):
    """What can change a server's rules as a whole."""

    IMPORT = "import"
    RESET = "reset"
    MODELS = "models"


_LABELS: Mapping[Plan, str] = {
    Plan.IMPORT: "Apply",
    Plan.RESET: "Reset everything",
    Plan.MODELS: "Reset the models",
}


class ModerationHost(Protocol):
    """A client that carries what a moderator's buttons act on."""

    moderation: Moderation


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan for one server, with the file that it takes from, where it is an import.

    ``places`` checks the roles and channels that the file newly names.
    """

    moderation: Moderation
    server_id: int
    plan: Plan
    text: str = ""
    places: PlaceCheck = as_named

    async def difference(self) -> DocumentChange:
        """Tell what it would change now."""
        match self.plan:
            case Plan.IMPORT:
                return await self.moderation.compare(self.server_id, self.text, self.places)
            case Plan.RESET:
                return await self.moderation.compare_reset(self.server_id)
            case Plan.MODELS:
                return await self.moderation.compare_models_reset(self.server_id)

    async def digest(self) -> str:
        """Give a mark of what is decided now."""
        decided = await self.moderation.export(self.server_id)
        return blake2s(decided.encode(), digest_size=_DIGEST_BYTES).hexdigest()

    async def apply(self, by: Moderator) -> None:
        """Change what it says."""
        match self.plan:
            case Plan.IMPORT:
                await self.moderation.bring_in(by, self.text, self.places)
            case Plan.RESET:
                await self.moderation.reset(by)
            case Plan.MODELS:
                await self.moderation.reset_models(by)

    @property
    def files(self) -> list[discord.File]:
        """The file that goes up with the question."""
        return [text_file(self.text)] if self.plan is Plan.IMPORT else []


async def proposal_view(
    proposal: Proposal, guild: discord.Guild | None, *above: str
) -> ui.LayoutView | None:
    """Show what would change, and ask once; ``None`` where nothing would."""
    digest, change = await proposal.digest(), await proposal.difference()
    if change.empty:
        return None
    return asking_view(
        *above,
        words.proposed(change),
        *_joined(document_warnings(change, guild, proposal.moderation)),
        buttons=[ApplyButton(proposal.plan, digest), LeaveButton()],
        file_name=SETTINGS_FILE if proposal.plan is Plan.IMPORT else None,
    )


def setting_view(
    change: SettingChange, guild: discord.Guild | None, moderation: Moderation
) -> ui.LayoutView:
    """Show what a dangerous setting would change, and ask once."""
    one = change.setting
    beside = setting_warnings(change, guild, moderation)
    about = [words.setting_line(change), f"-# {one.meaning}", *beside]
    buttons = [SetButton(one.name, one.show(change.after)), LeaveButton()]
    return asking_view("\n".join(about), buttons=buttons)


class ApplyButton(
    IdButton,
    template=r"settings-apply:(?P<plan>import|reset|models):(?P<digest>[0-9a-f]{16})",
):
    """Changes a server's rules as a whole, as the message beside it shows."""

    def __init__(self, plan: Plan, digest: str) -> None:
        super().__init__(danger_button(_LABELS[plan], f"settings-apply:{plan.value}:{digest}"))
        self.plan = plan
        self.digest = digest

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(Plan(match["plan"]), match["digest"])

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        moderation = cast("ModerationHost", interaction.client).moderation
        by = deciding(interaction)
        text = await _file_beside(interaction) if self.plan is Plan.IMPORT else ""
        places = places_of(interaction.guild)
        await self._apply(interaction, Proposal(moderation, by.server_id, self.plan, text, places))

    async def _apply(self, interaction: discord.Interaction, proposal: Proposal) -> None:
        if await proposal.digest() != self.digest:
            await _ask_again(interaction, proposal)
            return
        change = await proposal.difference()
        await proposal.apply(deciding(interaction))
        view = text_view(words.applied(change))
        await interaction.response.edit_message(view=view, attachments=[])


class SetButton(
    IdButton,
    template=r"settings-set:(?P<name>[a-z_]{1,32}):(?P<text>.{1,40})",
):
    """Gives one setting one value."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(danger_button("Change it", f"settings-set:{name}:{text}"))
        self.name = name
        self.text = text

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(match["name"], match["text"])

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        moderation = cast("ModerationHost", interaction.client).moderation
        change = await moderation.set(deciding(interaction), self.name, self.text)
        await interaction.response.edit_message(view=text_view(words.setting_changed(change)))


class LeaveButton(IdButton, template="settings-leave"):
    """Changes nothing."""

    def __init__(self) -> None:
        super().__init__(quiet_button("Leave it", "settings-leave"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls()

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=text_view(words.LEFT), attachments=[])


async def _ask_again(interaction: discord.Interaction, proposal: Proposal) -> None:
    view = await proposal_view(proposal, interaction.guild, words.MEANWHILE)
    if view is None:
        view = text_view(words.NOTHING_CHANGED)
        await interaction.response.edit_message(view=view, attachments=[])
    else:
        await interaction.response.edit_message(view=view, attachments=proposal.files)


async def _file_beside(interaction: discord.Interaction) -> str:
    message = interaction.message
    if message is None or not message.attachments:
        raise BadInputError("file", Flaw.MISSING)
    return await text_of(message.attachments[0])


def _joined(lines: list[str]) -> list[str]:
    return [words.shortened(lines, _WARNINGS_MAX_CHARACTERS)] if lines else []
