"""Whose pictures of the past somebody gets, which page of them, and how they may be shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.journal import JournalEntry
from bot.domain.refusals import NotSetUpError, PictureGoneError
from bot.domain.server_settings import ServerSettings
from bot.domain.showing import Flagged, Showing
from bot.domain.visits import Visit
from bot.services.member_history import PAGE_PICTURES, HistoryPage, HistoryTurn
from tests.unit.books import EVERYTHING, a_policy, a_visit
from tests.unit.jobs import a_job
from tests.unit.past_jobs import Past, painted

OWN = a_visit()


@pytest.fixture
def past() -> Past:
    return Past()


def ids(page: HistoryPage) -> list[int]:
    return [each.entry.job.id for each in page.jobs]


def decided(past: Past, **settings: object) -> None:
    past.counter.policies.usual = a_policy(settings=replace(ServerSettings(), **settings))


async def test_pages_follow_one_another_without_a_gap(past: Past) -> None:
    for number in range(1, 2 * PAGE_PICTURES + 2):
        past.keep(painted(a_job(number)))

    first = await past.history.page(OWN, HistoryTurn())
    second = await past.history.page(OWN, HistoryTurn(before_id=ids(first)[-1]))
    third = await past.history.page(OWN, HistoryTurn(before_id=ids(second)[-1]))
    back = await past.history.page(OWN, HistoryTurn(after_id=ids(third)[0]))

    assert ids(first) + ids(second) + ids(third) == list(range(11, 0, -1))
    assert [(page.newer, page.older) for page in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert ids(back) == ids(second)
    assert (back.newer, back.older) == (True, True)


async def test_where_a_page_is_gone_the_latest_is_shown(past: Past) -> None:
    past.keep(painted(a_job(7)))

    page = await past.history.page(OWN, HistoryTurn(before_id=3))

    assert ids(page) == [7]
    assert (page.newer, page.older) == (False, False)


@pytest.mark.parametrize("stranger", [a_visit(4002), a_visit(server_id=1002)])
async def test_what_isn_t_one_s_own_or_of_another_server_isn_t_there(
    past: Past, stranger: Visit
) -> None:
    entry = past.keep()

    with pytest.raises(PictureGoneError):
        await past.history.show(stranger, entry.job.id)
    assert ids(await past.history.page(stranger, HistoryTurn())) == []


async def test_a_job_without_a_picture_isn_t_there(past: Past) -> None:
    entry = painted(a_job())
    past.keep(replace(entry, step=entry.step.FAILED), pictures=())

    with pytest.raises(PictureGoneError):
        await past.history.show(OWN, entry.job.id)


async def test_what_is_kept_goes_when_the_server_or_the_host_wants(past: Past) -> None:
    entry = past.keep()
    decided(past, retention_days=7)
    assert (await past.history.show(OWN, entry.job.id)).kept_until == until(entry, 7)

    stricter = replace(past.history, kept_days_max=3)
    assert (await stricter.show(OWN, entry.job.id)).kept_until == until(entry, 3)


def until(entry: JournalEntry, days: int) -> object:
    return entry.accepted_at + timedelta(days=days)


async def test_a_mature_picture_isn_t_shown_where_such_are_withheld(past: Past) -> None:
    entry = past.keep(painted(a_job(), flagged=True))
    decided(past, flagged_pictures="withhold", mature_pictures="age_restricted")

    here = await past.history.show(OWN, entry.job.id)
    there = await past.history.show(replace(OWN, age_restricted=True), entry.job.id)

    assert here.withheld
    assert not here.pictures
    assert not there.withheld
    assert there.pictures
    assert not there.hidden


@pytest.mark.parametrize("flagged", [False, True])
async def test_what_was_hidden_at_first_is_hidden_again(past: Past, *, flagged: bool) -> None:
    job = a_job(showing=Showing(spoiler=not flagged, flagged=Flagged.SPOILER))
    entry = past.keep(painted(job, flagged=flagged))

    assert (await past.history.show(OWN, entry.job.id)).hidden


async def test_letting_go_takes_entry_and_pictures(past: Past) -> None:
    entry = past.keep()

    await past.history.remove(entry)

    assert not past.jobs.entries
    assert not past.shelves.kept


async def test_where_the_host_lets_nobody_in_nothing_is_shown(past: Past) -> None:
    entry = past.keep()
    past.counter.host = replace(EVERYTHING, server_ids=frozenset({5}))

    with pytest.raises(NotSetUpError):
        await past.history.page(OWN, HistoryTurn())
    with pytest.raises(NotSetUpError):
        await past.history.show(OWN, entry.job.id)
