"""Three refusals by the safety filter within an hour pause a member for an hour, everywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit_actions import Action
from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.jobs import Job
from bot.domain.server_policy import HOST, AuditEntry
from bot.domain.visits import Visit
from bot.services.safety_pause import SafetyPauses
from bot.storage.cached_policies import CachedPolicies
from tests.unit.host_side import KeptPolicies, LogBook
from tests.unit.jobs import CHANNEL_ID, a_job
from tests.unit.virtual_time import START, LoopClock

SERVER, OTHER_SERVER = 1001, 1002
MEMBER, OTHER_MEMBER = 4001, 4002
MINUTE = timedelta(minutes=1)


@pytest.fixture
def policies() -> KeptPolicies:
    return KeptPolicies()


@pytest.fixture
def log() -> LogBook:
    return LogBook()


@pytest.fixture
def pauses(policies: KeptPolicies, log: LogBook) -> SafetyPauses:
    return SafetyPauses(policies, log)


async def refuse_at(pauses: SafetyPauses, *minutes: int, member_id: int = MEMBER) -> None:
    for minute in minutes:
        await pauses.note_refusal(job_of(member_id, 9000 + minute), START + minute * MINUTE)


def job_of(member_id: int, job_id: int = 1, server_id: int = SERVER) -> Job:
    visit = Visit(server_id, CHANNEL_ID, member_id, frozenset({server_id}))
    return replace(a_job(job_id, prompt="A cat"), visit=visit)


def pauses_in(log: LogBook) -> list[AuditEntry]:
    return [entry for entry in log.entries if entry.action == Action.MEMBER_PAUSE]


async def test_two_refusals_pause_nobody(pauses: SafetyPauses, log: LogBook) -> None:
    await refuse_at(pauses, 0, 1)

    assert await pauses.until(MEMBER, START + MINUTE) is None
    assert pauses_in(log) == []


async def test_the_third_refusal_within_an_hour_pauses_for_an_hour(pauses: SafetyPauses) -> None:
    await refuse_at(pauses, 0, 30, 59)

    end = START + 119 * MINUTE
    assert await pauses.until(MEMBER, START + 59 * MINUTE) == end
    assert await pauses.until(MEMBER, end - MINUTE) == end
    assert await pauses.until(MEMBER, end) is None


async def test_refusals_an_hour_apart_do_not_add_up(pauses: SafetyPauses) -> None:
    await refuse_at(pauses, 0, 30, 60, 90, 120)

    assert await pauses.until(MEMBER, START + 120 * MINUTE) is None


async def test_a_refusal_that_is_told_twice_counts_once(pauses: SafetyPauses) -> None:
    await refuse_at(pauses, 0, 1, 1, 1)

    assert await pauses.until(MEMBER, START + MINUTE) is None


async def test_refusals_of_different_servers_add_up(pauses: SafetyPauses) -> None:
    await refuse_at(pauses, 0, 1)
    until = await pauses.note_refusal(job_of(MEMBER, server_id=OTHER_SERVER), START + 2 * MINUTE)

    assert until == START + 62 * MINUTE


async def test_others_are_not_paused(pauses: SafetyPauses) -> None:
    await refuse_at(pauses, 0, 1)
    await refuse_at(pauses, 2, member_id=OTHER_MEMBER)
    await refuse_at(pauses, 3)

    assert await pauses.until(OTHER_MEMBER, START + 3 * MINUTE) is None
    assert await pauses.until(MEMBER, START + 3 * MINUTE) is not None


async def test_the_moderators_are_told_of_a_pause_once(pauses: SafetyPauses, log: LogBook) -> None:
    await refuse_at(pauses, 0, 1, 2, 3)

    (entry,) = pauses_in(log)
    assert (entry.server_id, entry.action) == (SERVER, Action.MEMBER_PAUSE)
    assert entry.subject == str(MEMBER)
    assert entry.after == {"until": (START + 62 * MINUTE).isoformat()}


async def test_every_refusal_is_told_in_the_servers_log(pauses: SafetyPauses, log: LogBook) -> None:
    await refuse_at(pauses, 0, 1)

    assert [entry.action for entry in log.entries] == [Action.SAFETY_REFUSED] * 2
    assert log.entries[0].actor_id == MEMBER
    assert log.entries[0].after == {
        "model": "get3w/flux-dev",
        "channel": str(CHANNEL_ID),
        "prompt": "A cat",
    }


async def test_what_is_refused_during_a_pause_makes_it_longer(pauses: SafetyPauses) -> None:
    await refuse_at(pauses, 0, 1, 2, 10)

    assert await pauses.until(MEMBER, START + 69 * MINUTE) == START + 70 * MINUTE


async def test_after_a_pause_the_count_begins_anew(pauses: SafetyPauses, log: LogBook) -> None:
    await refuse_at(pauses, 0, 1, 2, 62, 63)
    assert await pauses.until(MEMBER, START + 63 * MINUTE) is None

    await refuse_at(pauses, 64)
    assert await pauses.until(MEMBER, START + 64 * MINUTE) is not None
    assert len(pauses_in(log)) == 2


async def test_a_pause_and_a_count_outlive_the_process(
    pauses: SafetyPauses, policies: KeptPolicies, log: LogBook
) -> None:
    await refuse_at(pauses, 0, 1)
    next_process = SafetyPauses(policies, log)
    await refuse_at(next_process, 2)

    assert await SafetyPauses(policies, log).until(MEMBER, START + 3 * MINUTE) is not None


async def test_what_no_longer_counts_is_not_kept(
    pauses: SafetyPauses, policies: KeptPolicies
) -> None:
    await refuse_at(pauses, 0, 1, 2)
    await refuse_at(pauses, 3, member_id=OTHER_MEMBER)
    await refuse_at(pauses, 500, member_id=5)

    kept = policies.kept[HOST]
    assert set(kept.settings) == {"safety_refusals.5"}
    assert kept.blocks == {}


async def test_other_decisions_of_the_host_are_left_alone(
    pauses: SafetyPauses, policies: KeptPolicies
) -> None:
    await refuse_at(pauses, 0)
    kept = policies.kept[HOST]
    policies.kept[HOST] = type(kept)(kept.models, {**kept.settings, "pause": {"by": "1"}})
    await refuse_at(pauses, 500)

    assert policies.kept[HOST].settings["pause"] == {"by": "1"}


async def test_a_refusal_that_cannot_be_kept_harms_nobody(
    pauses: SafetyPauses, policies: KeptPolicies, caplog: pytest.LogCaptureFixture
) -> None:
    policies.trouble = StoreUnavailableError(StoreTrouble.FULL)

    assert await pauses.note_refusal(job_of(MEMBER), START) is None
    assert "no space left" in caplog.text


async def test_another_process_obeys_within_a_second(
    policies: KeptPolicies, log: LogBook, clock: LoopClock
) -> None:
    here = SafetyPauses(CachedPolicies(policies, clock, 0.8), log)
    there = SafetyPauses(CachedPolicies(policies, clock, 0.8), log)
    assert await there.until(MEMBER, START) is None
    await refuse_at(here, 0, 1, 2)
    await clock.sleep(1)

    assert await there.until(MEMBER, START + 3 * MINUTE) is not None
