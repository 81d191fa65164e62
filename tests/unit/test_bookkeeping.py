"""The journal and the ledgers, held against each other by the simulation and the soak."""

from dataclasses import replace

from bot.domain.errors import Charge
from bot.domain.journal import JournalEntry, Step
from bot.domain.ledgers import Account, Holder
from bot.domain.usage_entries import UsageEntry
from tests.bookkeeping import Books
from tests.unit.jobs import a_job
from tests.unit.journals import MARK
from tests.unit.virtual_time import START


def delivered() -> JournalEntry:
    entry = JournalEntry(a_job(), MARK, START)
    return replace(entry, step=Step.DELIVERED, charge=Charge.MAYBE, open=False)


def taking_of(entry: JournalEntry) -> UsageEntry:
    job = entry.job
    taken = UsageEntry(job.id, job.visit.server_id, job.owner_id, "a/model", 1, 20_000, START)
    return replace(taken, ended_at=START, counted=True, charged=True)


def booked(entry: JournalEntry, taking: UsageEntry, account: Account | None = None) -> list[str]:
    holder = Holder(taking.server_id, taking.member_id)
    accounts = {} if account is None else {holder: account}
    return list(Books({entry.job.id: entry}, {entry.job.id: taking}, accounts).breaches())


def test_books_that_agree_have_no_breach() -> None:
    assert booked(delivered(), taking_of(delivered())) == []


def test_a_picture_that_was_delivered_and_does_not_count_is_a_breach() -> None:
    (breach,) = booked(delivered(), replace(taking_of(delivered()), counted=False))

    assert "stands as counted False, charged True" in breach


def test_a_taking_that_never_ended_is_a_breach() -> None:
    (breach,) = booked(delivered(), replace(taking_of(delivered()), ended_at=None))

    assert "its taking never ended" in breach


def test_an_account_that_is_not_the_sum_of_its_takings_is_a_breach() -> None:
    (breach,) = booked(delivered(), taking_of(delivered()), Account(at_once=1))

    assert "and the sums are" in breach
