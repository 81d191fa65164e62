"""The ledgers as a small real class that lives in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.ledgers import (
    Account,
    Holder,
    Limit,
    ReachedLimit,
    Taken,
    Taking,
    UsageLine,
    holders_of,
    reached_limit,
)
from bot.domain.usage_entries import UsageEntry


@dataclass
class Ledgers:
    """The ledgers, as the domain counts them."""

    accounts: dict[Holder, Account] = field(default_factory=dict[Holder, Account])
    jobs: dict[int, UsageEntry] = field(default_factory=dict[int, UsageEntry])

    async def take(self, taking: Taking, limits: Collection[Limit]) -> Taken | ReachedLimit:
        accounts = {holder: self.accounts.get(holder, Account()) for holder in taking.holders}
        if taking.job_id in self.jobs:
            return Taken(accounts, again=True)
        if reached := reached_limit(taking, accounts, limits):
            return reached
        booked = {holder: account.booked(taking) for holder, account in accounts.items()}
        self.accounts |= booked
        self.jobs[taking.job_id] = _entry(taking)
        return Taken(booked)

    async def settle(
        self, job_id: int, at: datetime, *, counts: bool, charged: bool, made: int | None = None
    ) -> None:
        entry = self.jobs.get(job_id)
        if entry is None:
            return
        settled = entry.settled(at, counts=counts, charged=charged, made=made)
        self.jobs[job_id] = settled
        for holder in holders_of(entry.server_id, entry.member_id):
            self.accounts[holder] = entry.withdrawn(self.accounts[holder], settled)
        if not settled.counted:
            counted = [
                e.taken_at for e in self.jobs.values() if e.holder == entry.holder and e.counted
            ]
            own = self.accounts[entry.holder]
            latest_at = max(counted, default=None)
            self.accounts[entry.holder] = own.latest_returned(entry.taken_at, latest_at)

    async def settle_abandoned(self, taken_before: datetime, at: datetime) -> int:
        raise NotImplementedError

    async def holding(self, job_id: int) -> UsageEntry | None:
        return self.jobs.get(job_id)

    async def account(self, holder: Holder, at: datetime) -> Account:
        return self.accounts.get(holder, Account()).at(at)

    async def charged_on(self, day: date) -> int:
        entries = (e for e in self.jobs.values() if e.taken_at.date() == day and e.charged)
        return sum(entry.microdollars for entry in entries)

    async def usage(
        self, server_id: int, since: date, member_id: int | None = None
    ) -> Sequence[UsageLine]:
        return [
            UsageLine(e.taken_at.date(), e.member_id, e.model, e.pictures, e.microdollars)
            for e in sorted(self.jobs.values(), key=lambda entry: entry.taken_at)
            if e.server_id == server_id
            and e.taken_at.date() >= since
            and member_id in {None, e.member_id}
        ]


def _entry(taking: Taking) -> UsageEntry:
    return UsageEntry(
        taking.job_id,
        taking.server_id,
        taking.member_id,
        taking.model,
        taking.pictures,
        taking.microdollars,
        taking.at,
    )
