"""Processes that beat, and the jobs that change hands between them, as changes of the database.

Each process does this every few seconds, so its statements are built once.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)

from bot.domain.journal import JournalEntry
from bot.domain.journal_ports import Lost
from bot.storage.job_rows import entry_of, row_of_step
from bot.storage.statements import insert_new
from bot.storage.tables import NOBODY, JobRow, ProcessRow

# Each is a message to edit; the next hundred are found a moment later.
_TAKEN_UP_AT_ONCE = 100


def beat(connection: Connection, owner: int) -> Mapping[int, int]:
    """Count one more beat of a process; tell how often each other one has beaten."""
    us = {"us": owner}
    if not insert_new(connection, ProcessRow, {"process_id": owner, "beats": 1}):
        connection.execute(_one_more(), us)
    known = {each.process_id: each.beats for each in connection.execute(_others(), us)}
    # A process that was taken for gone has no row of its own; its jobs still name it.
    return {**dict.fromkeys(connection.scalars(_named(), us), 0), **known}


def take_up(
    connection: Connection, owner: int, gone: Collection[int] | None, lost: Lost
) -> Sequence[JournalEntry]:
    """Give a process the open jobs that nobody works on, the oldest first, a hundred at most."""
    left = {} if gone is None else {"gone": [NOBODY, *gone]}
    facts = {"us": owner, "at_work": list(lost.at_work), "accepted_before": lost.accepted_before}
    found = connection.execute(_left(everybody=gone is None), {**facts, **left}).mappings()
    entries = [entry_of(each).taken_up(owner) for each in found]
    _hand_over(connection, entries)
    if len(entries) < _TAKEN_UP_AT_ONCE:
        _forget_gone(connection, owner, gone)
    return entries


def leave(connection: Connection, owner: int) -> None:
    """Let a process be gone, and what it still has be anybody's."""
    _forget(connection, (owner,))
    row = JobRow
    left = select(row.__table__).where(row.open, row.owner_id == owner)
    entries = [entry_of(each) for each in connection.execute(left).mappings()]
    _hand_over(connection, [entry.released() for entry in entries])


def _hand_over(connection: Connection, entries: Sequence[JournalEntry]) -> None:
    for entry in entries:
        changed = row_of_step(entry)
        connection.execute(update(JobRow).where(JobRow.job_id == entry.job.id).values(changed))


@cache
def _one_more() -> Update:
    row = ProcessRow
    return update(row).where(row.process_id == bindparam("us")).values(beats=row.beats + 1)


@cache
def _others() -> Select[int, int]:
    row = ProcessRow
    return select(row.process_id, row.beats).where(row.process_id != bindparam("us"))


@cache
def _named() -> Select[int]:
    row = JobRow
    others = and_(row.owner_id != bindparam("us"), row.owner_id != NOBODY)
    return select(row.owner_id).where(row.open, others).distinct()


@cache
def _left(*, everybody: bool) -> Select[*tuple[object, ...]]:
    """Find what nobody works on; all that isn't ours where everybody else is gone."""
    row = JobRow
    by_others = row.owner_id != bindparam("us") if everybody else row.owner_id.in_(_listed("gone"))
    return (
        select(row.__table__)
        # What this process worked on before it lost it has to be let go of first.
        .where(row.open, row.job_id.not_in(_listed("at_work")), or_(by_others, _lost()))
        .order_by(row.job_id)
        .limit(_TAKEN_UP_AT_ONCE)
    )


def _lost() -> ColumnElement[bool]:
    row = JobRow
    old = row.accepted_at < bindparam("accepted_before")
    return and_(row.owner_id == bindparam("us"), old)


def _listed(name: str) -> BindParameter[Sequence[int]]:
    return bindparam(name, expanding=True)


def _forget_gone(connection: Connection, owner: int, gone: Collection[int] | None) -> None:
    if gone is None:
        connection.execute(delete(ProcessRow).where(ProcessRow.process_id != owner))
    else:
        _forget(connection, gone)


def _forget(connection: Connection, gone: Collection[int]) -> None:
    if gone:
        connection.execute(delete(ProcessRow).where(ProcessRow.process_id.in_(tuple(gone))))
