"""A picture that was withheld is nothing to begin with, through whatever door."""

from dataclasses import replace

import pytest

from bot.domain.errors import PictureWithheldError
from bot.domain.journal import JournalEntry, Made
from bot.domain.pictures import OutputLink
from bot.domain.refusals import NoPictureError
from bot.domain.requests import OwnPicture
from bot.domain.showing import Flagged, Showing
from bot.services.image_sources import ImageSources
from bot.services.past_pictures import KeptPictures
from tests.unit.books import CHANNEL_ID, Counter, a_visit
from tests.unit.jobs import a_job
from tests.unit.journals import an_entry
from tests.unit.scripted import Shelves
from tests.unit.test_next_requests import a_counter, steps_at
from tests.unit.virtual_time import START

LINK = OutputLink("https://pictures.example/1.png")


def completed(counter: Counter, *, flagged: bool) -> JournalEntry:
    """Keep a job whose picture exists at the API, in a place that withholds."""
    job = replace(a_job(), showing=Showing(flagged=Flagged.WITHHOLD))
    at_work = an_entry(job).answered(6001).submitted(START)
    entry = at_work.completed(Made((LINK,), 3.2, flagged))
    counter.journals.entries[job.id] = entry
    return entry


def withheld(counter: Counter) -> JournalEntry:
    entry = completed(counter, flagged=True).failed(PictureWithheldError(), START).closed()
    counter.journals.entries[entry.job.id] = entry
    return entry


async def begun_with(counter: Counter, job_id: int) -> JournalEntry:
    sources = ImageSources(steps_at(counter), counter.models, counter.book)
    return await sources.made(a_visit(), CHANNEL_ID, job_id)


async def address(counter: Counter, job_id: int) -> OutputLink | None:
    return await KeptPictures(Shelves(), counter.journals).address(OwnPicture(job_id))


async def test_what_was_withheld_is_no_image_for_a_command() -> None:
    counter = a_counter()
    entry = withheld(counter)

    with pytest.raises(NoPictureError):
        await begun_with(counter, entry.job.id)
    assert await address(counter, entry.job.id) is None


async def test_what_is_about_to_be_withheld_is_none_either() -> None:
    counter = a_counter()
    entry = completed(counter, flagged=True)

    with pytest.raises(NoPictureError):
        await begun_with(counter, entry.job.id)
    assert await address(counter, entry.job.id) is None


async def test_what_was_delivered_there_can_be_begun_with() -> None:
    counter = a_counter()
    entry = completed(counter, flagged=False)
    counter.journals.entries[entry.job.id] = entry.delivered(START)

    assert (await begun_with(counter, entry.job.id)).job == entry.job
    assert await address(counter, entry.job.id) == LINK
