"""The books: what a job takes before anything is sent.

A job's count and its money are booked in one change with its row in the journal, before the first
answer, so that two commands at the same moment can't both have the last picture, and an interaction
that is delivered twice makes one job. What stands of it at its end is settled with that end.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.admission import Gate, HostRules, Wish, limits_on
from bot.domain.errors import DuplicateInteractionError, RefusalError
from bot.domain.jobs import Job
from bot.domain.journal import JournalEntry
from bot.domain.journal_ports import Journal, MemberWaits, PressedTwice, Room
from bot.domain.ledgers import HOST_ACCOUNT, ReachedLimit, Taking
from bot.domain.limits import price_microdollars, refusal
from bot.domain.ports import Catalogue, Clock, ServerLog
from bot.domain.refusals import PressedTwiceError, TooManyWaitingError
from bot.services.admission import price_of
from bot.services.refusal_notes import refusal_entry
from bot.services.rule_book import RuleBook
from bot.services.spending import Spending


@dataclass(frozen=True, slots=True)
class Till:
    """Where counts and money are booked, at which prices, and who looks at the sum."""

    journal: Journal
    host: HostRules
    prices: Catalogue
    spending: Spending


class Bookings:
    """Books jobs under all the limits that hold for their members."""

    def __init__(self, till: Till, book: RuleBook, log: ServerLog, clock: Clock) -> None:
        self._till = till
        self._book = book
        self._log = log
        self._clock = clock

    async def take(self, entry: JournalEntry, room: Room) -> JournalEntry:
        """Write a job down and book it; give it as it is then, with a slot or in line.

        Raises
        ------
        RefusalError
            Where a limit or the line stands against it; nothing is booked then.
        DuplicateInteractionError
            Where its interaction was taken before.
        PressedTwiceError
            Where the same button was pressed a moment before.
        """
        job = entry.job
        rules = await self._book.of(job.visit.server_id)
        limits = limits_on(job.visit, rules.settings, self._till.host)
        taking = self._taking(job)
        accepted = await self._till.journal.accept(entry, taking, limits, room)
        if isinstance(accepted, PressedTwice):
            raise PressedTwiceError
        if isinstance(accepted, MemberWaits | ReachedLimit):
            raise self._refused(job, accepted, taking.at)
        if accepted.taken.again:
            raise DuplicateInteractionError
        self._till.spending.look(accepted.taken.accounts[HOST_ACCOUNT], taking.at)
        return accepted.entry

    def _refused(self, job: Job, why: ReachedLimit | MemberWaits, at: datetime) -> RefusalError:
        wish = Wish(job.visit, job.request.model, at, job.request.prompt, job.private)
        reached = why if isinstance(why, ReachedLimit) else None
        self._log.record(refusal_entry(wish, Gate.LIMITS, reached))
        if isinstance(why, MemberWaits):
            return TooManyWaitingError(why.waiting)
        self._till.spending.look_at_refusal(why, at)
        return refusal(why)

    def _taking(self, job: Job) -> Taking:
        visit, model, pictures = job.visit, job.request.model, job.request.count
        return Taking(
            job_id=job.id,
            server_id=visit.server_id,
            member_id=visit.member_id,
            model=model,
            at=self._clock.now(),
            microdollars=pictures * price_microdollars(price_of(self._till.prices, model)),
            pictures=pictures,
        )
