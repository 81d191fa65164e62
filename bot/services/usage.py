"""What members and servers have had, beside what they may have.

Two sources stand side by side: the lines of jobs that the store still keeps, for what was made of
which model on which day, and the accounts, for what is left. A member who deletes their lines, or
a server that keeps them for a few days only, doesn't come by new pictures that way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.admission import HostRules, limits_on
from bot.domain.ledgers import Account, Holder, Limit, Measure, UsageLine
from bot.domain.ports import Clock
from bot.domain.server_settings import ServerSettings
from bot.domain.store_ports import Ledger
from bot.domain.visits import Visit
from bot.domain.windows import Window
from bot.services.rule_book import RuleBook

DAYS_SHOWN = 7
_MONEY = frozenset({Measure.MICRODOLLARS_A_DAY, Measure.MICRODOLLARS_A_MONTH})


@dataclass(frozen=True, slots=True)
class Allowance:
    """A limit, and what was had of it.

    Attributes
    ----------
    used
        How much was had; nothing for the time between two pictures.
    free_at
        When the count is nought again, or the next picture may come; ``None`` where that depends on
        other jobs, and where the next picture may come now.
    """

    limit: Limit
    used: int
    free_at: datetime | None

    @property
    def left(self) -> int:
        """How much may still be had."""
        return max(0, self.limit.at_most - self.used)


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What somebody has had.

    Attributes
    ----------
    now
        The moment of the report.
    lines
        Since the beginning of the month and at least for seven days, without what was given back.
    kept_days
        For how long the server keeps lines.
    """

    now: datetime
    lines: Sequence[UsageLine]
    allowances: Sequence[Allowance]
    kept_days: int

    @property
    def today(self) -> list[UsageLine]:
        """The lines of this day of UTC."""
        return self._since(self.now.date())

    @property
    def this_month(self) -> list[UsageLine]:
        """The lines of this month of UTC."""
        return self._since(Window.MONTH.start(self.now).date())

    @property
    def latest_days(self) -> list[UsageLine]:
        """The lines of the last seven days, today among them."""
        return self._since(_first_day_shown(self.now))

    def _since(self, day: date) -> list[UsageLine]:
        return [line for line in self.lines if line.day >= day]


@dataclass(frozen=True, slots=True)
class UsageReports:
    """Writes such reports; whoever asks has been checked already.

    Attributes
    ----------
    kept_days_max
        For how many days the host lets any server keep lines.
    """

    ledger: Ledger
    book: RuleBook
    host: HostRules
    kept_days_max: int
    clock: Clock

    async def of_member(self, visit: Visit) -> UsageReport:
        """Tell what a member had in the server that they ask from.

        Raises
        ------
        StoreUnavailableError
        """
        settings = (await self.book.of(visit.server_id)).settings
        limits = list(_limits_of_member(visit, settings, self.host))
        return await self._report(visit.server_id, settings, limits, visit.member_id)

    async def of_server(self, server_id: int) -> UsageReport:
        """Tell what all members of a server had.

        Raises
        ------
        StoreUnavailableError
        """
        settings = (await self.book.of(server_id)).settings
        limits = list(settings.server_limits.of(Holder(server_id)))
        return await self._report(server_id, settings, limits)

    async def _report(
        self,
        server_id: int,
        settings: ServerSettings,
        limits: Sequence[Limit],
        member_id: int | None = None,
    ) -> UsageReport:
        now = self.clock.now()
        since = min(Window.MONTH.start(now).date(), _first_day_shown(now))
        lines = await self.ledger.usage(server_id, since, member_id)
        accounts = {h: await self.ledger.account(h, now) for h in _holders(limits)}
        allowances = [_allowance(limit, accounts[limit.holder], now) for limit in limits]
        kept_days = min(settings.retention_days, self.kept_days_max)
        return UsageReport(now, lines, allowances, kept_days)


def _limits_of_member(visit: Visit, settings: ServerSettings, host: HostRules) -> Iterator[Limit]:
    """List what bounds a member; what money is spent is no member's affair."""
    for limit in reversed([*limits_on(visit, settings, host)]):
        if limit.measure not in _MONEY:
            yield limit


def _holders(limits: Iterable[Limit]) -> dict[Holder, None]:
    return dict.fromkeys(limit.holder for limit in limits)


def _allowance(limit: Limit, account: Account, now: datetime) -> Allowance:
    window = limit.measure.window
    if window is not None:
        return Allowance(limit, account.used(limit.measure), window.end(now))
    return Allowance(limit, account.used(limit.measure), _next_at(limit, account, now))


def _next_at(limit: Limit, account: Account, now: datetime) -> datetime | None:
    if limit.measure is not Measure.SECONDS_BETWEEN or account.latest_at is None:
        return None
    next_at = account.latest_at + timedelta(seconds=limit.at_most)
    return next_at if next_at > now else None


def _first_day_shown(now: datetime) -> date:
    return now.date() - timedelta(days=DAYS_SHOWN - 1)
