"""What the last edit of a message holds.

Pictures as they are, pictures made to fit, or a link where nothing fits. Where Discord takes no
picture at all, as when the bot lost its right to attach files meanwhile, the words alone: a message
must not stay at a percentage for ever, and an address is worth something to who paid.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import PictureNotTakenError
from bot.domain.jobs import Done, Failed, Job, LastState
from bot.domain.pictures import Picture
from bot.presentation import wording
from bot.presentation.fitting import PictureFitter
from bot.presentation.layout import GalleryItem, job_view
from bot.presentation.sending import Edit, Upload

# The whole request may have 25 MiB; the rest of it is JSON.
# https://discord.com/developers/docs/reference#uploading-files
REQUEST_MAX_BYTES = 24 * 1024 * 1024
# How long the image API keeps outputs (its policy on data retention).
OUTPUTS_KEPT_FOR = timedelta(days=7)
# Shared by the links of a message: with all other words they stay within its 4,000 characters.
LINKS_MAX_CHARACTERS = 2_800
_SHRINK = 0.6
_SMALLEST_LIMIT_BYTES = 64 * 1024


class FinalEdits:
    """Composes the edit for one end, and again as Discord finds fault with it.

    Parameters
    ----------
    file_max_bytes
        The largest attachment that the message may carry.
    """

    def __init__(
        self, job: Job, final: LastState, file_max_bytes: int, fitter: PictureFitter
    ) -> None:
        self._job = job
        self._final = final
        self._max_bytes = file_max_bytes
        self._fitter = fitter
        self._lines: tuple[str, ...] = ()

    async def compose(self, now: datetime, *lines: str) -> Edit:
        """Compose the edit; ``lines`` stand above all else."""
        final, lines = self._final, (*lines, *self._lines)
        if not isinstance(final, Done):
            return Edit(job_view(self._job, final, now, extra=lines))
        fitted = await self._fitted(final.pictures)
        uploads = tuple(_uploads(self._job, [picture for picture in fitted if picture]))
        missing = [p for p, fit in zip(final.pictures, fitted, strict=True) if not fit]
        lines = (*lines, *_too_large(missing, now))
        hidden = self._job.showing.hides(flagged=final.flagged)
        gallery = tuple(GalleryItem(u.file_name, u.alt_text, hidden) for u in uploads)
        shown = replace(final, pictures=tuple(u.picture for u in uploads) or final.pictures)
        return Edit(job_view(self._job, shown, now, gallery, lines), uploads)

    def lower_limit(self, refused: Sequence[Upload]) -> None:
        """Make pictures smaller than those which Discord called too large."""
        largest_bytes = max(upload.picture.size_bytes for upload in refused)
        self._max_bytes = int(min(self._max_bytes, largest_bytes) * _SHRINK)

    def leave_pictures_out(self, now: datetime) -> bool:
        """Keep but words and links; ``False`` where there is no picture to leave out."""
        if not isinstance(self._final, Done):
            return False
        self._lines = tuple(line for line in _links(self._final.pictures, now) if line)
        self._final = Failed(PictureNotTakenError())
        return True

    async def _fitted(self, pictures: Sequence[Picture]) -> list[Picture | None]:
        if self._max_bytes < _SMALLEST_LIMIT_BYTES:
            return [None] * len(pictures)
        max_bytes = min(self._max_bytes, REQUEST_MAX_BYTES // max(len(pictures), 1))
        return [await self._fitter.fit(picture, max_bytes) for picture in pictures]


def _uploads(job: Job, pictures: Sequence[Picture]) -> list[Upload]:
    alt_text = wording.alt_text(job.request.prompt if job.showing.with_prompt else "")
    return [
        Upload(f"imagine-{job.reference}-{number}.{picture.format.extension}", picture, alt_text)
        for number, picture in enumerate(pictures, 1)
    ]


def _too_large(pictures: Sequence[Picture], now: datetime) -> list[str]:
    links = _links(pictures, now)
    return [wording.picture_too_large(link) if link else wording.picture_lost() for link in links]


def _links(pictures: Sequence[Picture], now: datetime) -> list[str | None]:
    """Write a link for each picture that has an address, where a message has room for it."""
    room = LINKS_MAX_CHARACTERS // max(len(pictures), 1)
    until = now + OUTPUTS_KEPT_FOR
    lines = (p.source_url and wording.picture_link(p.source_url, until) for p in pictures)
    return [line if line and len(line) <= room else None for line in lines]
