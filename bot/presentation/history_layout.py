"""The pages of /history as Discord components: a list with thumbnails, and one job at a time.

A page of five takes 27 of a message's 40 components, and at most half of its 4,000 characters.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from discord import ui

from bot.domain.deeds import Deed
from bot.domain.jobs import Done, Job
from bot.domain.showing import Flagged, Showing
from bot.presentation import history_words as words
from bot.presentation import wording
from bot.presentation.error_words import model_name
from bot.presentation.history_buttons import BackButton, OpenButton, RemoveButton, TurnButton
from bot.presentation.layout import GalleryItem, attached_parts, boxed_view
from bot.presentation.next_buttons import InfoButton, next_of
from bot.services.member_history import HistoryPage, HistoryTurn, PastJob

_Part = ui.Item[ui.LayoutView]


def page_view(
    page: HistoryPage, thumbnails: Mapping[int, str] | None = None, note: str = ""
) -> ui.LayoutView:
    """Lay out a page.

    Parameters
    ----------
    thumbnails
        The names of the files that go along, by their jobs' ids.
    note
        What was done just now.
    """
    parts: list[_Part] = [ui.TextDisplay(note)] if note else []
    parts.append(ui.TextDisplay(words.heading()))
    if not page.jobs:
        return boxed_view(*parts, ui.TextDisplay(words.nothing_yet()))
    names = thumbnails or {}
    for number, past in enumerate(page.jobs, 1):
        parts.append(_listed(number, past, names.get(past.entry.job.id)))
    return boxed_view(*parts, _openers(page.jobs), *_turns(page))


@dataclass(frozen=True, slots=True)
class Detail:
    """One job, as it is laid out.

    Attributes
    ----------
    deeds
        What can be done next with it.
    """

    job_id: int
    text: str
    deeds: Collection[Deed] = ()

    def view(self, gallery: Sequence[GalleryItem] = (), lines: Sequence[str] = ()) -> ui.LayoutView:
        """Lay it out; ``lines`` stand above all else."""
        above = [ui.TextDisplay[ui.LayoutView](line) for line in lines]
        pictures = attached_parts(gallery)
        return boxed_view(*above, *pictures, ui.TextDisplay(self.text), *self._rows())

    def _rows(self) -> Sequence[ui.ActionRow[ui.LayoutView]]:
        again, rest = ui.ActionRow[ui.LayoutView](), ui.ActionRow[ui.LayoutView]()
        for button in next_of(self.job_id, self.deeds):
            again.add_item(button)
        for other in (BackButton(), InfoButton(self.job_id), RemoveButton(self.job_id)):
            rest.add_item(other)
        return [again, rest] if again.children else [rest]


def text_beside(past: PastJob, job: Job, done: Done) -> str:
    """Write what stands beside the pictures of a job."""
    return "\n".join([words.detail(past, wording.footer(job, done)), *wording.remarks(job, done)])


def text_alone(past: PastJob) -> str:
    """Write what stands in the place of pictures that can't be shown."""
    return words.detail(past, f"-# {model_name(past.entry.job.request.model)}")


def seen_alone(past: PastJob) -> Showing:
    """Tell how a job's pictures are shown to their member alone."""
    return Showing(spoiler=past.hidden, with_prompt=True, flagged=Flagged.OPEN)


def _listed(number: int, past: PastJob, thumbnail: str | None) -> _Part:
    text = words.listed(number, past)
    if thumbnail is None:
        return ui.TextDisplay(text)
    small = ui.Thumbnail[ui.LayoutView](
        f"attachment://{thumbnail}",
        description=words.thumbnail_alt_text(past.entry.job.request.prompt),
        spoiler=past.hidden,
    )
    return ui.Section(ui.TextDisplay[ui.LayoutView](text), accessory=small)


def _openers(jobs: Sequence[PastJob]) -> ui.ActionRow[ui.LayoutView]:
    row = ui.ActionRow[ui.LayoutView]()
    for number, past in enumerate(jobs, 1):
        row.add_item(OpenButton(past.entry.job.id, words.open_label(number)))
    return row


def _turns(page: HistoryPage) -> Sequence[ui.ActionRow[ui.LayoutView]]:
    row = ui.ActionRow[ui.LayoutView]()
    first, last = page.jobs[0].entry.job.id, page.jobs[-1].entry.job.id
    if page.newer:
        row.add_item(TurnButton(HistoryTurn(after_id=first), words.NEWER_LABEL))
    if page.older:
        row.add_item(TurnButton(HistoryTurn(before_id=last), words.OLDER_LABEL))
    return [row] if row.children else []
