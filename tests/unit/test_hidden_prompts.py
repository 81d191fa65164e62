"""A prompt that isn't shown is nobody's to read but its owner's, by no way round."""

import pytest

from bot.domain.deeds import Deed
from bot.domain.journal import JournalEntry
from bot.domain.next_steps import Choice
from bot.domain.refusals import PromptHiddenError
from bot.domain.requests import ImageRequest, OwnPicture
from bot.domain.showing import Showing
from bot.services.image_sources import ImageSources
from tests.unit.books import CHANNEL_ID, Counter, a_visit
from tests.unit.test_next_requests import OTHER_ID, a_counter, ended, past_job, steps_at

WITH_ITS_WORDS = sorted(set(Deed) - {Deed.CHANGE}, key=lambda deed: deed.value)


def hidden(counter: Counter) -> JournalEntry:
    return ended(counter, past_job(showing=Showing(with_prompt=False)))


@pytest.mark.parametrize("deed", WITH_ITS_WORDS)
async def test_nobody_else_gets_a_picture_with_words_that_are_not_shown(deed: Deed) -> None:
    counter = a_counter(others_pictures=True)
    entry, steps = hidden(counter), steps_at(counter)

    with pytest.raises(PromptHiddenError):
        await steps.check(a_visit(OTHER_ID), entry, deed)
    with pytest.raises(PromptHiddenError):
        await steps.ask(a_visit(OTHER_ID), entry, Choice(deed))


@pytest.mark.parametrize("deed", WITH_ITS_WORDS)
async def test_their_owner_does(deed: Deed) -> None:
    counter = a_counter()
    entry, steps = hidden(counter), steps_at(counter)
    await steps.check(a_visit(), entry, deed)

    assert (await steps.ask(a_visit(), entry, Choice(deed))).request.prompt == "A cat"


async def test_others_are_offered_a_change_alone() -> None:
    counter = a_counter(others_pictures=True)
    entry, steps = hidden(counter), steps_at(counter)

    assert set(await steps.offered_to(a_visit(OTHER_ID), entry)) == {Deed.CHANGE}
    await steps.check(a_visit(OTHER_ID), entry, Deed.CHANGE)


async def test_with_words_of_their_own_others_begin_with_the_picture() -> None:
    counter = a_counter(others_pictures=True)
    entry, steps = hidden(counter), steps_at(counter)
    bob, wanted = a_visit(OTHER_ID), ImageRequest("My own", "a/edit", source=OwnPicture(9001))
    sources = ImageSources(steps, counter.models, counter.book)

    assert await sources.made(bob, CHANNEL_ID, 9001) == entry
    asked = await steps.ask(bob, entry, Choice(Deed.EDIT, request=wanted))
    assert asked.request == wanted
