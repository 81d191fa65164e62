"""What is old goes, what counts stays, and what a server left behind goes in its time."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from bot.domain.ledgers import HOST_ACCOUNT, Account, Holder, ReachedLimit, Taken
from bot.storage.audit import StoredAudit
from bot.storage.database import Database
from bot.storage.ledger import StoredLedger
from bot.storage.member_records import StoredMemberRecords
from bot.storage.policies import StoredPolicies
from bot.storage.retention import StoredRetention
from bot.storage.statements import REMOVED_AT_ONCE
from bot.storage.tables import AccountRow, AuditRow, SeenInteractionRow
from bot.storage.writer import JournalWriter, open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.gates import GatedDatabase
from tests.contract.storage.ledgers import (
    ALL,
    EVERYWHERE,
    HERE,
    LAST_MONTH,
    MEMBER,
    NOW,
    OTHER,
    SERVER,
    daily,
    job,
)
from tests.contract.storage.policies import MODERATOR, a_rule, an_entry, block, forbid, put, set_to

DAY = timedelta(days=1)
ENTRY = replace(an_entry(), server_id=SERVER)


async def made(ledger: StoredLedger, job_id: int, at: datetime, server_id: int = SERVER) -> None:
    await ledger.take(job(job_id, at=at, server_id=server_id), [])
    await ledger.settle(job_id, at, counts=True, charged=True)


async def decided(policies: StoredPolicies, server_id: int) -> None:
    """Let a server have something in every table of decisions."""
    for step in (put(a_rule()), set_to(a=1), forbid("dog"), block(MEMBER)):
        await policies.change(server_id, MODERATOR, step)


async def log_of(audit: StoredAudit) -> list[datetime]:
    return [record.entry.at for record in await audit.page(SERVER, 9)]


async def test_usage_of_before_a_moment_goes_and_the_later_stays(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await made(ledger, 1, NOW - 30 * DAY - timedelta(seconds=1))
    await made(ledger, 2, NOW - 30 * DAY)

    assert await retention.purge(SERVER, NOW - 30 * DAY) == 1
    assert await ledger.holding(1) is None
    assert await ledger.holding(2) is not None


async def test_entries_of_the_log_go_by_their_age(
    retention: StoredRetention, audit: StoredAudit
) -> None:
    await audit.record(replace(ENTRY, at=NOW - DAY), replace(ENTRY, at=NOW))

    assert await retention.purge(SERVER, NOW) == 1
    assert await log_of(audit) == [NOW]


async def test_blocks_go_whose_time_is_long_over(
    retention: StoredRetention, policies: StoredPolicies
) -> None:
    await policies.change(SERVER, MODERATOR, block(1, NOW - DAY))
    await policies.change(SERVER, MODERATOR, block(2, NOW + DAY))
    await policies.change(SERVER, MODERATOR, block(3))

    assert await retention.purge(SERVER, NOW) == 1
    assert set((await policies.get(SERVER)).blocks) == {2, 3}


async def test_a_job_that_is_under_way_is_never_too_old(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await ledger.take(job(1, at=LAST_MONTH), [])

    assert await retention.purge(SERVER, NOW) == 0
    await ledger.settle(1, NOW, counts=False, charged=False)
    assert (await ledger.account(HERE, NOW)).at_once == 0


async def test_a_short_retention_gives_nobody_a_new_quota(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await made(ledger, 1, NOW)
    await retention.purge(SERVER, NOW + DAY)

    assert isinstance(await ledger.take(job(2), [daily(HERE, 1)]), ReachedLimit)


async def test_another_server_keeps_its_own_time(
    retention: StoredRetention, ledger: StoredLedger, audit: StoredAudit
) -> None:
    await made(ledger, 1, LAST_MONTH, server_id=OTHER)
    await audit.record(replace(ENTRY, server_id=OTHER))

    assert await retention.purge(SERVER, NOW + DAY) == 0
    assert await ledger.holding(1) is not None


async def test_much_is_removed_a_little_at_a_time(database: Database) -> None:
    def fill(connection: Connection) -> None:
        row = {"server_id": SERVER, "actor_id": 1, "action": "a", "subject": ""}
        row |= {"happened_at": LAST_MONTH, "before": "null", "after": "null"}
        connection.execute(insert(AuditRow), [row] * (2 * REMOVED_AT_ONCE + 1))

    await database.write(fill)
    gated = GatedDatabase(database)
    async with open_writer(gated, BUSY_S) as writer:
        removed = await StoredRetention(gated, writer).purge(SERVER, NOW)

    assert removed == 2 * REMOVED_AT_ONCE + 1
    # Three for the log, and one for each of the other tables, which finds nothing.
    assert gated.writes == 5


async def test_accounts_go_once_their_windows_are_over(
    retention: StoredRetention, ledger: StoredLedger, database: Database
) -> None:
    await made(ledger, 1, LAST_MONTH)
    await retention.tidy(NOW)

    def accounts(connection: Connection) -> int:
        return len(connection.execute(AccountRow.__table__.select()).all())

    assert await database.read(accounts) == 0


@pytest.mark.parametrize("holder", [HERE, EVERYWHERE, ALL, HOST_ACCOUNT])
async def test_accounts_of_this_month_stay(
    retention: StoredRetention, ledger: StoredLedger, holder: Holder
) -> None:
    await made(ledger, 1, NOW - DAY)
    before = await ledger.account(holder, NOW)

    assert await retention.tidy(NOW) == 0
    assert await ledger.account(holder, NOW) == before


async def test_an_account_with_a_job_under_way_stays(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await ledger.take(job(1, at=LAST_MONTH), [])

    assert await retention.tidy(NOW) == 0
    assert (await ledger.account(HERE, NOW)).at_once == 1


async def test_a_cooldown_outlasts_the_end_of_the_month(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await made(ledger, 1, datetime(2026, 1, 31, 23, 59, tzinfo=UTC))

    assert await retention.tidy(datetime(2026, 2, 1, 23, 58, tzinfo=UTC)) == 0
    assert await retention.tidy(datetime(2026, 2, 2, 0, 0, tzinfo=UTC)) == 4


async def test_interactions_are_forgotten_after_a_day(
    retention: StoredRetention, stores_writer: JournalWriter
) -> None:
    at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1_300_000_000_000_000_000 >> 22)
    row = insert(SeenInteractionRow).values(interaction_id=1_300_000_000_000_000_000)
    await stores_writer.write(lambda connection: connection.execute(row).rowcount)

    assert await retention.tidy(at + DAY) == 0
    assert await retention.tidy(at + DAY + timedelta(seconds=1)) == 1


async def test_servers_are_known_by_whatever_is_kept_of_them(
    retention: StoredRetention, ledger: StoredLedger, audit: StoredAudit, policies: StoredPolicies
) -> None:
    await made(ledger, 1, NOW, server_id=11)
    await audit.record(replace(ENTRY, server_id=12))
    for server_id, step in enumerate((put(a_rule()), set_to(a=1), forbid("dog"), block(1)), 13):
        await policies.change(server_id, MODERATOR, step)
    await policies.change(0, MODERATOR, set_to(paused=True))

    assert set(await retention.servers()) == {11, 12, 13, 14, 15, 16}


async def test_everything_of_a_server_goes_that_was_left_long_ago(
    retention: StoredRetention,
    records: StoredMemberRecords,
    ledger: StoredLedger,
    audit: StoredAudit,
    policies: StoredPolicies,
) -> None:
    await decided(policies, SERVER)
    await audit.record(ENTRY)
    await made(ledger, 1, NOW)
    await retention.left(SERVER, NOW - 31 * DAY)

    assert list(await retention.purge_left(NOW - 30 * DAY)) == [SERVER]
    assert await retention.servers() == frozenset()
    record = await records.get(SERVER, MEMBER)
    assert (record.usage, record.account, record.block, record.log) == ((), Account(), None, ())


async def test_what_is_gone_is_gone_once(
    retention: StoredRetention, policies: StoredPolicies
) -> None:
    await decided(policies, SERVER)
    await retention.left(SERVER, NOW - 31 * DAY)
    await retention.purge_left(NOW)

    assert list(await retention.purge_left(NOW)) == []


async def test_a_server_that_was_left_lately_keeps_everything(
    retention: StoredRetention, policies: StoredPolicies
) -> None:
    await decided(policies, SERVER)
    await retention.left(SERVER, NOW - 29 * DAY)

    assert list(await retention.purge_left(NOW - 30 * DAY)) == []
    assert (await policies.get(SERVER)).terms == ("dog",)


async def test_a_server_that_is_found_left_again_goes_by_the_first_time(
    retention: StoredRetention, policies: StoredPolicies
) -> None:
    await decided(policies, SERVER)
    await retention.left(SERVER, NOW - 31 * DAY)
    await retention.left(SERVER, NOW)

    assert list(await retention.purge_left(NOW - 30 * DAY)) == [SERVER]


async def test_a_server_to_which_the_bot_returned_keeps_everything(
    retention: StoredRetention, policies: StoredPolicies
) -> None:
    await decided(policies, SERVER)
    await retention.left(SERVER, NOW - 31 * DAY)
    await retention.returned(SERVER)

    assert list(await retention.purge_left(NOW)) == []
    assert (await policies.get(SERVER)).terms == ("dog",)


async def test_a_return_in_the_middle_of_the_removal_saves_what_is_left(
    database: Database, policies: StoredPolicies
) -> None:
    await decided(policies, SERVER)
    gated = GatedDatabase(database)
    async with (
        open_writer(gated, BUSY_S) as writer,
        open_writer(database, BUSY_S) as of_another_process,
    ):
        purging = StoredRetention(database, writer)
        await purging.left(SERVER, NOW - 31 * DAY)
        gated.gate.clear()
        gated.entered.clear()
        removal = asyncio.create_task(purging.purge_left(NOW))
        await asyncio.wait_for(gated.entered.wait(), 5)
        await StoredRetention(database, of_another_process).returned(SERVER)
        gated.gate.set()
        await removal

    assert (await policies.get(SERVER)).terms == ("dog",)


async def test_other_servers_and_the_host_lose_nothing(
    retention: StoredRetention, ledger: StoredLedger, policies: StoredPolicies
) -> None:
    await made(ledger, 1, NOW)
    for server_id in (OTHER, 0):
        await decided(policies, server_id)
    await retention.left(SERVER, NOW - 31 * DAY)
    await retention.purge_left(NOW)

    assert (await ledger.account(HOST_ACCOUNT, NOW)).day_pictures == 1
    assert (await ledger.account(EVERYWHERE, NOW)).day_pictures == 1
    for server_id in (OTHER, 0):
        assert (await policies.get(server_id)).terms == ("dog",)


async def test_a_job_that_nobody_ended_holds_its_server_until_it_is_settled(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await ledger.take(job(1), [])
    await retention.left(SERVER, NOW - 31 * DAY)
    await retention.purge_left(NOW)

    assert set(await retention.servers()) == {SERVER}
    await ledger.settle_abandoned(NOW + DAY, NOW + DAY)
    await retention.purge_left(NOW)
    assert await retention.servers() == frozenset()
    assert (await ledger.account(HOST_ACCOUNT, NOW)).at_once == 0


async def test_the_host_is_no_server_to_leave(retention: StoredRetention) -> None:
    with pytest.raises(ValueError, match="host"):
        await retention.left(0, NOW)


async def test_a_server_that_begins_again_begins_at_nought(
    retention: StoredRetention, ledger: StoredLedger
) -> None:
    await made(ledger, 1, NOW)
    await retention.left(SERVER, NOW - 31 * DAY)
    await retention.purge_left(NOW)
    await retention.returned(SERVER)

    assert isinstance(await ledger.take(job(2), [daily(ALL, 1)]), Taken)
