"""Accounts as rows, and back."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    or_,
    select,
)

from bot.domain.ledgers import Account, Holder
from bot.domain.windows import Window
from bot.storage.statements import Row, upsert
from bot.storage.tables import AccountRow

# As long as a moderator can make a member wait from one picture to the next.
_COOLDOWN_MAX = timedelta(days=1)
_AccountSelection = Select[
    int, int, datetime, int, datetime, int, int, datetime, int, int, datetime | None
]


def read_accounts(connection: Connection, holders: Collection[Holder]) -> dict[Holder, Account]:
    """Read accounts; a holder's first one is empty."""
    accounts = dict.fromkeys(holders, Account())
    ids = {
        "server_ids": sorted({holder.server_id for holder in holders}),
        "member_ids": sorted({holder.member_id for holder in holders}),
    }
    for facts in connection.execute(_selection_of_accounts(), ids):
        holder = Holder(*facts[:2])
        # A member of one of these servers may be known in another, which nobody asked about.
        if holder in accounts:
            accounts[holder] = Account(*facts[2:])
    return accounts


def keep_accounts(connection: Connection, accounts: Mapping[Holder, Account]) -> None:
    """Write accounts in the place of what is there."""
    upsert(connection, AccountRow, [_row(holder, account) for holder, account in accounts.items()])


def _row(holder: Holder, account: Account) -> Row:
    return holder._asdict() | account._asdict()


def idle_at(moment: datetime) -> ColumnElement[bool]:
    """Tell the accounts that count for nothing: without them everything is allowed that is now."""
    row = AccountRow
    return and_(
        row.month_at < Window.MONTH.start(moment),
        row.at_once == 0,
        or_(row.latest_at.is_(None), row.latest_at < moment - _COOLDOWN_MAX),
    )


@cache
def _selection_of_accounts() -> _AccountSelection:
    row = AccountRow
    return select(
        row.server_id,
        row.member_id,
        row.hour_at,
        row.hour_pictures,
        row.day_at,
        row.day_pictures,
        row.day_microdollars,
        row.month_at,
        row.month_microdollars,
        row.at_once,
        row.latest_at,
    ).where(
        row.server_id.in_(bindparam("server_ids", expanding=True)),
        row.member_id.in_(bindparam("member_ids", expanding=True)),
    )
