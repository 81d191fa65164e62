"""Letting go of what is old, a little at a time.

Everybody's changes wait for each other, so a month of a large server isn't removed by one of them.
What is removed leaves room in the file that the next rows fill.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, exists, select, union

from bot.domain.server_policy import HOST
from bot.storage.account_rows import idle_at
from bot.storage.database import Database
from bot.storage.declaring import Table
from bot.storage.snowflakes import first_id_at
from bot.storage.statements import REMOVED_AT_ONCE, insert_new, remove_some
from bot.storage.tables import (
    AccountRow,
    AuditRow,
    BlockedMemberRow,
    BlockedTermRow,
    GreetedServerRow,
    JobRow,
    LeftServerRow,
    MemberPreferenceRow,
    ModelRuleRow,
    SeenInteractionRow,
    ServerRow,
    ServerSettingRow,
    UsageRow,
)
from bot.storage.writer import JournalWriter

# An interaction is delivered again only while its token lives, 15 minutes.
_INTERACTIONS_KEPT = timedelta(days=1)
# Usage comes before the accounts, so that a job which isn't settled yet still finds its own.
_OF_SERVERS: Sequence[type[Table]] = (
    ServerRow,
    ModelRuleRow,
    ServerSettingRow,
    BlockedTermRow,
    BlockedMemberRow,
    GreetedServerRow,
    MemberPreferenceRow,
    AuditRow,
    JobRow,
    UsageRow,
    AccountRow,
)


class StoredRetention:
    """Fulfils ``Retention``."""

    def __init__(self, database: Database, writer: JournalWriter) -> None:
        self._database = database
        self._writer = writer

    async def purge(self, server_id: int, before: datetime) -> int:
        """Remove a server's usage, log and ended blocks of before a moment; tell how many rows."""
        usage, log, block = UsageRow, AuditRow, BlockedMemberRow
        return (
            await self._remove(
                usage,
                usage.server_id == server_id,
                usage.taken_at < before,
                usage.ended_at.is_not(None),
            )
            + await self._remove(log, log.server_id == server_id, log.happened_at < before)
            + await self._remove(block, block.server_id == server_id, block.until < before)
        )

    async def tidy(self, at: datetime) -> int:
        """Remove what counts for nothing any more in any server; tell how many rows."""
        seen = SeenInteractionRow
        long_ago = seen.interaction_id < first_id_at(at - _INTERACTIONS_KEPT)
        return await self._remove(AccountRow, idle_at(at)) + await self._remove(seen, long_ago)

    async def left(self, server_id: int, at: datetime) -> None:
        """Remember when the bot was found to have left a server; what is known already stays."""
        if server_id == HOST:
            raise ValueError("the host's own records aren't a server's")
        row = {"server_id": server_id, "left_at": at}
        await self._writer.write(partial(insert_new, table=LeftServerRow, row=row))

    async def returned(self, server_id: int) -> None:
        """Let a server keep everything: the bot is there."""
        row = LeftServerRow
        await self._writer.write(
            lambda connection: connection.execute(delete(row).where(row.server_id == server_id))
        )

    async def servers(self) -> Collection[int]:
        """Name all servers of which anything is kept."""
        return await self._database.read(_servers)

    async def left_before(self, moment: datetime) -> Collection[int]:
        """Name the servers that were left before a moment."""
        return await self._database.read(partial(_left, before=moment))

    async def purge_left(self, before: datetime) -> Collection[int]:
        """Remove everything of the servers that were left before a moment; name them."""
        gone = await self.left_before(before)
        for server_id in gone:
            await self._purge_all(server_id, before)
        return gone

    async def _purge_all(self, server_id: int, before: datetime) -> None:
        left = LeftServerRow
        # Looked at by every statement: the bot may return meanwhile.
        still_left = (left.server_id == server_id, left.left_at < before)
        under_way = exists(select(UsageRow.job_id).where(UsageRow.server_id == server_id))
        for table in _OF_SERVERS:
            of_server = table.__table__.columns["server_id"] == server_id
            gone = exists(select(left.server_id).where(*still_left))
            settled = _over(table)
            unused = [~under_way] if table is AccountRow else []
            await self._remove(table, of_server, gone, *settled, *unused)
        await self._remove(left, *still_left, ~under_way)

    async def _remove(self, table: type[Table], *where: ColumnElement[bool]) -> int:
        removed = 0
        while True:
            some = await self._writer.write(partial(_remove_some, table=table, where=where))
            removed += some
            if some < REMOVED_AT_ONCE:
                return removed


def _remove_some(
    connection: Connection, table: type[Table], where: Sequence[ColumnElement[bool]]
) -> int:
    return remove_some(connection, table, *where)


def _over(table: type[Table]) -> Sequence[ColumnElement[bool]]:
    """Tell what is over of that which can be under way."""
    if table is JobRow:
        return [~JobRow.open]
    return [UsageRow.ended_at.is_not(None)] if table is UsageRow else []


def _servers(connection: Connection) -> frozenset[int]:
    ids = (table.__table__.columns["server_id"] for table in _OF_SERVERS)
    named = union(*(select(server_id).where(server_id != HOST) for server_id in ids))
    return frozenset(connection.scalars(named))


def _left(connection: Connection, before: datetime) -> list[int]:
    row = LeftServerRow
    return list(connection.scalars(select(row.server_id).where(row.left_at < before)))
