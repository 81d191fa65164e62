"""What has to hold once everything has come to rest.

Theory
------
Three accounts of one story are held against each other: what the API did, what the journal and the
ledgers say, and what the member reads.

* Every job is closed, and every message that stands shows how it ended.
* A member who reads that nothing was charged wasn't charged; a member whose request never left
  reads just that. What the message says of the money is what the journal says.
* A job's taking has ended; its count and its money stand as its end says. The accounts are the
  sums of such takings, and nobody has anything under way.
* (A message that was last written by a process which everybody had to take for dead is let be.)
* Pictures that the journal knows of were shown, unless a moderator took the message away, they
  can't be had any more, or Discord takes no picture there.
"""

from collections.abc import Iterator
from dataclasses import fields

from sqlalchemy import Connection, select

from bot.domain.errors import Charge
from bot.domain.journal import JournalEntry, Step
from bot.domain.ledgers import Account, Holder, holders_of
from bot.domain.usage_entries import UsageEntry
from bot.domain.windows import Window
from bot.presentation.error_words import CHARGES
from bot.storage.job_rows import entry_of
from bot.storage.tables import AccountRow, JobRow
from bot.storage.usage_rows import selection_of_entries
from tests.simulation.image_api import End
from tests.simulation.surroundings import Surroundings


def breaches(world: Surroundings) -> Iterator[str]:
    """Say what is wrong."""
    entries = world.database.read(_entries)
    takings = world.database.read(_takings)
    for entry in entries.values():
        yield from _of_messages(entry, world)
        yield from _of_money(entry, takings[entry.job.id], world)
    yield from (f"job {job_id} was charged and isn't known" for job_id in _unknown(entries, world))
    yield from _of_accounts(list(takings.values()), world.database.read(_accounts))


def _entries(connection: Connection) -> dict[int, JournalEntry]:
    rows = connection.execute(select(JobRow.__table__).order_by(JobRow.job_id)).mappings()
    return {row["job_id"]: entry_of(row) for row in rows}


def _takings(connection: Connection) -> dict[int, UsageEntry]:
    found = [UsageEntry(*row) for row in connection.execute(selection_of_entries())]
    return {entry.job_id: entry for entry in found}


def _accounts(connection: Connection) -> dict[Holder, Account]:
    rows = connection.execute(select(AccountRow.__table__)).mappings()
    return {
        Holder(row["server_id"], row["member_id"]): Account(
            **{field.name: row[field.name] for field in fields(Account)}
        )
        for row in rows
    }


def _unknown(entries: dict[int, JournalEntry], world: Surroundings) -> list[int]:
    return [job_id for job_id in world.api.tasks if job_id not in entries]


def _of_messages(entry: JournalEntry, world: Surroundings) -> Iterator[str]:
    job_id = entry.job.id
    messages = world.discord.messages(job_id)
    if entry.open or entry.owner is not None:
        yield f"job {job_id} isn't closed: {entry.step.value} of {entry.owner}"
    gone = any(message.deleted for message in messages)
    if not messages or gone or messages[-1].stale:
        return
    newest = messages[-1]
    if not newest.ended:
        yield f"the message of job {job_id} stands at: {newest.text}"
        return
    yield from _of_words(entry, newest.text, world)
    shown = any(message.pictured for message in messages)
    if entry.made is not None and not shown and not _beyond_help(entry, world):
        yield f"job {job_id} lost its picture"


def _beyond_help(entry: JournalEntry, world: Surroundings) -> bool:
    roads = world.discord.roads.get(entry.job.id)
    only_bytes = entry.made is not None and None in entry.made.outputs
    refused = roads is not None and (roads.pictures or roads.channel)
    lost_on_the_way = only_bytes and entry.job.id not in world.shelves
    return refused or lost_on_the_way or world.api.scripts[entry.job.id].end is End.GONE


def _of_words(entry: JournalEntry, text: str, world: Surroundings) -> Iterator[str]:
    job_id, charged = entry.job.id, world.api.charged(entry.job.id)
    if CHARGES[Charge.NOTHING] in text and charged:
        yield f"job {job_id} reads as not charged, and was: {text}"
    if "AI-generated" in text and not charged:
        yield f"job {job_id} has a picture that nobody made"
    without_picture = entry.step is not Step.DELIVERED
    if without_picture and CHARGES[entry.charge] not in text:
        yield f"job {job_id} is {entry.charge.name} in the journal, and reads: {text}"


def _of_money(entry: JournalEntry, taking: UsageEntry, world: Surroundings) -> Iterator[str]:
    job_id = entry.job.id
    delivered, maybe = entry.step is Step.DELIVERED, entry.charge is not Charge.NOTHING
    counted = delivered or (entry.step is Step.CANCELLED and maybe)
    charged = delivered or maybe
    if taking.ended_at is None:
        yield f"job {job_id} is {entry.step.value}, and its taking never ended"
    if (taking.counted, taking.charged) != (counted, charged):
        stands = f"counted {taking.counted}, charged {taking.charged}"
        yield f"job {job_id} is {entry.step.value}, {entry.charge.name}, and stands as {stands}"
    if world.api.charged(job_id) and not taking.charged:
        yield f"job {job_id} was charged, and its money was given back"
    if taking.charged and not world.api.attempts.get(job_id) and entry.submitted_at is None:
        yield f"job {job_id} was never sent, and its money is gone"


def _of_accounts(takings: list[UsageEntry], accounts: dict[Holder, Account]) -> Iterator[str]:
    for holder, account in accounts.items():
        own = [each for each in takings if holder in holders_of(each.server_id, each.member_id)]
        expected = _sums(own, account)
        found = tuple(getattr(account, name) for name in _SUMMED)
        if found != expected:
            yield f"{holder} has {found}, and the sums are {expected}"


_SUMMED = ("at_once", "hour_pictures", "day_pictures", "day_microdollars", "month_microdollars")


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
