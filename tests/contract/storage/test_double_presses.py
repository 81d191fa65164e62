"""Two presses that were meant as one: the database knows, whichever processes they come to."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.deeds import Deed
from bot.domain.errors import InterruptedByStopError
from bot.domain.jobs import Origin
from bot.domain.journal import JournalEntry
from bot.domain.journal_ports import Accepted, MemberWaits, PressedTwice, Room
from bot.domain.ledgers import Holder, ReachedLimit
from bot.domain.requests import OwnPicture
from bot.storage.database import Database
from bot.storage.journal import StoredJournal
from bot.storage.ledger import StoredLedger
from bot.storage.writer import open_writer
from tests.contract.storage.conftest import BUSY_S
from tests.contract.storage.entries import MEMBER, NOW, OTHER, OURS, SERVER, an_entry, taking

ROOM = Room(slots=100, member_waiting_max=100)
PARENT = 77
# Ids of interactions hold the moment in milliseconds, and 22 bits for what came in the same one.
SECOND = 1000 << 22
FIRST = 1_300_000_000_000 << 22


def pressed(
    job_id: int,
    *,
    member_id: int = MEMBER,
    parent_id: int = PARENT,
    deed: Deed = Deed.REROLL,
    index: int | None = None,
) -> JournalEntry:
    entry = an_entry(job_id, owner=OURS, member_id=member_id)
    source = None if index is None else OwnPicture(parent_id, index)
    request = replace(entry.job.request, source=source)
    job = replace(entry.job, request=request, origin=Origin(parent_id, deed))
    return replace(entry, job=job)


async def said_to(
    journal: StoredJournal, entry: JournalEntry
) -> Accepted | ReachedLimit | MemberWaits | PressedTwice:
    return await journal.accept(entry, taking(entry), (), ROOM)


@pytest.mark.parametrize("apart", [1, SECOND, 3 * SECOND - 1, 1 - SECOND])
async def test_a_second_press_within_three_seconds_is_none(
    journal: StoredJournal, ledger: StoredLedger, apart: int
) -> None:
    await said_to(journal, pressed(FIRST))
    again = await said_to(journal, pressed(FIRST + apart))

    assert isinstance(again, PressedTwice)
    assert await journal.get(FIRST + apart) is None
    assert (await ledger.account(Holder(SERVER, MEMBER), NOW)).day_pictures == 1


async def test_a_press_after_three_seconds_is_another_one(journal: StoredJournal) -> None:
    await said_to(journal, pressed(FIRST))

    assert isinstance(await said_to(journal, pressed(FIRST + 3 * SECOND)), Accepted)


@pytest.mark.parametrize(
    "other",
    [
        pressed(FIRST + 1, member_id=OTHER),
        pressed(FIRST + 1, parent_id=PARENT + 1),
        pressed(FIRST + 1, deed=Deed.EDIT),
        pressed(FIRST + 1, index=1),
    ],
    ids=["by another member", "under another picture", "on another button", "of another of four"],
)
async def test_what_is_pressed_otherwise_is_another_press(
    journal: StoredJournal, other: JournalEntry
) -> None:
    await said_to(journal, pressed(FIRST))

    assert isinstance(await said_to(journal, other), Accepted)


async def test_a_press_that_came_to_nothing_stands_in_nobodys_way(journal: StoredJournal) -> None:
    kept = await said_to(journal, pressed(FIRST))
    assert isinstance(kept, Accepted)
    dropped = kept.entry.interrupted(InterruptedByStopError(), NOW).closed()
    await journal.settle(kept.entry, dropped, counts=False, charged=False)

    assert isinstance(await said_to(journal, pressed(FIRST + 1)), Accepted)


async def test_an_interaction_that_is_delivered_twice_is_still_the_same_one(
    journal: StoredJournal,
) -> None:
    await said_to(journal, pressed(FIRST))
    again = await said_to(journal, pressed(FIRST))

    assert isinstance(again, Accepted)
    assert again.taken.again


async def test_commands_are_never_held_for_one_another(journal: StoredJournal) -> None:
    said = []
    for job_id in (FIRST, FIRST + 1):
        entry = pressed(job_id)
        said.append(await said_to(journal, replace(entry, job=replace(entry.job, origin=None))))

    assert all(isinstance(one, Accepted) for one in said)


async def test_of_many_presses_at_once_in_two_processes_one_counts(
    database: Database, journal: StoredJournal
) -> None:
    async with open_writer(database, BUSY_S) as writer:
        both = journal, StoredJournal(database, writer)
        presses = (said_to(both[n % 2], pressed(FIRST + n)) for n in range(20))
        said = await asyncio.gather(*presses)

    assert [type(one) for one in said].count(Accepted) == 1
