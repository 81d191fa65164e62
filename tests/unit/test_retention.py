"""Letting go on virtual time: what is too old, servers that were left, jobs nobody ended."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.audit_actions import Action
from bot.domain.member_records import SafetyRecord
from bot.domain.server_policy import HOST
from bot.services.privacy import PersonalData
from bot.services.retention import ROUND_S, Housekeeping, PastPictures, Presence
from bot.services.safety_pause import SafetyPauses
from tests.unit.books import Policies
from tests.unit.host_side import KeptPolicies, LogBook
from tests.unit.jobs import GUILD_ID, OWNER_ID, a_job, a_picture
from tests.unit.journals import an_entry
from tests.unit.records_side import KeptJobs, KeptPreferences, KeptRecords, KeptServers
from tests.unit.scripted import Shelves
from tests.unit.virtual_time import START, LoopClock

HERE, THERE, ELSEWHERE = 10, 20, 30


def nowhere(_: int) -> bool:
    return False


class SlowServers(KeptServers):
    """A store that takes a second for each thing but a return."""

    async def servers(self) -> Collection[int]:
        await LoopClock().sleep(1)
        return await super().servers()

    async def left(self, server_id: int, at: datetime) -> None:
        await LoopClock().sleep(1)
        await super().left(server_id, at)


@dataclass
class LostJobs:
    """What of ``Ledger`` housekeeping needs."""

    closed: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def settle_abandoned(self, taken_before: datetime, at: datetime) -> int:
        self.closed.append((taken_before, at))
        return len(self.closed) % 2


class House:
    """All that is kept, and who keeps it tidy."""

    def __init__(self, *, alone: bool = True, kept_days_max: int = 90) -> None:
        self.servers, self.jobs, self.policies = KeptServers(), LostJobs(), Policies()
        self.host = KeptPolicies()
        self.past, self.shelves = KeptJobs(), Shelves()
        self.keeping = Housekeeping(
            self.servers,
            PastPictures(self.past, self.shelves),
            self.jobs,
            self.policies,
            self.host,
            kept_days_max,
            alone,
            LoopClock(),
        )
        self.presence = Presence(self.servers, LoopClock())

    @asynccontextmanager
    async def tidied_for(self, hours: float) -> AsyncIterator[None]:
        keeping = asyncio.create_task(self.keeping.keep_tidy())
        await LoopClock().sleep(hours * ROUND_S + 1)
        yield
        keeping.cancel()
        await asyncio.wait({keeping})


def past() -> PastPictures:
    return PastPictures(KeptJobs(), Shelves())


def days(number: float) -> timedelta:
    return timedelta(days=number)


async def test_each_server_s_own_time_counts_within_the_host_s() -> None:
    house = House(kept_days_max=60)
    house.servers.known = [HERE, THERE, ELSEWHERE]
    house.policies.set(HERE, retention_days=7)
    house.policies.set(THERE, retention_days=90)

    await house.keeping.purge()

    assert house.servers.purged == [
        (HERE, START - days(7)),
        (THERE, START - days(60)),
        (ELSEWHERE, START - days(30)),
    ]


async def test_servers_that_were_left_go_after_thirty_days() -> None:
    house = House()

    await house.keeping.purge()

    assert house.servers.purged_left == [START - days(30)]


async def test_it_purges_at_the_start_and_every_six_hours() -> None:
    house = House()

    async with house.tidied_for(13):
        assert house.servers.tidied == [START + timedelta(hours=h) for h in (0, 6, 12)]


async def test_one_process_alone_closes_at_its_start_whatever_is_open() -> None:
    house = House(alone=True)

    async with house.tidied_for(0):
        assert house.jobs.closed == [(START, START)]


async def test_several_processes_close_only_what_is_an_hour_old() -> None:
    house = House(alone=False)

    async with house.tidied_for(0):
        assert house.jobs.closed == [(START - timedelta(hours=1), START)]


@pytest.mark.parametrize("alone", [True, False])
async def test_every_hour_what_is_an_hour_old_is_closed(*, alone: bool) -> None:
    house = House(alone=alone)

    async with house.tidied_for(2):
        assert house.jobs.closed[1:] == [
            (START, START + timedelta(hours=1)),
            (START + timedelta(hours=1), START + timedelta(hours=2)),
        ]


async def test_a_database_that_is_away_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.servers.away = True

    async with house.tidied_for(0):
        house.servers.away = False
        await LoopClock().sleep(6 * ROUND_S)

        assert len(house.servers.purged_left) == 1
    assert any("retention waits" in message for message in caplog.messages)


async def test_a_server_is_left_at_that_moment_and_kept_once_the_bot_is_back() -> None:
    house = House()

    await house.presence.left(HERE)
    assert house.servers.left_at == {HERE: START}

    await house.presence.returned(HERE)
    assert house.servers.left_at == {}


async def test_what_was_at_hand_of_a_server_is_let_go_when_it_is_left() -> None:
    forgotten: list[int] = []

    await Presence(KeptServers(), LoopClock(), (forgotten.append,)).left(HERE)

    assert forgotten == [HERE]


async def test_what_changed_while_the_bot_was_away_is_noted_when_it_is_ready() -> None:
    house = House()
    house.servers.known = [HERE, THERE]
    house.servers.left_at = {HERE: START - days(5)}

    await house.presence.reconcile({HERE}.__contains__, lambda _: True)

    assert house.servers.left_at == {THERE: START}


async def test_servers_of_other_processes_are_not_judged() -> None:
    house = House()
    house.servers.known = [HERE, THERE]

    await house.presence.reconcile(nowhere, lambda server_id: server_id == HERE)

    assert house.servers.left_at == {HERE: START}


async def test_a_server_that_comes_back_while_all_are_compared_is_not_taken_for_left() -> None:
    servers, present = SlowServers(known=[THERE, HERE]), set[int]()
    presence = Presence(servers, LoopClock())

    async with asyncio.TaskGroup() as group:
        group.create_task(presence.reconcile(present.__contains__, lambda _: True))
        await LoopClock().sleep(0.5)
        present.add(HERE)
        group.create_task(presence.returned(HERE))

    assert set(servers.left_at) == {THERE}


async def test_a_server_that_is_left_and_joined_at_once_counts_as_joined() -> None:
    servers = SlowServers(known=[HERE])
    presence = Presence(servers, LoopClock())

    async with asyncio.TaskGroup() as group:
        group.create_task(presence.left(HERE))
        group.create_task(presence.returned(HERE))

    assert servers.left_at == {}


async def test_a_server_that_is_there_again_is_noted_where_it_was_left_before() -> None:
    house = House()
    house.servers.left_at = {THERE: START}

    await house.presence.left(HERE)
    await house.presence.there_again(HERE)
    await house.presence.there_again(THERE)

    # THERE was left in the time of another process, whose word the comparison at the start takes.
    assert house.servers.left_at == {THERE: START}


async def test_a_return_that_could_not_be_noted_is_noted_when_the_server_is_told_of_next() -> None:
    house = House()
    await house.presence.left(HERE)

    house.servers.away = True
    await house.presence.returned(HERE)
    house.servers.away = False
    await house.presence.there_again(HERE)

    assert house.servers.left_at == {}


async def test_coming_and_going_doesn_t_fail_without_the_database() -> None:
    house = House()
    house.servers.known, house.servers.away = [HERE], True

    await house.presence.left(HERE)
    await house.presence.returned(HERE)
    await house.presence.reconcile(nowhere, lambda _: True)

    assert house.servers.left_at == {}


async def test_what_the_safety_filter_refused_goes_within_two_hours() -> None:
    house = House()
    pauses = SafetyPauses(house.host, LogBook())
    for job_id in (1, 2, 3):
        await pauses.note_refusal(a_job(job_id), START)
    assert house.host.kept[HOST].blocks

    async with house.tidied_for(2):
        assert (house.host.kept[HOST].settings, house.host.kept[HOST].blocks) == ({}, {})


async def test_what_the_safety_filter_refused_is_kept_while_it_counts() -> None:
    house = House()
    await SafetyPauses(house.host, LogBook()).note_refusal(a_job(), START)
    before = house.host.kept[HOST]

    async with house.tidied_for(0):
        assert house.host.kept[HOST] == before


async def test_a_member_takes_along_what_the_safety_filter_refused() -> None:
    host, moments = KeptPolicies(), (START - timedelta(minutes=20), START)
    for number, at in enumerate(moments):
        await SafetyPauses(host, LogBook()).note_refusal(a_job(number), at)
    data = PersonalData(KeptRecords(), past(), Policies(), host, 90, LoopClock(), KeptPreferences())

    record = await data.export(HERE, OWNER_ID)

    assert record.safety == SafetyRecord(moments)
    assert (await data.export(HERE, OWNER_ID + 1)).safety == SafetyRecord()


async def test_a_member_takes_along_until_when_they_are_paused() -> None:
    host = KeptPolicies()
    for job_id in (1, 2, 3):
        await SafetyPauses(host, LogBook()).note_refusal(a_job(job_id), START)
    data = PersonalData(KeptRecords(), past(), Policies(), host, 90, LoopClock(), KeptPreferences())

    assert (await data.export(HERE, OWNER_ID)).safety.paused_until == START + timedelta(hours=1)


async def test_a_member_has_their_own_words_in_the_log_deleted_too() -> None:
    records = KeptRecords()
    data = PersonalData(records, past(), Policies(), Policies(), 90, LoopClock(), KeptPreferences())

    staying = await data.delete(HERE, 7)

    own = (Action.REQUEST_REFUSED, Action.SAFETY_REFUSED, Action.PICTURE_REPORT)
    assert staying == 2
    assert records.deleted == [(HERE, 7, START, own)]


@pytest.mark.parametrize(("kept_days_max", "days"), [(90, 60), (14, 14)])
async def test_the_notice_tells_the_shorter_of_the_two_times(kept_days_max: int, days: int) -> None:
    policies = Policies()
    policies.set(HERE, retention_days=60)
    data = PersonalData(
        KeptRecords(), past(), policies, Policies(), kept_days_max, LoopClock(), KeptPreferences()
    )

    assert await data.kept_days(HERE) == days


def asked_for(house_past: PastPictures, job_id: int, *, open_: bool = False) -> None:
    """Let a member have asked for a picture, which is kept."""
    assert isinstance(house_past.history, KeptJobs)
    assert isinstance(house_past.archive, Shelves)
    house_past.history.entries[job_id] = replace(an_entry(a_job(job_id)), open=open_)
    house_past.archive.kept[job_id] = (a_picture(),)


async def test_requests_and_their_pictures_go_with_the_retention() -> None:
    house = House()
    house.servers.known = [GUILD_ID]
    asked_for(house.keeping.past, 1)
    asked_for(house.keeping.past, 2, open_=True)
    await LoopClock().sleep(days(31).total_seconds())

    async with house.tidied_for(0):
        assert set(house.past.entries) == {2}
        assert set(house.shelves.kept) == {2}


async def test_requests_of_a_server_that_was_left_long_ago_go() -> None:
    house = House()
    asked_for(house.keeping.past, 1)
    await house.presence.left(GUILD_ID)
    await LoopClock().sleep(days(31).total_seconds())

    async with house.tidied_for(0):
        assert (house.past.entries, house.shelves.kept) == ({}, {})


async def test_a_member_takes_along_and_deletes_what_they_asked_for() -> None:
    kept = past()
    asked_for(kept, 1)
    asked_for(kept, 2)
    asked_for(kept, 3, open_=True)
    data = PersonalData(
        KeptRecords(), kept, Policies(), KeptPolicies(), 90, LoopClock(), KeptPreferences()
    )

    record = await data.export(GUILD_ID, OWNER_ID)
    await data.delete(GUILD_ID, OWNER_ID)

    assert [entry.job.id for entry in record.jobs] == [1, 2, 3]
    assert [entry.job.id for entry in await kept.history.of_member(GUILD_ID, OWNER_ID)] == [3]
    assert isinstance(kept.archive, Shelves)
    assert set(kept.archive.kept) == {3}
