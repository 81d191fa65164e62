"""The log: pages of what happened, newest first, of one server alone."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.server_policy import AuditEntry
from bot.storage.audit import StoredAudit
from tests.contract.storage.policies import MODERATOR, NOW, OTHER, SERVER, an_entry


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


async def test_the_log_of_another_server_is_not_shown(audit: StoredAudit) -> None:
    await audit.record(an_entry(server_id=SERVER + 1))

    assert await audit.page(SERVER, 10) == []


async def test_nothing_to_record_is_no_mistake(audit: StoredAudit) -> None:
    await audit.record()

    assert await audit.page(SERVER, 10) == []


async def test_a_page_is_of_one_action_or_one_subject_where_that_is_asked_for(
    audit: StoredAudit,
) -> None:
    await audit.record(
        an_entry("a"), replace(an_entry("b"), subject="x"), replace(an_entry("a"), subject="x")
    )

    async def found(action: str | None = None, subject: str | None = None) -> list[AuditEntry]:
        page = await audit.page(SERVER, 10, action=action, subject=subject)
        return [record.entry for record in page]

    assert [entry.subject for entry in await found("a")] == ["x", OTHER]
    assert [entry.action for entry in await found(subject="x")] == ["a", "b"]
    assert len(await found("a", "x")) == 1


async def test_a_page_of_one_action_goes_on_where_the_last_ended(audit: StoredAudit) -> None:
    await audit.record(*(an_entry("ab"[number % 2]) for number in range(6)))

    first = await audit.page(SERVER, 2, action="a")
    second = await audit.page(SERVER, 2, first[-1].number, action="a")

    assert [record.entry.action for record in (*first, *second)] == ["a"] * 3


async def test_what_was_done_since_a_moment_is_counted(audit: StoredAudit) -> None:
    for minutes in (0, 30, 59, 60):
        await audit.record(replace(an_entry("a"), at=NOW - timedelta(minutes=minutes)))
    await audit.record(an_entry("b"), an_entry("a", server_id=SERVER + 1))

    assert await audit.count(SERVER, "a", NOW - timedelta(minutes=59)) == 3


async def test_what_one_did_is_counted_apart(audit: StoredAudit) -> None:
    await audit.record(an_entry("a"), replace(an_entry("a"), actor_id=7))

    assert await audit.count(SERVER, "a", NOW, actor_id=MODERATOR) == 1
    assert await audit.count(SERVER, "a", NOW, actor_id=8) == 0
