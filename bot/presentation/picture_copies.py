"""Hidden copies of private pictures in the log channel, so that moderators stay responsible."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from discord import ui

from bot.domain.audit_actions import BOT_ITSELF, Action
from bot.domain.errors import StoreUnavailableError
from bot.domain.jobs import Job
from bot.domain.pictures import Picture
from bot.domain.ports import Clock, ServerLog
from bot.domain.server_policy import AuditEntry
from bot.domain.server_settings import ServerSettings, from_stored
from bot.domain.store_ports import ServerPolicies
from bot.presentation import wording
from bot.presentation.fitting import PictureFitter
from bot.presentation.layout import GalleryItem, attached_parts, boxed_view
from bot.presentation.log_channel import ChannelHomes
from bot.presentation.log_words import copied_words
from bot.presentation.sending import (
    Edit,
    NewMessageRoad,
    SendBrokenError,
    SendError,
    SendLimitedError,
    ServerMessages,
    Upload,
)
from bot.presentation.shown_formats import SHOWN

# What every server takes.
# https://discord.com/developers/docs/reference#uploading-files
FILE_MAX_BYTES = 10 * 1024 * 1024
_REQUEST_MAX_BYTES = 24 * 1024 * 1024
_PAUSES_S = (1.0, 5.0)
_LONGEST_PAUSE_S = 15.0

_log = logging.getLogger(__name__)


class _NotWholeError(Exception):
    """Not all pictures are where the moderators see them."""


@dataclass(frozen=True, slots=True)
class PostedCopies:
    """Fulfils ``PictureCopies``."""

    messages: ServerMessages
    homes: ChannelHomes
    policies: ServerPolicies
    fitter: PictureFitter
    log: ServerLog
    clock: Clock

    async def copy(self, job: Job, pictures: Sequence[Picture]) -> None:
        """Copy a private job's pictures to the log channel, where the server has one."""
        if not job.private or job.guild_id is None:
            return
        try:
            settings = from_stored((await self.policies.get(job.guild_id)).settings)
            await self._copy(job, job.guild_id, pictures, settings)
        except (StoreUnavailableError, SendError, _NotWholeError) as error:
            what = type(error).__name__
            _log.warning("job %s has no copy in its server's log: %s", job.reference, what)
            self.log.record(_loss(job, job.guild_id, self.clock.now()))

    async def _copy(
        self, job: Job, server_id: int, pictures: Sequence[Picture], settings: ServerSettings
    ) -> None:
        channel_id = settings.log_channel
        # That there is no channel is said where private pictures are turned on.
        if channel_id is None or not settings.private_pictures:
            return
        if not await self.homes.belongs(channel_id, server_id):
            raise _NotWholeError
        edit = await self._composed(job, pictures, with_prompt=settings.log_prompts)
        await self._send(NewMessageRoad(channel_id, f"copy{job.id}"), edit)
        if len(edit.uploads) < len(pictures):
            raise _NotWholeError

    async def _composed(self, job: Job, pictures: Sequence[Picture], *, with_prompt: bool) -> Edit:
        max_bytes = min(FILE_MAX_BYTES, _REQUEST_MAX_BYTES // max(len(pictures), 1))
        fitted = [await self._fitted(picture, max_bytes) for picture in pictures]
        prompt = job.request.prompt if with_prompt else ""
        uploads = [
            Upload(f"SPOILER_copy-{number}.{one.format.extension}", one, wording.alt_text(prompt))
            for number, one in enumerate(filter(None, fitted), 1)
        ]
        text = ui.TextDisplay[ui.LayoutView](copied_words(job.owner_id, job.request.model, prompt))
        return Edit(boxed_view(*attached_parts([*map(_hidden, uploads)]), text), uploads)

    async def _fitted(self, picture: Picture, max_bytes: int) -> Picture | None:
        shown = await self.fitter.fit(picture, max_bytes)
        return shown or await self.fitter.file_of(picture, max_bytes)

    async def _send(self, road: NewMessageRoad, edit: Edit) -> None:
        for pause_s in _PAUSES_S:
            try:
                await self.messages.send(road, edit)
            except SendLimitedError as error:
                await self.clock.sleep(min(error.retry_after_s, _LONGEST_PAUSE_S))
            except SendBrokenError:
                await self.clock.sleep(pause_s)
            else:
                return
        await self.messages.send(road, edit)


def _loss(job: Job, server_id: int, at: datetime) -> AuditEntry:
    facts = {"owner": str(job.owner_id), "model": job.request.model}
    return AuditEntry(server_id, at, BOT_ITSELF, Action.COPY_LOST, after=facts)


def _hidden(upload: Upload) -> GalleryItem:
    shown = upload.picture.format in SHOWN
    return GalleryItem(upload.file_name, upload.alt_text, spoiler=True, shown=shown)
