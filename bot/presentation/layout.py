"""The message of a job as Discord components: one container in every state.

Components V2 from the first answer to the last edit: the flag can't be taken off a message, and
an answer that began as plain text could not become one without being emptied first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.domain.deeds import Deed
from bot.domain.errors import ImagineError
from bot.domain.jobs import Cancelled, Done, Failed, Job, JobState, Running
from bot.presentation import wording
from bot.presentation.buttons import CancelButton
from bot.presentation.error_words import Words, describe
from bot.presentation.markup import quoted
from bot.presentation.next_buttons import USUAL, end_rows
from bot.presentation.sending import Box

_GREY, _BLURPLE, _GREEN, _RED = 0x80848E, 0x5865F2, 0x248046, 0xDA373C


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One picture of a result, by the name of the file that is uploaded with it.

    Attributes
    ----------
    shown
        Whether it is shown, or handed over as a file for whoever wants it.
    """

    file_name: str
    alt_text: str
    spoiler: bool
    shown: bool = True


def job_view(
    job: Job,
    state: JobState,
    now: datetime,
    gallery: tuple[GalleryItem, ...] = (),
    extra: tuple[str, ...] = (),
    *,
    deeds: Collection[Deed] = USUAL,
) -> ui.LayoutView:
    """Lay out one state; ``extra`` lines stand above all else, and ``deeds`` are offered below."""
    parts: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(line) for line in extra]
    parts += attached_parts(gallery)
    parts += _state_parts(job, state, now, deeds)
    return _boxed(parts, _accent(state))


def first_box(job: Job, state: JobState, now: datetime) -> Box:
    """Lay out the state that a job begins with, for whoever answers without a view.

    The library draws a random name for each view, and meanwhile another thread takes its turn.
    """
    return ui.Container(*_state_parts(job, state, now, USUAL), accent_color=_accent(state))


def _state_parts(
    job: Job, state: JobState, now: datetime, deeds: Collection[Deed]
) -> list[ui.Item[ui.LayoutView]]:
    text: ui.Item[ui.LayoutView] = ui.TextDisplay(job_text(job, state, now))
    if isinstance(state, Done | Failed | Cancelled):
        return [text, *end_rows(job, state, deeds)]
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    return [text, row.add_item(CancelButton(job.id))]


def job_text(job: Job, state: JobState, now: datetime) -> str:
    """Write all the text of a state; two states that read the same need no edit between them."""
    words = wording.headline(state, now)
    prompt = quoted(job.request.prompt) if job.showing.with_prompt else ""
    lines = [words.title, words.detail, prompt]
    lines += [wording.footer(job, state), *wording.remarks(job, state)]
    return "\n".join(line for line in lines if line)


def notice_view(words: Words) -> ui.LayoutView:
    """Lay out a private sentence or two: the headline in bold, the rest behind it."""
    return _boxed([ui.TextDisplay(f"**{words.title}** {words.detail}".strip())], None)


def refusal_view(error: ImagineError) -> ui.LayoutView:
    """Lay out why something is refused, and what to do instead."""
    return notice_view(describe(error))


def text_view(
    *paragraphs: str, buttons: ui.ActionRow[ui.LayoutView] | None = None
) -> ui.LayoutView:
    """Lay out longer text, a block for each paragraph, with a row of buttons below."""
    parts: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(paragraph) for paragraph in paragraphs]
    return _boxed(parts if buttons is None else [*parts, buttons], _BLURPLE)


def boxed_view(*parts: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    """Lay out texts and rows of buttons that live by their ids alone."""
    return _boxed(list(parts), None)


def asking_view(
    *paragraphs: str,
    buttons: Sequence[ui.DynamicItem[ui.Button[ui.LayoutView]]],
    file_name: str | None = None,
) -> ui.LayoutView:
    """Lay out text with buttons below; a file that is uploaded with it stands beside the box."""
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for button in buttons:
        row.add_item(button)
    view = _boxed([*map(ui.TextDisplay[ui.LayoutView], paragraphs), row], _BLURPLE)
    return _with_file(view, file_name)


def file_view(*paragraphs: str, file_name: str) -> ui.LayoutView:
    """Lay out text, and a file that is uploaded with it."""
    return _with_file(text_view(*paragraphs), file_name)


def _with_file(view: ui.LayoutView, file_name: str | None) -> ui.LayoutView:
    return view.add_item(ui.File(f"attachment://{file_name}")) if file_name else view


def _boxed(parts: list[ui.Item[ui.LayoutView]], accent: int | None) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_color=accent))
    # Nothing listens to it, since buttons are known by their ids alone; the library would keep a
    # private one for 15 minutes, with a task that waits for their end.
    view.stop()
    return view


def attached_parts(items: Sequence[GalleryItem]) -> list[ui.Item[ui.LayoutView]]:
    """Lay out what is uploaded with a message: a gallery, and below it the files."""
    gallery = [_medium(item) for item in items if item.shown]
    files = [_file(item) for item in items if not item.shown]
    return [ui.MediaGallery(*gallery), *files] if gallery else [*files]


def _medium(item: GalleryItem) -> discord.MediaGalleryItem:
    address = f"attachment://{item.file_name}"
    return discord.MediaGalleryItem(address, description=item.alt_text, spoiler=item.spoiler)


def _file(item: GalleryItem) -> ui.File[ui.LayoutView]:
    return ui.File(f"attachment://{item.file_name}", spoiler=item.spoiler)


def _accent(state: JobState) -> int:
    match state:
        case Done():
            return _GREEN
        case Failed():
            return _RED
        case Running():
            return _BLURPLE
        case _:
            return _GREY
