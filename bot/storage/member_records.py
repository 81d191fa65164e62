"""What is kept about one member in one server: handed out, and let go of."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from bot.domain.ledgers import Holder, holders_of
from bot.domain.member_records import MemberRecord
from bot.domain.server_policy import MemberBlock
from bot.domain.usage_entries import UsageEntry
from bot.domain.windows import Window
from bot.storage.account_rows import idle_at, read_accounts
from bot.storage.audit_rows import NOTHING, read_records, selection_of_records
from bot.storage.database import Database
from bot.storage.tables import NOBODY, AccountRow, AuditRow, BlockedMemberRow, UsageRow
from bot.storage.usage_rows import selection_of_entries
from bot.storage.writer import JournalWriter

_Conditions = Sequence[ColumnElement[bool]]


class StoredMemberRecords:
    """Fulfils ``MemberRecords``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def get(self, server_id: int, member_id: int) -> MemberRecord:
        """Give all of it."""
        return await self._database.read(partial(_record, of=Holder(server_id, member_id)))

    async def delete(
        self, server_id: int, member_id: int, at: datetime, own_words: Collection[str] = ()
    ) -> int:
        """Remove what nobody else needs; tell how many jobs stay, because they are under way."""
        of = Holder(server_id, member_id)
        return await self._writer.write(partial(_delete, of=of, at=at, own_words=own_words))


def _record(connection: Connection, of: Holder) -> MemberRecord:
    entries = selection_of_entries().where(*_usage(of)).order_by(UsageRow.taken_at)
    log = selection_of_records().where(AuditRow.server_id == of.server_id, _concerns(of.member_id))
    accounts = read_accounts(connection, holders_of(of.server_id, of.member_id))
    return MemberRecord(
        of.server_id,
        of.member_id,
        usage=tuple(UsageEntry(*facts) for facts in connection.execute(entries)),
        account=accounts[of],
        block=_block(connection, of),
        log=tuple(each.entry for each in read_records(connection, log.order_by(AuditRow.id))),
        everywhere=accounts[Holder(member_id=of.member_id)],
    )


def _concerns(member_id: int) -> ColumnElement[bool]:
    """Tell the entries that somebody made, that were made about them or about their pictures."""
    row = AuditRow
    # As it is written there; in what anybody typed, a quotation mark has a backslash before it.
    owner = json.dumps({"owner": str(member_id)})[1:-1]
    return or_(
        row.actor_id == member_id,
        row.subject == str(member_id),
        row.after.contains(owner, autoescape=True),
    )


def _block(connection: Connection, of: Holder) -> MemberBlock | None:
    row = BlockedMemberRow
    found = connection.execute(
        select(row.member_id, row.until, row.reason, row.created_by, row.created_at).where(
            row.server_id == of.server_id, row.member_id == of.member_id
        )
    ).one_or_none()
    return None if found is None else MemberBlock(*found)


def _delete(connection: Connection, of: Holder, at: datetime, own_words: Collection[str]) -> int:
    _delete_usage(connection, of, at)
    _delete_words(connection, of, own_words)
    row = AccountRow
    here_or_everywhere = row.server_id.in_((of.server_id, Holder().server_id))
    connection.execute(
        delete(row).where(here_or_everywhere, row.member_id == of.member_id, idle_at(at))
    )
    return connection.execute(select(func.count(UsageRow.job_id)).where(*_usage(of))).scalar_one()


def _delete_usage(connection: Connection, of: Holder, at: datetime) -> None:
    row = UsageRow
    ended = (*_usage(of), row.ended_at.is_not(None))
    connection.execute(delete(row).where(*ended, row.taken_at < Window.MONTH.start(at)))
    # The job's id stays, so that its interaction isn't taken for a new one, and its sums stay, so
    # that what the server has spent still adds up.
    connection.execute(update(row).where(*ended).values(member_id=NOBODY))


def _delete_words(connection: Connection, of: Holder, actions: Collection[str]) -> None:
    row = AuditRow
    connection.execute(
        update(row)
        .where(row.server_id == of.server_id, row.actor_id == of.member_id, row.action.in_(actions))
        .values(before=NOTHING, after=NOTHING)
    )


def _usage(of: Holder) -> _Conditions:
    return UsageRow.server_id == of.server_id, UsageRow.member_id == of.member_id
