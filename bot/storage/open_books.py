"""The books of several jobs, open for one change: read together, written together.

A thousand jobs that are booked at the same moment share a server's account and the host's. Each
would read and write them anew; so what is read for all is kept in memory until the change ends.
Nothing else is booked meanwhile, since one change runs at a time.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Connection, Select, bindparam, select

from bot.domain.ledgers import (
    Account,
    Holder,
    Limit,
    ReachedLimit,
    Taken,
    Taking,
    reached_limit,
)
from bot.storage.account_rows import keep_accounts, read_accounts
from bot.storage.statements import Row, insert_all
from bot.storage.tables import UsageRow


class OpenBooks:
    """What several jobs take; :meth:`close` writes it."""

    def __init__(self, connection: Connection, takings: Collection[Taking]) -> None:
        self._connection = connection
        self._takings = takings
        self._known: set[int] = set()
        self._accounts: dict[Holder, Account] = {}
        self._new: list[Taking] = []

    @classmethod
    def of(cls, connection: Connection, takings: Collection[Taking]) -> "OpenBooks":
        """Open the books at the accounts of these jobs."""
        books = cls(connection, takings)
        books.read()
        return books

    def read(self) -> None:
        """Read what is booked by now."""
        job_ids = {"job_ids": [taking.job_id for taking in self._takings]}
        self._known.update(self._connection.scalars(_known(), job_ids))
        holders = {holder for taking in self._takings for holder in taking.holders}
        self._accounts |= read_accounts(self._connection, holders)

    def know(self, job_id: int) -> bool:
        """Tell whether a job was booked before."""
        return job_id in self._known

    def take(self, taking: Taking, limits: Collection[Limit]) -> Taken | ReachedLimit:
        """Book a job where no limit stands against it; all of it or nothing."""
        accounts = self._at(taking)
        if self.know(taking.job_id):
            return Taken(accounts, again=True)
        reached = reached_limit(taking, accounts, limits)
        if reached is not None:
            return reached
        booked = {holder: account.booked(taking) for holder, account in accounts.items()}
        self._accounts |= booked
        self._known.add(taking.job_id)
        self._new.append(taking)
        return Taken(booked)

    def close(self) -> None:
        """Write down what was booked."""
        if not self._new:
            return
        changed = {holder for taking in self._new for holder in taking.holders}
        keep_accounts(self._connection, {h: self._accounts[h] for h in changed})
        insert_all(self._connection, UsageRow, [_row(taking) for taking in self._new])

    def _at(self, taking: Taking) -> dict[Holder, Account]:
        return {holder: self._accounts[holder].at(taking.at) for holder in taking.holders}


@cache
def _known() -> Select[int]:
    chosen = UsageRow.job_id.in_(bindparam("job_ids", expanding=True))
    return select(UsageRow.job_id).where(chosen)


def _row(taking: Taking) -> Row:
    return {
        "job_id": taking.job_id,
        "server_id": taking.server_id,
        "member_id": taking.member_id,
        "model": taking.model,
        "pictures": taking.pictures,
        "microdollars": taking.microdollars,
        "taken_at": taking.at,
        "taken_on": taking.at.date(),
        "ended_at": None,
        "counted": True,
        "charged": True,
    }
