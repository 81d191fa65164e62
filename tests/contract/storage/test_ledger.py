"""The ledgers on both databases: exact, apart from one another, and the same as the jobs' rows."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.ledgers import (
    HOST_ACCOUNT,
    Account,
    Holder,
    Limit,
    Measure,
    ReachedLimit,
    Taken,
    UsageLine,
)
from bot.domain.usage_entries import UsageEntry
from bot.storage.database import Database
from bot.storage.ledger import StoredLedger
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.ledgers import (
    ALL,
    EVERYWHERE,
    HERE,
    MEMBER,
    NOW,
    OTHER,
    PRICE,
    SERVER,
    daily,
    job,
)


async def pictures(ledger: StoredLedger, holder: Holder, at: datetime = NOW) -> int:
    return (await ledger.account(holder, at)).day_pictures


async def money(ledger: StoredLedger, holder: Holder = HOST_ACCOUNT) -> int:
    return (await ledger.account(holder, NOW)).month_microdollars


async def test_nobody_has_had_anything_at_first(ledger: StoredLedger) -> None:
    assert await ledger.account(HERE, NOW) == Account().at(NOW)


async def test_a_job_is_booked_in_every_account_and_comes_back_as_booked(
    ledger: StoredLedger,
) -> None:
    taken = await ledger.take(job(1), [])

    assert isinstance(taken, Taken)
    booked = Account().booked(job(1))
    for holder in (HERE, ALL, EVERYWHERE, HOST_ACCOUNT):
        assert taken.accounts[holder] == booked
        assert await ledger.account(holder, NOW) == booked


async def test_a_limit_that_is_reached_is_told_and_nothing_is_booked(
    ledger: StoredLedger,
) -> None:
    await ledger.take(job(1), [daily(HERE, 1)])
    refused = await ledger.take(job(2), [daily(HERE, 1), daily(ALL, 100)])

    assert refused == ReachedLimit(daily(HERE, 1), 1, datetime(2026, 2, 1, tzinfo=UTC))
    assert await pictures(ledger, ALL) == 1
    assert await ledger.usage(SERVER, NOW.date()) == [
        UsageLine(NOW.date(), MEMBER, "a/b", 1, PRICE)
    ]


async def test_a_limit_set_later_knows_of_what_was_had_before(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])

    assert isinstance(await ledger.take(job(2), [daily(HERE, 1)]), ReachedLimit)


async def test_a_new_day_begins_at_nought(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [daily(HERE, 1)])
    tomorrow = job(2, at=NOW + timedelta(days=1))

    assert isinstance(await ledger.take(tomorrow, [daily(HERE, 1)]), Taken)


async def test_members_and_servers_have_accounts_of_their_own(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.take(job(2, member_id=OTHER), [])
    await ledger.take(job(3, server_id=OTHER), [])

    holders = (HERE, ALL, EVERYWHERE, Holder(OTHER), HOST_ACCOUNT)
    assert [await pictures(ledger, holder) for holder in holders] == [1, 2, 2, 1, 3]


@pytest.mark.parametrize("at_most", [1, 9], ids=["at its limit", "below it"])
async def test_a_job_that_asks_again_takes_nothing_again_and_is_told_so(
    ledger: StoredLedger, at_most: int
) -> None:
    first = await ledger.take(job(1), [daily(HERE, at_most)])
    second = await ledger.take(job(1), [daily(HERE, at_most)])

    assert isinstance(first, Taken)
    assert isinstance(second, Taken)
    assert (first.again, second.again) == (False, True)
    assert second.accounts == first.accounts
    assert await pictures(ledger, HERE) == 1


async def test_of_many_deliveries_of_one_interaction_one_is_new(
    ledger: StoredLedger, database: Database
) -> None:
    async with open_writer(database, BUSY_S) as writer:
        of_another_process = StoredLedger(database, writer)
        answers = await asyncio.gather(
            *(each.take(job(1), []) for each in (ledger, of_another_process) * 25)
        )

    assert [isinstance(answer, Taken) and answer.again for answer in answers].count(False) == 1
    assert await pictures(ledger, HERE) == 1


async def test_a_job_that_ended_long_ago_is_still_known(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.settle(1, NOW, counts=False, charged=False)

    answer = await ledger.take(job(1), [daily(HERE, 0)])

    assert isinstance(answer, Taken)
    assert answer.again


async def test_what_a_job_took_is_told_by_its_id(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.take(job(2), [])

    assert await ledger.holding(1) == UsageEntry(1, SERVER, MEMBER, "a/b", 1, PRICE, NOW)


async def test_what_a_job_has_given_back_is_told(ledger: StoredLedger) -> None:
    ended_at = NOW + timedelta(seconds=40)
    await ledger.take(job(1), [])
    await ledger.settle(1, ended_at, counts=False, charged=True)

    entry = await ledger.holding(1)

    assert entry is not None
    assert (entry.ended_at, entry.counted, entry.charged) == (ended_at, False, True)


async def test_a_job_that_was_refused_holds_nothing(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [daily(HERE, 0)])

    assert await ledger.holding(1) is None


async def test_a_failed_job_gives_its_count_back_and_not_its_money(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.settle(1, NOW, counts=False, charged=True)

    for holder in (HERE, ALL, EVERYWHERE, HOST_ACCOUNT):
        assert (await pictures(ledger, holder), await money(ledger, holder)) == (0, PRICE)


async def test_a_job_that_was_never_sent_gives_back_both(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.settle(1, NOW, counts=False, charged=False)

    assert (await pictures(ledger, HERE), await money(ledger)) == (0, 0)
    assert await ledger.usage(SERVER, NOW.date()) == []


async def test_a_job_cancelled_after_its_submission_costs_both(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.settle(1, NOW, counts=True, charged=True)

    assert (await pictures(ledger, HERE), await money(ledger)) == (1, PRICE)


async def test_nothing_is_given_back_twice(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.take(job(2), [])
    for _ in range(3):
        await ledger.settle(1, NOW, counts=False, charged=False)

    account = await ledger.account(HERE, NOW)
    assert (account.day_pictures, account.day_microdollars, account.at_once) == (1, PRICE, 1)


async def test_what_was_given_back_stays_so(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.settle(1, NOW, counts=False, charged=False)
    await ledger.settle(1, NOW, counts=True, charged=True)

    assert await pictures(ledger, HERE) == 0


async def test_money_may_come_back_after_the_count(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.settle(1, NOW, counts=False, charged=True)
    await ledger.settle(1, NOW, counts=False, charged=False)

    assert (await pictures(ledger, HERE), await money(ledger)) == (0, 0)


async def test_settling_what_nobody_took_does_nothing(ledger: StoredLedger) -> None:
    await ledger.settle(77, NOW, counts=False, charged=False)

    assert await pictures(ledger, HOST_ACCOUNT) == 0


async def test_a_job_that_ended_makes_room_for_another(ledger: StoredLedger) -> None:
    one_at_once = [Limit(HERE, Measure.JOBS_AT_ONCE, 1)]
    await ledger.take(job(1), one_at_once)

    assert isinstance(await ledger.take(job(2), one_at_once), ReachedLimit)
    await ledger.settle(1, NOW, counts=True, charged=True)
    assert isinstance(await ledger.take(job(2), one_at_once), Taken)


async def test_abandoned_jobs_end_and_give_their_counts_back(ledger: StoredLedger) -> None:
    await ledger.take(job(1), [])
    await ledger.take(job(2), [])
    await ledger.take(job(3, at=NOW + timedelta(hours=1)), [])
    await ledger.settle(2, NOW, counts=True, charged=True)

    ended = await ledger.settle_abandoned(NOW + timedelta(minutes=30), NOW + timedelta(hours=1))

    account = await ledger.account(HERE, NOW + timedelta(hours=1))
    assert ended == 1
    assert (account.day_pictures, account.day_microdollars) == (2, 3 * PRICE)
    assert account.at_once == 1


def a_minute_between() -> list[Limit]:
    return [Limit(HERE, Measure.SECONDS_BETWEEN, 60)]


async def test_a_job_that_gives_its_count_back_starts_no_cooldown(ledger: StoredLedger) -> None:
    await ledger.take(job(1), a_minute_between())
    assert isinstance(await ledger.take(job(2), a_minute_between()), ReachedLimit)

    await ledger.settle(1, NOW, counts=False, charged=True)

    assert isinstance(await ledger.take(job(2), a_minute_between()), Taken)


async def test_a_cooldown_counts_from_the_latest_job_that_still_counts(
    ledger: StoredLedger,
) -> None:
    for number in range(4):
        await ledger.take(job(number, at=NOW + timedelta(seconds=number)), [])
    for number in (2, 3):
        await ledger.settle(number, NOW, counts=False, charged=True)

    refused = await ledger.take(job(9, at=NOW + timedelta(seconds=5)), a_minute_between())

    assert isinstance(refused, ReachedLimit)
    assert refused.free_at == NOW + timedelta(seconds=61)


async def test_an_earlier_job_that_gives_its_count_back_leaves_a_cooldown_alone(
    ledger: StoredLedger,
) -> None:
    await ledger.take(job(1), [])
    await ledger.take(job(2, at=NOW + timedelta(seconds=30)), [])
    await ledger.settle(1, NOW, counts=False, charged=True)

    refused = await ledger.take(job(3, at=NOW + timedelta(seconds=70)), a_minute_between())

    assert isinstance(refused, ReachedLimit)
    assert refused.free_at == NOW + timedelta(seconds=90)


async def test_a_servers_usage_is_told_by_day_member_and_model(ledger: StoredLedger) -> None:
    for number in range(3):
        await ledger.take(job(number), [])
    await ledger.take(job(4, member_id=OTHER), [])
    await ledger.take(job(5, at=NOW - timedelta(days=1)), [])
    await ledger.take(job(6, server_id=OTHER), [])

    today, yesterday = date(2026, 1, 31), date(2026, 1, 30)
    assert await ledger.usage(SERVER, yesterday) == [
        UsageLine(yesterday, MEMBER, "a/b", 1, PRICE),
        UsageLine(today, MEMBER, "a/b", 3, 3 * PRICE),
        UsageLine(today, OTHER, "a/b", 1, PRICE),
    ]
    assert await ledger.usage(SERVER, today, OTHER) == [UsageLine(today, OTHER, "a/b", 1, PRICE)]


async def test_a_days_cost_is_that_of_all_servers_without_what_was_given_back(
    ledger: StoredLedger,
) -> None:
    for number, server_id in enumerate((SERVER, OTHER, SERVER)):
        await ledger.take(job(number, server_id=server_id), [])
    await ledger.take(job(3, at=NOW - timedelta(days=1)), [])
    await ledger.settle(2, NOW, counts=False, charged=False)

    assert await ledger.charged_on(NOW.date()) == 2 * PRICE
    assert await ledger.charged_on(NOW.date() + timedelta(days=1)) == 0


async def test_commands_at_the_same_moment_get_exactly_what_the_limit_allows(
    ledger: StoredLedger,
) -> None:
    answers = await asyncio.gather(
        *(ledger.take(job(number), [daily(HERE, 30)]) for number in range(200))
    )

    assert sum(isinstance(answer, Taken) for answer in answers) == 30
    assert await pictures(ledger, HERE) == 30


async def test_accounts_are_the_sums_of_the_jobs_whatever_happened(ledger: StoredLedger) -> None:
    for number in range(60):
        await ledger.take(job(number, member_id=number % 7 + 1), [daily(ALL, 50)])
    for number in range(0, 60, 2):
        await ledger.settle(number, NOW, counts=number % 3 == 0, charged=number % 4 == 0)

    account = await ledger.account(ALL, NOW)
    lines = await ledger.usage(SERVER, NOW.date())
    assert account.day_pictures == sum(line.pictures for line in lines)
    assert account.day_microdollars == sum(line.microdollars for line in lines)
