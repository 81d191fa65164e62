"""What another member sent, nobody else begins with, whatever a server decides."""

import pytest

from bot.domain.deeds import Deed
from bot.domain.next_steps import WITH_PICTURE, Choice
from bot.domain.refusals import OthersUploadError
from bot.domain.requests import ImageRequest, OwnPicture, Upload
from tests.unit.books import a_visit
from tests.unit.test_next_requests import OTHER_ID, a_counter, ended, past_job, steps_at

BROUGHT = Upload("https://cdn.discordapp.com/me.png")
REQUEST = ImageRequest("Me as a queen", "get3w/flux-dev", source=BROUGHT)
AGAIN = sorted(set(Deed) - WITH_PICTURE, key=lambda deed: deed.value)


@pytest.mark.parametrize("deed", AGAIN)
async def test_nobody_else_asks_again_with_an_upload(deed: Deed) -> None:
    counter = a_counter(others_pictures=True)
    entry, steps = ended(counter, past_job(REQUEST)), steps_at(counter)

    with pytest.raises(OthersUploadError):
        await steps.check(a_visit(OTHER_ID), entry, deed)
    with pytest.raises(OthersUploadError):
        await steps.ask(a_visit(OTHER_ID), entry, Choice(deed, request=REQUEST))


@pytest.mark.parametrize("deed", AGAIN)
async def test_whoever_sent_it_asks_again_with_it(deed: Deed) -> None:
    counter = a_counter()
    entry, steps = ended(counter, past_job(REQUEST)), steps_at(counter)
    await steps.check(a_visit(), entry, deed)

    assert (await steps.ask(a_visit(), entry, Choice(deed))).request.source == BROUGHT


async def test_what_was_made_of_an_upload_is_a_picture_of_the_bot_s() -> None:
    counter = a_counter(others_pictures=True)
    entry, steps = ended(counter, past_job(REQUEST)), steps_at(counter)
    await steps.check(a_visit(OTHER_ID), entry, Deed.VARY)
    asked = await steps.ask(a_visit(OTHER_ID), entry, Choice(Deed.VARY))

    assert asked.request.source == OwnPicture(9001)


async def test_others_are_not_offered_to_ask_again_with_an_upload() -> None:
    counter = a_counter(others_pictures=True)
    entry = ended(counter, past_job(REQUEST))
    offered = await steps_at(counter).offered_to(a_visit(OTHER_ID), entry)

    assert set(offered) == WITH_PICTURE
