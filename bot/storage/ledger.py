"""The ledgers in the database: a row for each job, and accounts that are sums of such rows.

All of a job is booked in one change, and no two changes run at once: what was checked is still so
when it is booked, whichever process asks. The accounts could be had from the jobs' rows at any
time; they are kept because a check has to be quick.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, exists, func, select, update

from bot.domain.ledgers import (
    Account,
    Holder,
    Limit,
    ReachedLimit,
    Taken,
    Taking,
    UsageLine,
    holders_of,
)
from bot.domain.usage_entries import UsageEntry
from bot.storage.account_rows import keep_accounts, read_accounts
from bot.storage.database import Database
from bot.storage.open_books import OpenBooks
from bot.storage.tables import JobRow, UsageRow
from bot.storage.usage_rows import EntrySelection, selection_of_entries
from bot.storage.writer import JournalWriter


class StoredLedger:
    """Fulfils ``Ledger``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def take(self, taking: Taking, limits: Collection[Limit]) -> Taken | ReachedLimit:
        """Book a job where no limit stands against it; all of it or nothing."""
        return await self._writer.write(partial(take, taking=taking, limits=limits))

    async def settle(self, job_id: int, at: datetime, *, counts: bool, charged: bool) -> None:
        """End a job, and give back what doesn't stand; what was given back stays so."""
        verdict = Verdict(at, counts=counts, charged=charged)
        await self._writer.write(partial(settle, job_id=job_id, verdict=verdict))

    async def settle_abandoned(self, taken_before: datetime, at: datetime) -> int:
        """End the jobs that nobody ended, give back their counts, tell how many they were."""
        verdict = Verdict(at, counts=False, charged=True)
        return await self._writer.write(
            partial(_settle_abandoned, taken_before=taken_before, verdict=verdict)
        )

    async def holding(self, job_id: int) -> UsageEntry | None:
        """Tell what a job took, and whether it stands; ``None`` for one that took nothing."""
        return await self._database.read(partial(_entry, job_id=job_id))

    async def account(self, holder: Holder, at: datetime) -> Account:
        """Tell what a holder has had in the windows of a moment."""
        accounts = await self._database.read(partial(read_accounts, holders=(holder,)))
        return accounts[holder].at(at)

    async def charged_on(self, day: date) -> int:
        """Tell what all jobs that were taken on a day of UTC have cost, in microdollars."""
        return await self._database.read(partial(_charged_on, day=day))

    async def usage(
        self, server_id: int, since: date, member_id: int | None = None
    ) -> Sequence[UsageLine]:
        """List what a server's members, or one of them, had since a day of UTC."""
        return await self._database.read(
            partial(_usage, server_id=server_id, since=since, member_id=member_id)
        )


class Verdict(NamedTuple):
    """What stands of a job at its end, and when that was; ``UsageEntry.settled`` takes it."""

    at: datetime
    counts: bool
    charged: bool
    made: int | None = None


def take(connection: Connection, taking: Taking, limits: Collection[Limit]) -> Taken | ReachedLimit:
    """Book a job as a part of a change."""
    books = OpenBooks.of(connection, [taking])
    taken = books.take(taking, limits)
    books.close()
    return taken


def settle(connection: Connection, job_id: int, verdict: Verdict) -> None:
    """End a job as a part of a change."""
    entry = _entry(connection, job_id)
    if entry is None:
        return
    settled = entry.settled(
        verdict.at, counts=verdict.counts, charged=verdict.charged, made=verdict.made
    )
    if settled == entry:
        return
    connection.execute(
        update(UsageRow)
        .where(UsageRow.job_id == job_id)
        .values(
            ended_at=settled.ended_at,
            pictures=settled.pictures,
            counted=settled.counted,
            charged=settled.charged,
        )
    )
    accounts = read_accounts(connection, holders_of(entry.server_id, entry.member_id))
    withdrawn = {h: entry.withdrawn(account, settled) for h, account in accounts.items()}
    if entry.counted and not settled.counted:
        earlier_at, own = _latest_counted(connection, entry), entry.holder
        withdrawn[own] = withdrawn[own].latest_returned(entry.taken_at, earlier_at)
    keep_accounts(connection, withdrawn)


def _latest_counted(connection: Connection, entry: UsageEntry) -> datetime | None:
    row = UsageRow
    wanted = select(func.max(row.taken_at)).where(
        row.server_id == entry.server_id, row.member_id == entry.member_id, row.counted
    )
    return connection.execute(wanted).scalar_one()


def _settle_abandoned(connection: Connection, taken_before: datetime, verdict: Verdict) -> int:
    # A job whose entry is open has somebody who goes on with it.
    known = exists(select(JobRow.job_id).where(JobRow.job_id == UsageRow.job_id, JobRow.open))
    left = select(UsageRow.job_id).where(
        UsageRow.ended_at.is_(None), UsageRow.taken_at < taken_before, ~known
    )
    job_ids = list(connection.scalars(left))
    for job_id in job_ids:
        settle(connection, job_id, verdict)
    return len(job_ids)


def _entry(connection: Connection, job_id: int) -> UsageEntry | None:
    facts = connection.execute(_selection_of_entry(), {"job_id": job_id}).one_or_none()
    return None if facts is None else UsageEntry(*facts)


@cache
def _selection_of_entry() -> EntrySelection:
    return selection_of_entries().where(UsageRow.job_id == bindparam("job_id"))


def _charged_on(connection: Connection, day: date) -> int:
    row = UsageRow
    total = select(func.sum(row.microdollars)).where(row.taken_on == day, row.charged)
    return int(connection.scalar(total) or 0)


def _usage(
    connection: Connection, server_id: int, since: date, member_id: int | None
) -> list[UsageLine]:
    row = UsageRow
    pictures = func.sum(case((row.counted, row.pictures), else_=0))
    microdollars = func.sum(case((row.charged, row.microdollars), else_=0))
    lines = (
        select(row.taken_on, row.member_id, row.model, pictures, microdollars)
        .where(row.server_id == server_id, row.taken_on >= since)
        .group_by(row.taken_on, row.member_id, row.model)
        .order_by(row.taken_on, row.member_id, row.model)
    )
    if member_id is not None:
        lines = lines.where(row.member_id == member_id)
    return [
        UsageLine(day, member, model, int(count), int(cost))
        for day, member, model, count, cost in connection.execute(lines)
        if count or cost
    ]
