"""What the last edit of a message holds.

Pictures as they are, pictures made to fit, or a link where nothing fits. Where Discord takes no
picture at all, as when the bot lost its right to attach files meanwhile, the words alone: a message
must not stay at a percentage for ever, and an address is worth something to who paid.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from discord import ui

from bot.domain.deeds import Deed
from bot.domain.errors import PictureNotTakenError
from bot.domain.jobs import Done, Failed, Job, LastState
from bot.domain.pictures import Alteration, Picture, PictureFormat
from bot.presentation import wording
from bot.presentation.fitting import PictureFitter
from bot.presentation.layout import GalleryItem, job_view
from bot.presentation.next_buttons import USUAL
from bot.presentation.sending import Edit, Upload
from bot.presentation.shown_formats import SHOWN

# The whole request may have 25 MiB; the rest of it is JSON.
# https://discord.com/developers/docs/reference#uploading-files
REQUEST_MAX_BYTES = 24 * 1024 * 1024
# How long the image API keeps outputs (its policy on data retention).
OUTPUTS_KEPT_FOR = timedelta(days=7)
# Shared by the links of a message: with all other words they stay within its 4,000 characters.
LINKS_MAX_CHARACTERS = 2_800
_SHRINK = 0.6
_SMALLEST_LIMIT_BYTES = 64 * 1024

LayOut = Callable[[Job, Done, datetime, tuple[GalleryItem, ...], tuple[str, ...]], ui.LayoutView]


@dataclass(frozen=True, slots=True)
class _Part:
    """What becomes of one picture."""

    original: Picture
    shown: Picture | None = None
    file: Picture | None = None

    @property
    def uploaded(self) -> list[Picture]:
        """All that goes along, what is shown before what is handed over."""
        return [picture for picture in (self.shown, self.file) if picture is not None]

    @property
    def told(self) -> Picture | None:
        """The picture that the words are about."""
        if self.shown is None and self.file is not None:
            return replace(self.file, altered=(Alteration.AS_FILE,))
        return self.shown


class FinalEdits:
    """Composes the edit for one end, and again as Discord finds fault with it.

    Parameters
    ----------
    file_max_bytes
        The largest attachment that the message may carry.
    deeds
        What is offered below.
    lay_out
        How pictures are shown with their words, where that isn't as in the message of a job.
    """

    def __init__(
        self,
        job: Job,
        final: LastState,
        file_max_bytes: int,
        fitter: PictureFitter,
        deeds: Collection[Deed] = USUAL,
        *,
        lay_out: LayOut | None = None,
    ) -> None:
        self._job = job
        self._final = final
        self._max_bytes = file_max_bytes
        self._fitter = fitter
        self._deeds = deeds
        self._lay_out = lay_out or self._as_result
        self._lines: tuple[str, ...] = ()

    async def compose(self, now: datetime, *lines: str) -> Edit:
        """Compose the edit; ``lines`` stand above all else."""
        final, lines = self._final, (*lines, *self._lines)
        if not isinstance(final, Done):
            return Edit(job_view(self._job, final, now, extra=lines, deeds=self._deeds))
        parts = await self._parts(final.pictures)
        missing = [part.original for part in parts if part.told is None]
        lines = (*lines, *_too_large(missing, now))
        told = tuple(part.told for part in parts if part.told is not None)
        shown = replace(final, pictures=told or final.pictures)
        uploads = self._uploads(parts)
        hidden = self._job.showing.hides(flagged=final.flagged)
        gallery = tuple(
            GalleryItem(u.file_name, u.alt_text, hidden, shown=u.picture.format in SHOWN)
            for u in uploads
        )
        return Edit(self._lay_out(self._job, shown, now, gallery, lines), uploads)

    def _as_result(
        self,
        job: Job,
        done: Done,
        now: datetime,
        gallery: tuple[GalleryItem, ...],
        lines: tuple[str, ...],
    ) -> ui.LayoutView:
        return job_view(job, done, now, gallery, lines, deeds=self._deeds)

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

    async def _parts(self, pictures: Sequence[Picture]) -> list[_Part]:
        if self._max_bytes < _SMALLEST_LIMIT_BYTES:
            return [_Part(picture) for picture in pictures]
        # What is worth having as a file is there twice.
        count = len(pictures) + sum(picture.format is PictureFormat.SVG for picture in pictures)
        max_bytes = min(self._max_bytes, REQUEST_MAX_BYTES // max(count, 1))
        return [await self._part(picture, max_bytes) for picture in pictures]

    async def _part(self, picture: Picture, max_bytes: int) -> _Part:
        shown = await self._fitter.fit(picture, max_bytes)
        return _Part(picture, shown, await self._fitter.file_of(picture, max_bytes))

    def _uploads(self, parts: Sequence[_Part]) -> tuple[Upload, ...]:
        job = self._job
        alt_text = wording.alt_text(job.request.prompt if job.showing.with_prompt else "")
        return tuple(
            Upload(f"imagine-{job.reference}-{number}.{one.format.extension}", one, alt_text)
            for number, part in enumerate(parts, 1)
            for one in part.uploaded
        )


def _too_large(pictures: Sequence[Picture], now: datetime) -> list[str]:
    links = _links(pictures, now)
    return [wording.picture_too_large(link) if link else wording.picture_lost() for link in links]


def _links(pictures: Sequence[Picture], now: datetime) -> list[str | None]:
    """Write a link for each picture that has an address, where a message has room for it."""
    room = LINKS_MAX_CHARACTERS // max(len(pictures), 1)
    until = now + OUTPUTS_KEPT_FOR
    lines = (p.source_url and wording.picture_link(p.source_url, until) for p in pictures)
    return [line if line and len(line) <= room else None for line in lines]
