"""What the log of a server keeps of a limit that stood against somebody."""

from dataclasses import replace

import pytest

from bot.domain.errors import RefusalError
from bot.domain.server_policy import JsonValue
from tests.unit.books import EVERYTHING, Counter
from tests.unit.jobs import a_job


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        (
            {"member_pictures_per_day": 1},
            {"holder": "member", "measure": "pictures a day", "at_most": 1, "used": 1},
        ),
        (
            {"server_at_once": 1},
            {"holder": "server", "measure": "jobs at once", "at_most": 1, "used": 1},
        ),
        (
            {"member_cooldown": 60},
            {"holder": "member", "measure": "seconds between", "at_most": 60, "used": 0},
        ),
    ],
)
async def test_a_refusal_keeps_whose_limit_it_was_and_how_much(
    settings: dict[str, JsonValue], limit: JsonValue
) -> None:
    counter, job = Counter(), a_job(1)
    counter.policies.set(job.visit.server_id, **settings)
    await counter.bookings.take(job)

    with pytest.raises(RefusalError):
        await counter.bookings.take(a_job(2))

    (entry,) = counter.log.kept
    assert isinstance(entry.after, dict)
    assert entry.after["limit"] == limit


async def test_a_server_does_not_learn_what_the_host_spends() -> None:
    counter = Counter(host=replace(EVERYTHING, microdollars_per_day=1))

    with pytest.raises(RefusalError):
        await counter.bookings.take(a_job())

    (entry,) = counter.log.kept
    assert isinstance(entry.after, dict)
    assert entry.after["limit"] == {"holder": "host"}


async def test_the_host_s_limit_for_each_member_is_told() -> None:
    counter = Counter(host=replace(EVERYTHING, member_pictures_per_day=0))

    with pytest.raises(RefusalError):
        await counter.bookings.take(a_job())

    (entry,) = counter.log.kept
    assert isinstance(entry.after, dict)
    assert entry.after["limit"] == {
        "holder": "member everywhere",
        "measure": "pictures a day",
        "at_most": 0,
        "used": 0,
    }
