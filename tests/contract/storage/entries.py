"""Entries of the journal for the tests of its stores."""

from datetime import UTC, datetime, timedelta

from bot.domain.deeds import Deed
from bot.domain.jobs import Job, Origin
from bot.domain.journal import JournalEntry, MessageMark
from bot.domain.journal_ports import Accepted, Lost, Room
from bot.domain.ledgers import Taking
from bot.domain.request_fitting import LeftOut, Option
from bot.domain.requests import ImageRequest, Shape
from bot.domain.showing import Flagged, Showing
from bot.domain.visits import Visit
from bot.storage.journal import StoredJournal

NOW = datetime(2026, 1, 31, 12, 30, 1, tzinfo=UTC)
SERVER, QUIET, CHANNEL, MEMBER, OTHER = 2**60, 2**60 + 1, 2**61, 2**62, 2**62 + 1
OURS, THEIRS = 2**61 + 7, 2**61 + 8
MARK = MessageMark(5001, "a-token", 10 << 20)
ROOM = Room(slots=2, member_waiting_max=10)
NONE_LOST = Lost((), NOW - timedelta(days=1))


def a_job(
    job_id: int = 1,
    member_id: int = MEMBER,
    server_id: int = SERVER,
    parent_id: int | None = None,
) -> Job:
    parent = 1000 + job_id if parent_id is None else parent_id
    return Job(
        job_id,
        ImageRequest("A cat\nin space 🐈", "a/b", Shape.WIDE, 2, -1, "dogs", 0.5),
        Visit(server_id, CHANNEL, member_id, frozenset({server_id, 2**59}), age_restricted=True),
        CHANNEL + 1,
        private=True,
        showing=Showing(spoiler=True, with_prompt=False, flagged=Flagged.WITHHOLD),
        origin=Origin(parent, Deed.VARY, CHANNEL + 1, 7001) if parent else None,
        left_out=(LeftOut(Option.STRENGTH), LeftOut(Option.IMAGE, sure=False)),
    )


def an_entry(job_id: int = 1, *, owner: int = OURS, **of: int) -> JournalEntry:
    return JournalEntry(a_job(job_id, **of), MARK, NOW, owner=owner)


def taking(entry: JournalEntry) -> Taking:
    visit = entry.job.visit
    return Taking(entry.job.id, visit.server_id, visit.member_id, "a/b", NOW, 50_000)


async def accepted(journal: StoredJournal, entry: JournalEntry, room: Room = ROOM) -> JournalEntry:
    done = await journal.accept(entry, taking(entry), (), room)
    assert isinstance(done, Accepted)
    assert not done.taken.again
    return done.entry


async def running(journal: StoredJournal, entry: JournalEntry, name: str = "") -> JournalEntry:
    """Bring an entry to where the API works on it, with or without a name for it."""
    kept = await accepted(journal, entry)
    sent = kept.answered(6001).submitted(NOW)
    await journal.advance(kept, sent)
    at_work = sent.running(name or None)
    await journal.advance(sent, at_work)
    return at_work
