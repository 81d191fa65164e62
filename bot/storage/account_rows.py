"""Accounts as rows, and back."""

from collections.abc import Mapping
from dataclasses import fields
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
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.ledgers import Account, Holder, holders_of
from bot.domain.windows import Window
from bot.storage.statements import Row, upsert
from bot.storage.tables import AccountRow

# As long as a moderator can make a member wait from one picture to the next.
_COOLDOWN_MAX = timedelta(days=1)
# As :class:`Holder` has it: all servers, or all members.
_ANYBODY = 0
_AccountSelection = Select[
    int, int, datetime, int, datetime, int, int, datetime, int, int, datetime | None
]


def read_accounts(connection: Connection, server_id: int, member_id: int) -> dict[Holder, Account]:
    """Read all accounts of a member's job in a server; a holder's first one is empty."""
    accounts = dict.fromkeys(holders_of(server_id, member_id), Account())
    of = {"server_id": server_id, "member_id": member_id}
    for facts in connection.execute(_selection_of_accounts(), of):
        accounts[Holder(*facts[:2])] = Account(*facts[2:])
    return accounts


def keep_accounts(connection: Connection, accounts: Mapping[Holder, Account]) -> None:
    """Write accounts in the place of what is there."""
    upsert(connection, AccountRow, [_row(holder, account) for holder, account in accounts.items()])


def _row(holder: Holder, account: Account) -> Row:
    # dataclasses.asdict would copy each value deeply, and take longer than the database.
    of_holder = {name: getattr(holder, name) for name in _names(Holder)}
    return of_holder | {name: getattr(account, name) for name in _names(Account)}


@cache
def _names(kind: type[Holder | Account]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


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
    ).where(_is_or_any(row.server_id, "server_id"), _is_or_any(row.member_id, "member_id"))


def _is_or_any(column: InstrumentedAttribute[int], name: str) -> ColumnElement[bool]:
    """Tell that a column has the id of that name or stands for all, in words that never change.

    A list of ids would be put into the statement anew each time, which takes as long as running it.
    """
    return or_(column == bindparam(name), column == _ANYBODY)
