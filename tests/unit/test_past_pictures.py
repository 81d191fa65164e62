"""Where the pictures of past jobs are, for whoever begins with one."""

import pytest

from bot.domain.journal import Made
from bot.domain.pictures import OutputLink
from bot.domain.requests import OwnPicture
from bot.services.past_pictures import KeptPictures
from tests.unit.jobs import a_job, a_picture
from tests.unit.journals import Journals, an_entry
from tests.unit.scripted import Shelves
from tests.unit.virtual_time import START

LINK = OutputLink("https://pictures.example/2.png")


@pytest.fixture
async def pictures() -> KeptPictures:
    """Two pictures of one job; the first came as bytes."""
    shelves, journals = Shelves({9001: (a_picture(b"1"), a_picture(b"2"))}), Journals()
    at_work = an_entry(a_job()).answered(1).submitted(START)
    journals.entries[9001] = at_work.completed(Made((None, LINK), 3.2))
    return KeptPictures(shelves, journals)


async def test_each_picture_of_a_job_is_found_by_its_number(pictures: KeptPictures) -> None:
    assert await pictures.kept(OwnPicture(9001, 1)) == a_picture(b"2")
    assert await pictures.address(OwnPicture(9001, 1)) == LINK


@pytest.mark.parametrize("source", [OwnPicture(9001, 2), OwnPicture(404)])
async def test_what_was_never_made_is_nowhere(pictures: KeptPictures, source: OwnPicture) -> None:
    assert await pictures.kept(source) is None
    assert await pictures.address(source) is None


async def test_what_came_as_bytes_has_no_address(pictures: KeptPictures) -> None:
    assert await pictures.address(OwnPicture(9001, 0)) is None
