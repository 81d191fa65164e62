"""A picture that is marked as mature is taken by no button to where such pictures are withheld."""

from dataclasses import replace

import pytest

from bot.domain.deeds import Deed
from bot.domain.journal import JournalEntry
from bot.domain.next_steps import WITH_PICTURE, Choice
from bot.domain.refusals import FlaggedSourceError
from bot.domain.requests import OwnPicture
from bot.domain.visits import Visit
from bot.services.image_sources import ImageSources
from tests.unit.books import CHANNEL_ID, Counter, a_visit
from tests.unit.test_next_requests import ASKED, a_counter, ended, past_job, steps_at

FROM_IT = replace(ASKED, source=OwnPicture(9001))
DEEDS = sorted(WITH_PICTURE, key=lambda deed: deed.value)


def flagged(counter: Counter) -> JournalEntry:
    entry = ended(counter)
    assert entry.made is not None
    marked = replace(entry, made=replace(entry.made, flagged=True))
    counter.journals.entries[entry.job.id] = marked
    return marked


def withholding() -> Counter:
    return a_counter(flagged_pictures="withhold", mature_pictures="age_restricted")


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_begins_with_it_where_it_is_withheld(deed: Deed) -> None:
    counter = withholding()
    entry, steps = flagged(counter), steps_at(counter)

    with pytest.raises(FlaggedSourceError):
        await steps.check(a_visit(), entry, deed)
    with pytest.raises(FlaggedSourceError):
        await steps.ask(a_visit(), entry, Choice(deed, text="x"))


async def test_it_is_no_image_for_a_command_there() -> None:
    counter = withholding()
    entry, steps = flagged(counter), steps_at(counter)
    sources = ImageSources(steps, counter.models, counter.book)

    with pytest.raises(FlaggedSourceError):
        await sources.made(a_visit(), CHANNEL_ID, entry.job.id)
    with pytest.raises(FlaggedSourceError):
        await steps.ask(a_visit(), entry, Choice(Deed.EDIT, request=FROM_IT))


async def test_what_came_of_it_is_no_way_round() -> None:
    counter = withholding()
    flagged(counter)
    larger = ended(counter, past_job(FROM_IT, job_id=9002))

    with pytest.raises(FlaggedSourceError):
        await steps_at(counter).ask(a_visit(), larger, Choice(Deed.UPSCALE))


async def spoiler(counter: Counter, entry: JournalEntry, visit: Visit) -> bool:
    steps = steps_at(counter)
    await steps.check(visit, entry, Deed.VARY)
    return (await steps.ask(visit, entry, Choice(Deed.VARY))).spoiler


async def test_elsewhere_what_begins_with_it_is_hidden_at_first() -> None:
    counter = a_counter()

    assert await spoiler(counter, flagged(counter), a_visit())
    assert not await spoiler(counter, ended(counter), a_visit())


async def test_among_adults_it_is_shown_openly() -> None:
    counter = withholding()

    assert not await spoiler(counter, flagged(counter), replace(a_visit(), age_restricted=True))


async def test_its_request_can_be_asked_again() -> None:
    counter = withholding()
    entry = flagged(counter)

    assert (await steps_at(counter).ask(a_visit(), entry, Choice(Deed.AGAIN))).request == ASKED
