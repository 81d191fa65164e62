"""What is kept about a member in a server: handed out whole, and let go of as far as it may go."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ledgers import HOST_ACCOUNT, Account, Holder, Limit, Measure, ReachedLimit
from bot.domain.member_records import MemberRecord
from bot.domain.usage_entries import UsageEntry
from bot.storage.audit import StoredAudit
from bot.storage.ledger import StoredLedger
from bot.storage.member_records import StoredMemberRecords
from bot.storage.policies import StoredPolicies
from tests.contract.storage.ledgers import (
    ALL,
    HERE,
    LAST_MONTH,
    MEMBER,
    NOW,
    OTHER,
    PRICE,
    SERVER,
    daily,
    job,
)
from tests.contract.storage.policies import MODERATOR, an_entry, block

DAY = timedelta(days=1)


async def made(ledger: StoredLedger, *jobs: int) -> None:
    """Let pictures of the member be made, and be over."""
    for job_id in jobs:
        await ledger.take(job(job_id), [])
        await ledger.settle(job_id, NOW, counts=True, charged=True)


async def test_of_a_stranger_nothing_is_kept(records: StoredMemberRecords) -> None:
    assert await records.get(SERVER, MEMBER) == MemberRecord(SERVER, MEMBER)


async def test_a_record_tells_each_job_the_oldest_first(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await ledger.take(job(2, at=NOW - DAY), [])
    await made(ledger, 1)

    record = await records.get(SERVER, MEMBER)

    assert record.usage == (
        UsageEntry(2, SERVER, MEMBER, "a/b", 1, PRICE, NOW - DAY),
        UsageEntry(1, SERVER, MEMBER, "a/b", 1, PRICE, NOW, NOW),
    )
    assert record.account.day_pictures == 1


async def test_a_record_tells_a_block_and_its_reason(
    records: StoredMemberRecords, policies: StoredPolicies
) -> None:
    await policies.change(SERVER, MODERATOR, block(MEMBER, NOW + DAY))

    found = (await records.get(SERVER, MEMBER)).block

    assert found is not None
    assert (found.until, found.reason) == (NOW + DAY, "spam")


async def test_a_record_tells_what_was_done_by_the_member_and_to_them(
    records: StoredMemberRecords, audit: StoredAudit
) -> None:
    by_them = replace(an_entry("refused"), server_id=SERVER, actor_id=MEMBER)
    to_them = replace(an_entry("member.block"), server_id=SERVER, subject=str(MEMBER))
    await audit.record(by_them, an_entry(server_id=SERVER), to_them)

    assert (await records.get(SERVER, MEMBER)).log == (by_them, to_them)


async def test_a_record_tells_what_was_done_to_pictures_of_the_member(
    records: StoredMemberRecords, audit: StoredAudit
) -> None:
    whose = {"channel": "7", "owner": str(MEMBER), "model": "a/b"}
    reported = replace(an_entry("picture.report"), server_id=SERVER, subject="5", after=whose)
    other = replace(reported, after={"owner": f"{MEMBER}0", "reason": f'"owner": "{MEMBER}"'})
    await audit.record(reported, other)

    assert (await records.get(SERVER, MEMBER)).log == (reported,)


async def test_a_record_tells_what_counts_in_all_servers_together(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1)
    await ledger.take(job(2, server_id=OTHER), [])

    record = await records.get(SERVER, MEMBER)

    assert (record.account.day_pictures, record.everywhere.day_pictures) == (1, 2)


async def test_a_record_has_nothing_of_others_and_of_other_servers(
    records: StoredMemberRecords, ledger: StoredLedger, audit: StoredAudit, policies: StoredPolicies
) -> None:
    await ledger.take(job(1, member_id=OTHER), [])
    await ledger.take(job(2, server_id=OTHER), [])
    await audit.record(replace(an_entry(), server_id=OTHER, actor_id=MEMBER))
    await policies.change(OTHER, MODERATOR, block(MEMBER))
    await policies.change(SERVER, MODERATOR, block(OTHER))

    record = await records.get(SERVER, MEMBER)

    assert replace(record, everywhere=Account()) == MemberRecord(SERVER, MEMBER)


async def test_deleting_removes_a_members_jobs(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1, 2)
    await ledger.take(job(3, at=LAST_MONTH), [])
    await ledger.settle(3, LAST_MONTH, counts=True, charged=True)

    assert await records.delete(SERVER, MEMBER, NOW) == 0
    assert (await records.get(SERVER, MEMBER)).usage == ()


async def test_deleting_gives_no_new_quota(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1, 2)
    await records.delete(SERVER, MEMBER, NOW)

    assert isinstance(await ledger.take(job(3), [daily(HERE, 2)]), ReachedLimit)
    assert isinstance(await ledger.take(job(3), [daily(Holder(member_id=MEMBER), 2)]), ReachedLimit)


async def test_deleting_shortens_no_cooldown(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    """Not even where a new month has begun meanwhile."""
    await made(ledger, 1)
    tomorrow = NOW + timedelta(hours=23)
    await records.delete(SERVER, MEMBER, tomorrow)

    cooldown = Limit(HERE, Measure.SECONDS_BETWEEN, 86_400)
    assert isinstance(await ledger.take(job(2, at=tomorrow), [cooldown]), ReachedLimit)


async def test_deleting_gives_nobody_their_money_back(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1)
    await records.delete(SERVER, MEMBER, NOW)

    for holder in (ALL, HOST_ACCOUNT):
        assert (await ledger.account(holder, NOW)).month_microdollars == PRICE


async def test_what_a_server_spent_this_month_still_adds_up_without_the_name(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1, 2)
    await records.delete(SERVER, MEMBER, NOW)

    (line,) = await ledger.usage(SERVER, NOW.date())
    assert (line.member_id, line.pictures, line.microdollars) == (0, 2, 2 * PRICE)


async def test_what_was_used_in_a_month_that_is_over_is_gone(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await ledger.take(job(1, at=LAST_MONTH), [])
    await ledger.settle(1, LAST_MONTH, counts=True, charged=True)
    await records.delete(SERVER, MEMBER, NOW)

    assert await ledger.holding(1) is None


async def test_an_account_goes_once_nothing_counts(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await ledger.take(job(1, at=LAST_MONTH), [])
    await ledger.settle(1, LAST_MONTH, counts=True, charged=True)
    await records.delete(SERVER, MEMBER, NOW)

    assert await records.get(SERVER, MEMBER) == MemberRecord(SERVER, MEMBER)


async def test_an_interaction_of_a_deleted_job_is_not_taken_for_a_new_one(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1)
    await records.delete(SERVER, MEMBER, NOW)

    again = await ledger.take(job(1), [])

    assert not isinstance(again, ReachedLimit)
    assert again.again


async def test_jobs_under_way_stay_are_told_and_can_give_back(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1)
    await ledger.take(job(2), [])

    assert await records.delete(SERVER, MEMBER, NOW) == 1
    await ledger.settle(2, NOW, counts=False, charged=False)

    account = await ledger.account(HERE, NOW)
    assert (account.day_pictures, account.at_once) == (1, 0)


async def test_money_that_comes_back_after_the_deletion_comes_back_to_the_server(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await made(ledger, 1, 2)
    await records.delete(SERVER, MEMBER, NOW)
    await ledger.settle(1, NOW, counts=True, charged=False)

    for holder in (ALL, HOST_ACCOUNT):
        assert (await ledger.account(holder, NOW)).month_microdollars == PRICE


async def test_deleting_lifts_no_block(
    records: StoredMemberRecords, policies: StoredPolicies
) -> None:
    await policies.change(SERVER, MODERATOR, block(MEMBER))
    await records.delete(SERVER, MEMBER, NOW)

    assert MEMBER in (await policies.get(SERVER)).blocks


async def test_deleting_takes_the_members_words_out_of_the_log_and_nothing_else(
    records: StoredMemberRecords, audit: StoredAudit
) -> None:
    refused = replace(an_entry("refused"), server_id=SERVER, actor_id=MEMBER, before="a prompt")
    of_a_moderator = replace(refused, action="rule.allow")
    of_another = replace(refused, actor_id=OTHER)
    await audit.record(refused, of_a_moderator, of_another)

    await records.delete(SERVER, MEMBER, NOW, own_words={"refused"})

    log = [record.entry for record in reversed(await audit.page(SERVER, 9))]
    assert log == [replace(refused, before=None, after=None), of_a_moderator, of_another]


async def test_deleting_leaves_others_and_other_servers_alone(
    records: StoredMemberRecords, ledger: StoredLedger
) -> None:
    await ledger.take(job(1, member_id=OTHER, at=LAST_MONTH), [])
    await ledger.take(job(2, server_id=OTHER, at=LAST_MONTH), [])
    for job_id in (1, 2):
        await ledger.settle(job_id, LAST_MONTH, counts=True, charged=True)

    await records.delete(SERVER, MEMBER, NOW)

    assert len((await records.get(SERVER, OTHER)).usage) == 1
    assert len((await records.get(OTHER, MEMBER)).usage) == 1


@pytest.mark.parametrize("times", [1, 3])
async def test_deleting_again_changes_nothing(
    records: StoredMemberRecords, ledger: StoredLedger, times: int
) -> None:
    await made(ledger, 1)
    for _ in range(times):
        await records.delete(SERVER, MEMBER, NOW)

    assert (await ledger.account(ALL, NOW)).day_pictures == 1
