"""What a member does with their own pictures of the past, in one private message.

A page is answered in words at once; its thumbnails follow, since they have to be made first. A
picture itself comes from the bytes that are kept, made to fit as at its delivery: nothing is
submitted for it.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import discord
from discord import ui

from bot.domain.jobs import Done, Job
from bot.domain.journal import JournalEntry
from bot.domain.pictures import Picture
from bot.domain.ports import Clock
from bot.domain.refusals import NotDeletedError, NotShownError
from bot.domain.shown_pictures import ShownPicture
from bot.presentation import history_words as words
from bot.presentation.final_edits import FinalEdits
from bot.presentation.fitting import PictureFitter
from bot.presentation.history_layout import (
    Detail,
    page_view,
    seen_alone,
    text_alone,
    text_beside,
)
from bot.presentation.layout import GalleryItem
from bot.presentation.message_deletion import MessageDeletion
from bot.presentation.next_buttons import DeedOffers
from bot.presentation.sending import (
    Edit,
    InteractionRoad,
    SendBrokenError,
    Sender,
    SendError,
    SendLimitedError,
    SendTooLargeError,
    Upload,
)
from bot.presentation.thumbnails import Thumbnailer
from bot.presentation.visits import moderator_of, visit_of
from bot.services.member_history import HistoryPage, HistoryTurn, MemberHistory, PastJob
from bot.services.picture_reports import PictureReports

_PAUSES_S = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE_S = 10.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PictureShelf:
    """What makes pictures fit, and what brings them into a message."""

    sender: Sender
    fitter: PictureFitter
    thumbnailer: Thumbnailer
    clock: Clock


@dataclass(frozen=True, slots=True)
class HistoryPages:
    """Fulfils ``HistoryDesk``."""

    history: MemberHistory
    shelf: PictureShelf
    deletion: MessageDeletion
    reports: PictureReports
    offers: DeedOffers

    async def open(self, interaction: discord.Interaction) -> None:
        """Answer a command with the latest page.

        Raises
        ------
        NotSetUpError, DirectMessageError, StoreUnavailableError
        """
        page = await self.history.page(visit_of(interaction), HistoryTurn())
        await interaction.response.send_message(view=page_view(page), ephemeral=True)
        await self._add_thumbnails(interaction, page)

    async def turn(self, interaction: discord.Interaction, turn: HistoryTurn) -> None:
        """Show another page in place of what stands there."""
        page = await self.history.page(visit_of(interaction), turn)
        await interaction.response.edit_message(view=page_view(page), attachments=[])
        await self._add_thumbnails(interaction, page)

    async def show(self, interaction: discord.Interaction, job_id: int) -> None:
        """Show one job in place of the page, with its pictures.

        Raises
        ------
        PictureGoneError
        NotShownError
            Where Discord doesn't take them.
        """
        past = await self.history.show(visit_of(interaction), job_id)
        await interaction.response.defer()
        if past.pictures:
            await self._show_pictures(interaction, past)
        else:
            detail = await self._detail(past, text_alone(past))
            await self._send(interaction, Edit(detail.view(), replaces_files=True))

    async def remove(self, interaction: discord.Interaction, job_id: int) -> None:
        """Delete one job, its message and its pictures, and show the latest page.

        Raises
        ------
        PictureGoneError
        MissingPermissionError, NotDeletedError
            Where its message can't be deleted; all of it stays then.
        """
        visit = visit_of(interaction)
        entry = await self.history.own(visit, job_id)
        if entry.open:
            raise NotDeletedError
        await interaction.response.defer()
        with_message = await self._delete_message(interaction, entry)
        await self.history.remove(entry)
        page = await self.history.page(visit, HistoryTurn())
        note = words.deleted(with_message=with_message)
        await self._send(interaction, Edit(page_view(page, note=note), replaces_files=True))
        await self._add_thumbnails(interaction, page, note)

    async def _delete_message(self, interaction: discord.Interaction, entry: JournalEntry) -> bool:
        """Delete the message of a job, where there can be one still; tell whether there was."""
        job, mark = entry.job, entry.message
        if mark.message_id is None or words.message_url(entry) is None:
            return False
        channel_id = entry.channel_id
        if not await self.deletion.delete(channel_id, mark.message_id):
            return False
        if job.guild_id is not None and not job.private:
            shown = ShownPicture(channel_id, mark.message_id, job.owner_id, job.request.model)
            self.reports.note_deletion(moderator_of(interaction), shown)
        return True

    async def _add_thumbnails(
        self, interaction: discord.Interaction, page: HistoryPage, note: str = ""
    ) -> None:
        uploads = await self._thumbnails(page)
        if not uploads:
            return
        names = {job_id: upload.file_name for job_id, upload in uploads.items()}
        edit = Edit(page_view(page, names, note), tuple(uploads.values()))
        try:
            await self.shelf.sender.send(_road(interaction), edit)
        except SendError as error:
            _log.debug("a page of the history stays without thumbnails: %r", error)

    async def _thumbnails(self, page: HistoryPage) -> Mapping[int, Upload]:
        with_pictures = [past for past in page.jobs if past.pictures]
        making = (self.shelf.thumbnailer.thumbnail(past.pictures[0]) for past in with_pictures)
        made = zip(with_pictures, await asyncio.gather(*making), strict=True)
        return {past.entry.job.id: _upload(past.entry.job, small) for past, small in made if small}

    async def _show_pictures(self, interaction: discord.Interaction, past: PastJob) -> None:
        usual = await self._detail(past, "")

        def lay_out(
            job: Job,
            done: Done,
            _now: datetime,
            gallery: tuple[GalleryItem, ...],
            lines: tuple[str, ...],
        ) -> ui.LayoutView:
            return replace(usual, text=text_beside(past, job, done)).view(gallery, lines)

        job = replace(past.entry.job, showing=seen_alone(past), private=False)
        limit, fitter = interaction.filesize_limit, self.shelf.fitter
        edits = FinalEdits(job, _done(past), limit, fitter, lay_out=lay_out)
        while True:
            edit = await edits.compose(self.shelf.clock.now())
            try:
                await self._send(interaction, replace(edit, replaces_files=True))
            except SendTooLargeError:
                if not edit.uploads:
                    raise NotShownError from None
                edits.lower_limit(edit.uploads)
            else:
                return

    async def _detail(self, past: PastJob, text: str) -> Detail:
        deeds = () if past.entry.open else await self.offers.offered(past.entry.job)
        return Detail(past.entry.job.id, text, deeds)

    async def _send(self, interaction: discord.Interaction, edit: Edit) -> None:
        """Send an edit with some patience; what is too large is the caller's affair."""
        for pause_s in (*_PAUSES_S, None):
            try:
                await self.shelf.sender.send(_road(interaction), edit)
            except SendTooLargeError:
                raise
            except SendError as error:
                if pause_s is None or not isinstance(error, SendBrokenError | SendLimitedError):
                    raise NotShownError from error
                await self.shelf.clock.sleep(_pause_s(error, pause_s))
            else:
                return


def _road(interaction: discord.Interaction) -> InteractionRoad:
    channel_id = interaction.channel_id or 0
    return InteractionRoad(interaction.application_id, interaction.token, channel_id)


def _pause_s(error: SendError, usual_s: float) -> float:
    asked_s = error.retry_after_s if isinstance(error, SendLimitedError) else 0.0
    return max(usual_s, min(asked_s, _LONGEST_PAUSE_S))


def _upload(job: Job, small: Picture) -> Upload:
    name = f"small-{job.reference}.{small.format.extension}"
    return Upload(name, small, words.thumbnail_alt_text(job.request.prompt))


def _done(past: PastJob) -> Done:
    made = past.entry.made
    pictures = tuple(past.pictures)
    if made is None:
        return Done(pictures, 0.0)
    return Done(pictures, made.took_s, made.seed, made.flagged)
