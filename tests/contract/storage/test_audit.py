"""The log: pages of what happened, newest first, of one server alone."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.audit import StoredAudit
from bot.storage.database import Database
from bot.storage.writer import open_writer
from tests.contract.storage.policies import MODERATOR, OTHER, SERVER, an_entry


@pytest.fixture
async def audit(database: Database) -> AsyncIterator[StoredAudit]:
    async with open_writer(database) as writer:
        yield StoredAudit(database, writer)


async def test_an_entry_comes_back_as_it_was(audit: StoredAudit) -> None:
    await audit.record(an_entry())

    (record,) = await audit.page(SERVER, 10)
    assert record.entry == an_entry()


async def test_the_newest_comes_first_and_pages_follow_one_another(audit: StoredAudit) -> None:
    await audit.record(*(an_entry(str(number)) for number in range(5)))

    first = await audit.page(SERVER, 2)
    second = await audit.page(SERVER, 2, before_number=first[-1].number)
    third = await audit.page(SERVER, 2, before_number=second[-1].number)

    pages = [[record.entry.action for record in page] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


async def test_what_happens_meanwhile_moves_no_page(audit: StoredAudit) -> None:
    await audit.record(an_entry("0"), an_entry("1"), an_entry("2"))
    first = await audit.page(SERVER, 2)
    await audit.record(an_entry("3"))

    second = await audit.page(SERVER, 2, before_number=first[-1].number)

    assert [record.entry.action for record in second] == ["0"]


async def test_one_pages_back_the_way_one_came(audit: StoredAudit) -> None:
    await audit.record(*(an_entry(str(number)) for number in range(5)))
    oldest = (await audit.page(SERVER, 5))[-1]

    second = await audit.page(SERVER, 2, after_number=oldest.number)
    first = await audit.page(SERVER, 2, after_number=second[0].number)

    pages = [[record.entry.action for record in page] for page in (second, first)]
    assert pages == [["2", "1"], ["4", "3"]]


@pytest.mark.parametrize(
    ("subject", "actor_id", "number"),
    [("", None, 2), (OTHER, None, 2), ("another", None, 0), (OTHER, MODERATOR, 2), ("", 1, 0)],
)
async def test_entries_are_counted(
    audit: StoredAudit, subject: str, actor_id: int | None, number: int
) -> None:
    await audit.record(an_entry("a"), an_entry("a"), an_entry("b"), an_entry("a", SERVER + 1))

    assert await audit.count(SERVER, "a", subject, actor_id) == number


async def test_the_log_of_another_server_is_not_shown(audit: StoredAudit) -> None:
    await audit.record(an_entry(server_id=SERVER + 1))

    assert await audit.page(SERVER, 10) == []


async def test_nothing_to_record_is_no_mistake(audit: StoredAudit) -> None:
    await audit.record()

    assert await audit.page(SERVER, 10) == []
