"""The journal and the ledgers of one database, held against each other.

Whether a job's taking stands follows from how the job ended (design law 7), and the accounts are
the sums of the takings that stand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.domain.errors import Charge
from bot.domain.journal import JournalEntry, Step
from bot.domain.ledgers import Account, Holder, holders_of
from bot.domain.usage_entries import UsageEntry
from bot.domain.windows import Window
from bot.storage.job_rows import entry_of
from bot.storage.tables import AccountRow, JobRow
from bot.storage.usage_rows import selection_of_entries

_SUMMED = ("at_once", "hour_pictures", "day_pictures", "day_microdollars", "month_microdollars")


@dataclass(frozen=True)
class Books:
    """All that a database says of jobs, by their ids, and of accounts."""

    entries: Mapping[int, JournalEntry]
    takings: Mapping[int, UsageEntry]
    accounts: Mapping[Holder, Account]

    def breaches(self) -> Iterator[str]:
        """Say where they differ."""
        for entry in self.entries.values():
            yield from _of_taking(entry, self.takings[entry.job.id])
        for holder, account in self.accounts.items():
            yield from self._of_account(holder, account)

    def _of_account(self, holder: Holder, account: Account) -> Iterator[str]:
        takings = self.takings.values()
        own = [each for each in takings if holder in holders_of(each.server_id, each.member_id)]
        expected = _sums(own, account)
        found = tuple(getattr(account, name) for name in _SUMMED)
        if found != expected:
            yield f"{holder} has {found}, and the sums are {expected}"


def read_books(connection: Connection) -> Books:
    """Read all of it as one query."""
    rows = connection.execute(select(JobRow.__table__).order_by(JobRow.job_id)).mappings()
    found = [UsageEntry(*row) for row in connection.execute(selection_of_entries())]
    accounts = connection.execute(select(AccountRow.__table__)).mappings()
    return Books(
        entries={row["job_id"]: entry_of(row) for row in rows},
        takings={entry.job_id: entry for entry in found},
        accounts={
            Holder(row["server_id"], row["member_id"]): Account(
                **{name: row[name] for name in Account._fields}
            )
            for row in accounts
        },
    )


def _of_taking(entry: JournalEntry, taking: UsageEntry) -> Iterator[str]:
    job_id = entry.job.id
    delivered, maybe = entry.step is Step.DELIVERED, entry.charge is not Charge.NOTHING
    counted = delivered or (entry.step is Step.CANCELLED and maybe)
    charged = delivered or maybe
    if taking.ended_at is None:
        yield f"job {job_id} is {entry.step.value}, and its taking never ended"
    if (taking.counted, taking.charged) != (counted, charged):
        stands = f"counted {taking.counted}, charged {taking.charged}"
        yield f"job {job_id} is {entry.step.value}, {entry.charge.name}, and stands as {stands}"
    asked, made = entry.job.request.count, entry.made_pictures
    if taking.pictures != (asked if made is None else min(asked, made)):
        yield f"job {job_id} asked for {asked}, had {made}, and stands at {taking.pictures}"


def _sums(own: list[UsageEntry], account: Account) -> tuple[int, ...]:
    hour, day, month = (
        [each for each in own if window.start(each.taken_at) == start]
        for window, start in (
            (Window.HOUR, account.hour_at),
            (Window.DAY, account.day_at),
            (Window.MONTH, account.month_at),
        )
    )
    return (
        sum(each.ended_at is None for each in own),
        sum(each.pictures for each in hour if each.counted),
        sum(each.pictures for each in day if each.counted),
        sum(each.microdollars for each in day if each.charged),
        sum(each.microdollars for each in month if each.charged),
    )
