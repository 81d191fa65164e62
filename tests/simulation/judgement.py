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
* (What an end says that was last written by a process which everybody had to take for dead is let
  be; that it is an end isn't, unless it was held up on its way.)
* Pictures that the journal knows of were shown, unless a moderator took the message away, they
  can't be had any more, or Discord takes no picture there.
"""

from collections.abc import Iterator

from bot.domain.errors import Charge
from bot.domain.journal import JournalEntry, Step
from bot.domain.usage_entries import UsageEntry
from bot.presentation.error_words import CHARGES
from tests.bookkeeping import Books, read_books
from tests.simulation.image_api import End
from tests.simulation.surroundings import Surroundings


def breaches(world: Surroundings) -> Iterator[str]:
    """Say what is wrong."""
    books = world.database.read(read_books)
    for entry in books.entries.values():
        yield from _of_messages(entry, world)
        yield from _of_money(entry, books.takings[entry.job.id], world)
    yield from (f"job {job_id} was charged and isn't known" for job_id in _unknown(books, world))
    yield from books.breaches()


def _unknown(books: Books, world: Surroundings) -> list[int]:
    return [job_id for job_id in world.api.tasks if job_id not in books.entries]


def _of_messages(entry: JournalEntry, world: Surroundings) -> Iterator[str]:
    job_id = entry.job.id
    messages = world.discord.messages(job_id)
    if entry.open or entry.owner is not None:
        yield f"job {job_id} isn't closed: {entry.step.value} of {entry.owner}"
    gone = any(message.deleted for message in messages)
    if not messages or gone:
        return
    newest = messages[-1]
    if not newest.ended and not (newest.stale and newest.held_up):
        yield f"the message of job {job_id} stands at: {newest.text}"
    if newest.stale or not newest.ended:
        return
    yield from _of_words(entry, newest.text, world)
    shown = any(message.pictured for message in messages)
    if entry.made is not None and not shown and not _beyond_help(entry, world):
        yield f"job {job_id} lost its picture"


def _beyond_help(entry: JournalEntry, world: Surroundings) -> bool:
    roads = world.discord.roads.get(entry.job.id)
    only_bytes = entry.made is not None and None in entry.made.outputs
    lost_on_the_way = only_bytes and not _on_disk_by_then(entry, world)
    refused = roads is not None and (roads.pictures or roads.channel)
    return refused or lost_on_the_way or world.api.scripts[entry.job.id].end is End.GONE


def _on_disk_by_then(entry: JournalEntry, world: Surroundings) -> bool:
    """Tell whether whoever ended a job could find its pictures on the disk.

    A process that stood still with the bytes in its hands may put them there long after.
    """
    shelf = world.shelves.get(entry.job.id)
    return shelf is not None and (entry.ended_at is None or shelf.since <= entry.ended_at)


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
    if world.api.charged(job_id) and not taking.charged:
        yield f"job {job_id} was charged, and its money was given back"
    if taking.charged and not world.api.attempts.get(job_id) and entry.submitted_at is None:
        yield f"job {job_id} was never sent, and its money is gone"
