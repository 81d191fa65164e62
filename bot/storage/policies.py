"""What moderators decided: read by one query, changed step by step.

A step starts from what is kept now, and only what differs afterwards is written; since no other
change runs meanwhile, in whichever process, nothing gets lost between the two.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from bot.domain.ports import Clock
from bot.domain.server_policy import PolicyChange, ServerPolicy
from bot.storage.audit import append
from bot.storage.database import Database
from bot.storage.policy_rows import PolicyRows, read_policy
from bot.storage.statements import keep_difference
from bot.storage.writer import JournalWriter

ChangeT = TypeVar("ChangeT", bound=PolicyChange)


class StoredPolicies:
    """Fulfils ``ServerPolicies``; ``host_default`` is the default model where none is decided."""

    def __init__(
        self, database: Database, writer: JournalWriter, clock: Clock, host_default: str
    ) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._host_default = host_default

    async def get(self, server_id: int) -> ServerPolicy:
        """Read everything of a server."""
        return await self._database.read(
            partial(read_policy, server_id=server_id, host_default=self._host_default)
        )

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        """Take a step from what is decided now, alone; keep what it leads to, and its log."""
        rows = PolicyRows(server_id, by_id, self._clock.now(), self._host_default)

        def stepping(connection: Connection) -> ChangeT:
            change = step(read_policy(connection, server_id, self._host_default))
            _keep(connection, rows, change)
            return change

        return await self._writer.write(stepping)


def _keep(connection: Connection, rows: PolicyRows, change: PolicyChange) -> None:
    before, after = rows.of(change.before), rows.of(change.after)
    for table, kept in after.items():
        keep_difference(connection, table, before[table], kept)
    append(connection, change.entries)
