"""Turns to open a session, kept where all processes see them, by the database's own clock.

A turn is a row with the moment at which it was taken, among the host's decisions. Who dies after
taking one holds nobody up for longer than the turn lasts.
"""

import json
import time
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, select, text

from bot.domain.identify_ports import IDENTIFY_EVERY_S
from bot.domain.server_policy import HOST
from bot.storage.statements import upsert
from bot.storage.tables import ServerSettingRow
from bot.storage.writer import JournalWriter


class StoredIdentifyTurns:
    """Fulfils ``IdentifyTurns``."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer

    async def take(self, bucket: int) -> float:
        """Take the turn of a bucket; give the seconds after which to ask again, 0 where it is ours.

        Raises
        ------
        StoreUnavailableError
        """
        return await self._writer.write(partial(_take, name=f"identify.{bucket}"))


def _take(connection: Connection, name: str) -> float:
    now_s = _now_s(connection)
    row = ServerSettingRow
    found = connection.scalar(select(row.value).where(row.server_id == HOST, row.name == name))
    wait_s = 0.0 if found is None else float(json.loads(found)) + IDENTIFY_EVERY_S - now_s
    # A turn far ahead was taken by a clock that was wrong.
    if 0 < wait_s <= IDENTIFY_EVERY_S:
        return wait_s
    taken = {"server_id": HOST, "name": name, "value": json.dumps(now_s)}
    upsert(connection, row, [taken | {"changed_at": _moment(now_s), "changed_by": HOST}])
    return 0.0


def _moment(now_s: float) -> datetime:
    return datetime.fromtimestamp(now_s, UTC)


def _now_s(connection: Connection) -> float:
    if connection.dialect.name != "postgresql":
        return time.time()
    # Not the beginning of the transaction, which has waited for its own turn since.
    return float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0.0)
