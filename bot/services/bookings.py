"""The books: what a job takes before anything is sent, and what stands of it at its end.

A job's count and its money are booked in one change with its interaction, before the first answer,
so that two commands at the same moment can't both have the last picture, and an interaction that
is delivered twice makes one job. At the end the two ledgers part (design law 7): what didn't come
counts for nobody, but only what was surely never charged gives its money back.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.domain.admission import Gate, HostRules, Wish, limits_on
from bot.domain.errors import (
    Charge,
    DuplicateInteractionError,
    PictureWithheldError,
    RefusalError,
    StoreUnavailableError,
)
from bot.domain.jobs import Cancelled, Done, Failed, FinalState, Job
from bot.domain.ledgers import HOST_ACCOUNT, ReachedLimit, Taking
from bot.domain.limits import price_microdollars, refusal
from bot.domain.ports import Catalogue, Clock, ServerLog
from bot.domain.store_ports import Ledger
from bot.services.admission import price_of
from bot.services.refusal_notes import refusal_entry
from bot.services.rule_book import RuleBook
from bot.services.spending import Spending

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands of a job that is over."""

    counts: bool
    charged: bool


@dataclass(frozen=True, slots=True)
class Till:
    """Where counts and money are booked, at which prices, and who looks at the sum."""

    ledger: Ledger
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

    async def take(self, job: Job) -> None:
        """Book a job.

        Raises
        ------
        RefusalError
            Where a limit stands against it; nothing is booked then.
        DuplicateInteractionError
            Where its interaction was taken before.
        """
        rules = await self._book.of(job.visit.server_id)
        limits = limits_on(job.visit, rules.settings, self._till.host)
        taking = self._taking(job)
        taken = await self._till.ledger.take(taking, limits)
        if isinstance(taken, ReachedLimit):
            raise self._refused(job, taken, taking.at)
        if taken.again:
            raise DuplicateInteractionError
        self._till.spending.look(taken.accounts[HOST_ACCOUNT], taking.at)

    async def settle(self, job: Job, final: FinalState) -> None:
        """End a job, and give back what doesn't stand of it."""
        await self._settle(job, stand_of(final))

    async def give_back(self, job: Job) -> None:
        """Give back all that a job took which never began."""
        await self._settle(job, Stand(counts=False, charged=False))

    def _refused(self, job: Job, reached: ReachedLimit, at: datetime) -> RefusalError:
        self._till.spending.look_at_refusal(reached, at)
        wish = Wish(job.visit, job.request.model, at, job.request.prompt, job.private)
        self._log.record(refusal_entry(wish, Gate.LIMITS, reached))
        return refusal(reached)

    async def _settle(self, job: Job, stand: Stand) -> None:
        now = self._clock.now()
        try:
            await self._till.ledger.settle(job.id, now, counts=stand.counts, charged=stand.charged)
        except StoreUnavailableError as error:
            # It is settled later with those that nobody ended.
            _log.warning(
                "job %s isn't settled: the database %s", job.reference, error.trouble.value
            )

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


def stand_of(final: FinalState) -> Stand:
    """Tell what stands of a job that ended in a state."""
    match final:
        case Done():
            return Stand(counts=True, charged=True)
        case Cancelled(_, charge):
            sent = charge is not Charge.NOTHING
            return Stand(counts=sent, charged=sent)
        case Failed(error):
            # A picture that is withheld was made; it would be made again and again otherwise.
            made = isinstance(error, PictureWithheldError)
            return Stand(counts=made, charged=error.charge is not Charge.NOTHING)
