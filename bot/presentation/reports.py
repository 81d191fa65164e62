"""What becomes of a picture at a press: offered, reported, deleted, its owner blocked.

Whoever presses is looked at anew each time: a message with buttons stays for years, and rights
change. Pictures are found by the ids in the button, and only in the server of the press.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, cast

import discord
from discord import ui

from bot.domain.errors import NotOwnerError
from bot.domain.reasons import REASON_MAX_CHARACTERS
from bot.domain.refusals import NotPermittedError, PictureForgottenError
from bot.domain.shown_pictures import ShownPicture
from bot.domain.visits import Moderator
from bot.presentation import report_words as words
from bot.presentation.inputs import custom_id_of, entered
from bot.presentation.layout import boxed_view, text_view
from bot.presentation.message_deletion import MessageDeletion
from bot.presentation.result_buttons import (
    DeleteButton,
    PictureHost,
    ReachButton,
    ReachConfirmButton,
    ReportButton,
    picture_of_report,
    report_id,
)
from bot.presentation.rights import LOGGING, deciding, has, lacking
from bot.presentation.visits import moderator_of, visit_of
from bot.services.picture_removal import PictureRemoval
from bot.services.picture_reports import PictureReports

_Button = ui.DynamicItem[ui.Button[ui.LayoutView]]
_REASON = "reason"


class MoreButtons(Protocol):
    """Makes what stands beside the buttons of this module, for whoever asks."""

    async def more(self, interaction: discord.Interaction, job_id: int) -> Sequence[_Button]:
        """Make the buttons that have no place under a picture."""
        ...


class NoMoreButtons:
    """Makes none."""

    async def more(self, interaction: discord.Interaction, job_id: int) -> Sequence[_Button]:
        """Make none."""
        del interaction, job_id
        return ()


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Fulfils ``PictureDesk``."""

    deletion: MessageDeletion
    reports: PictureReports
    removal: PictureRemoval
    more: MoreButtons = field(default_factory=NoMoreButtons)

    async def offer(
        self, interaction: discord.Interaction, picture: ShownPicture, job_id: int
    ) -> None:
        """Answer with what the presser may do with a picture."""
        row = ui.ActionRow[ui.LayoutView]()
        for button in await self.more.more(interaction, job_id):
            row.add_item(button)
        if not _is_private(interaction):
            if _may_delete(interaction, picture):
                row.add_item(DeleteButton.about(picture))
            if _may_reach(interaction, picture.channel_id):
                row.add_item(ReachButton.about(picture))
            if interaction.guild_id is not None:
                row.add_item(ReportButton.about(picture))
        if not row.children:
            raise PictureForgottenError
        view = boxed_view(ui.TextDisplay(words.offered()), row)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def ask_reason(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Open the form of a report."""
        await interaction.response.send_modal(report_form(picture))

    async def take_form(self, interaction: discord.Interaction) -> None:
        """Take what was sent, where it is the form of a report, and tell who has it."""
        picture = picture_of_report(custom_id_of(interaction))
        if picture is None or interaction.type is not discord.InteractionType.modal_submit:
            return
        host = cast("PictureHost", interaction.client)
        async with host.answering(interaction):
            reason = "".join(entered(interaction).get(_REASON, ()))
            by, can_write = moderator_of(interaction), partial(_can_write, interaction.guild)
            fate = await self.reports.report(by, picture, reason, can_write)
            await _tell(interaction, words.reported(fate))

    async def delete(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Delete a picture for its owner or a moderator of its channel.

        Raises
        ------
        NotPermittedError
            Where the presser may not, or there is no such channel in this server.
        MissingPermissionError, NotDeletedError
            Where Discord doesn't let the bot.
        """
        if not _may_delete(interaction, picture):
            raise NotPermittedError(("Manage Messages",))
        await interaction.response.defer()
        now = await self.deletion.delete(picture.channel_id, picture.message_id)
        if now and interaction.guild_id is not None:
            self.reports.note_deletion(moderator_of(interaction), picture)
        await _tell(interaction, words.deleted(now=now))
        server_id = visit_of(interaction).server_id
        await self.removal.forget(server_id, picture.owner_id, picture.message_id)

    async def ask_reach(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Ask once whether a picture shall go with all that was made from it.

        Raises
        ------
        NotPermittedError
        PictureGoneError, StoreUnavailableError
        """
        by, may = _reaching(interaction, picture)
        line = await self.removal.line(by.server_id, picture, may)
        row = ui.ActionRow[ui.LayoutView]().add_item(ReachConfirmButton.about(picture))
        view = boxed_view(ui.TextDisplay(words.reach_question(line)), row)
        if _is_private(interaction):
            await interaction.response.edit_message(view=view)
        else:
            await interaction.response.send_message(view=view, ephemeral=True)

    async def reach(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Delete a picture with all that was made from it.

        Raises
        ------
        NotPermittedError
        PictureGoneError, StoreUnavailableError
        """
        by, may = _reaching(interaction, picture)
        await interaction.response.defer()
        await _tell(interaction, words.reached(await self.removal.remove(by, picture, may)))

    async def discard(self, interaction: discord.Interaction, owner_id: int) -> None:
        """Delete the private message whose button was pressed.

        Raises
        ------
        NotOwnerError
        """
        if interaction.user.id != owner_id:
            raise NotOwnerError
        await interaction.response.defer()
        await interaction.delete_original_response()
        if interaction.guild_id is not None:
            self.reports.note_private_deletion(moderator_of(interaction))
        if interaction.message is not None:
            server_id = visit_of(interaction).server_id
            await self.removal.forget(server_id, owner_id, interaction.message.id)

    async def block(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Block a picture's owner for a day, in the server of the press.

        Raises
        ------
        NotPermittedError
        """
        by = deciding(interaction, "manage_guild", "moderate_members")
        await _tell(interaction, words.blocked(await self.reports.block(by, picture.owner_id)))


def report_form(picture: ShownPicture) -> ui.Modal:
    """Make the form that asks for the reason of a report.

    It has the custom id of the button that opened it, so that whoever gets it back, in this process
    or the next, knows which picture is meant.
    """
    form = ui.Modal(title=words.FORM_TITLE, custom_id=report_id(picture))
    reason = ui.TextInput[ui.Modal](
        style=discord.TextStyle.long, custom_id=_REASON, max_length=REASON_MAX_CHARACTERS
    )
    question, hint = words.FORM_QUESTION, words.FORM_HINT
    form.add_item(ui.Label(text=question, description=hint, component=reason))
    # What is sent is known by its id alone, so the library needn't keep the form.
    form.stop()
    return form


def _is_private(interaction: discord.Interaction) -> bool:
    """Tell whether the message whose button was pressed is for the presser's eyes only."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _can_write(guild: discord.Guild | None, channel_id: int) -> bool:
    """Tell whether the bot can write to a channel; not where nobody knows."""
    return guild is not None and lacking(guild, channel_id, LOGGING) == ()


def _reaching(
    interaction: discord.Interaction, picture: ShownPicture
) -> tuple[Moderator, Callable[[int], bool]]:
    """Give whoever deletes a whole line of pictures, and where they may.

    Raises
    ------
    NotPermittedError
    """
    if not _may_reach(interaction, picture.channel_id):
        raise NotPermittedError(("Manage Server", "Manage Messages"))
    return moderator_of(interaction), partial(_may_reach, interaction)


def _may_reach(interaction: discord.Interaction, channel_id: int) -> bool:
    """Tell whether somebody may delete others' messages in a channel of this server."""
    if interaction.guild_id is None:
        return False
    everywhere = has(interaction, "manage_guild")
    return everywhere or _rights_at(interaction, channel_id).manage_messages


def _may_delete(interaction: discord.Interaction, picture: ShownPicture) -> bool:
    if interaction.user.id == picture.owner_id:
        return True
    return _rights_at(interaction, picture.channel_id).manage_messages


def _rights_at(interaction: discord.Interaction, channel_id: int) -> discord.Permissions:
    """Give the presser's rights in a channel of this server; none in any other channel."""
    if interaction.channel_id == channel_id:
        return interaction.permissions
    guild, member = interaction.guild, interaction.user
    channel = guild.get_channel_or_thread(channel_id) if guild else None
    if channel is None or not isinstance(member, discord.Member):
        return discord.Permissions.none()
    return channel.permissions_for(member)


async def _tell(interaction: discord.Interaction, text: str) -> None:
    """Answer privately; where a private message's button was pressed, in its place."""
    view, private = text_view(text), _is_private(interaction)
    if interaction.response.is_done():
        if private:
            await interaction.edit_original_response(view=view)
        else:
            await interaction.followup.send(view=view, ephemeral=True)
    elif private:
        await interaction.response.edit_message(view=view)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)
