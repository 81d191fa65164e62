"""A server that the database is too slow with keeps no other from its retention."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.services.retention import Housekeeping, PastPictures
from tests.unit.records_side import KeptJobs, KeptServers
from tests.unit.scripted import Shelves
from tests.unit.test_retention import ELSEWHERE, HERE, THERE, House


class SlowJobs(KeptJobs):
    """Jobs of which some servers have too many; remembers of which it was asked."""

    def __init__(self, *slow: int) -> None:
        super().__init__()
        self.slow, self.asked = slow, list[int]()

    async def before(self, server_id: int, moment: datetime) -> Collection[int]:
        self.asked.append(server_id)
        if server_id in self.slow:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return await super().before(server_id, moment)


def keeping(jobs: SlowJobs, *servers: int) -> tuple[Housekeeping, KeptServers]:
    kept, past = KeptServers(list(servers)), PastPictures(jobs, Shelves())
    return replace(House().keeping, retention=kept, past=past), kept


async def test_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    jobs = SlowJobs(HERE)
    house, kept = keeping(jobs, HERE, THERE, ELSEWHERE)

    await house.purge()

    assert jobs.asked == [HERE, THERE, ELSEWHERE]
    assert len(kept.purged_left) == 1
    assert any("retention of a server waits" in message for message in caplog.messages)


async def test_a_database_that_is_away_isn_t_asked_for_every_server() -> None:
    jobs = SlowJobs(*range(1, 100))
    house, _ = keeping(jobs, *range(1, 100))

    with pytest.raises(StoreUnavailableError):
        await house.purge()
    assert jobs.asked == [1, 2, 3, 4, 5]
