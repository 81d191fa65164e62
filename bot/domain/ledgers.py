"""The two ledgers: how many pictures somebody has had, and how much money they have cost.

Whoever can be limited holds an account: a member in a server, a member everywhere, a server, and
the host. One picture is booked in all four, whether a limit is set or not, so that a limit which is
set at noon knows of the morning. An account knows only the windows that run now; when one is over,
its count begins at nought by itself.

The ledgers are given back apart from one another. A picture that didn't come gives its count back.
Its money comes back only where surely nothing was charged.

Holders, limits and accounts are tuples: each booking makes dozens of them and looks accounts up by
their holders, which takes a third longer with dataclasses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bot.domain.windows import Window, starts

_ANYBODY = 0
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
MICRODOLLARS = 1_000_000


class Measure(Enum):
    """What a limit counts."""

    PICTURES_AN_HOUR = "pictures an hour"
    PICTURES_A_DAY = "pictures a day"
    JOBS_AT_ONCE = "jobs at once"
    MICRODOLLARS_A_DAY = "microdollars a day"
    MICRODOLLARS_A_MONTH = "microdollars a month"
    SECONDS_BETWEEN = "seconds between"

    @property
    def window(self) -> Window | None:
        """The span that is counted in, where it is one."""
        return _WINDOWS.get(self)


_WINDOWS: Mapping[Measure, Window] = {
    Measure.PICTURES_AN_HOUR: Window.HOUR,
    Measure.PICTURES_A_DAY: Window.DAY,
    Measure.MICRODOLLARS_A_DAY: Window.DAY,
    Measure.MICRODOLLARS_A_MONTH: Window.MONTH,
}


class Holder(NamedTuple):
    """Whose account it is; a part that is 0 stands for all."""

    server_id: int = _ANYBODY
    member_id: int = _ANYBODY


HOST_ACCOUNT = Holder()


def holders_of(server_id: int, member_id: int) -> tuple[Holder, ...]:
    """Name all in whose accounts a member's job in a server is booked."""
    return (
        Holder(server_id, member_id),
        Holder(server_id),
        Holder(member_id=member_id),
        HOST_ACCOUNT,
    )


class Limit(NamedTuple):
    """How much of something a holder may have; 0 allows nothing."""

    holder: Holder
    measure: Measure
    at_most: int


@dataclass(frozen=True, slots=True)
class Taking:
    """What a job wants to take.

    Attributes
    ----------
    job_id
        Its interaction; a job takes once, however often it asks.
    microdollars
        What all its pictures will probably cost.
    """

    job_id: int
    server_id: int
    member_id: int
    model: str
    at: datetime
    microdollars: int
    pictures: int = 1

    @property
    def holders(self) -> tuple[Holder, ...]:
        """All in whose accounts it is booked."""
        return holders_of(self.server_id, self.member_id)

    def amount(self, measure: Measure) -> int:
        """Tell how much of something it takes."""
        match measure:
            case Measure.JOBS_AT_ONCE:
                return 1
            case Measure.MICRODOLLARS_A_DAY | Measure.MICRODOLLARS_A_MONTH:
                return self.microdollars
            case _:
                return self.pictures


class Account(NamedTuple):
    """What a holder has had in the hour, the day and the month that began at these moments."""

    hour_at: datetime = _LONG_AGO
    hour_pictures: int = 0
    day_at: datetime = _LONG_AGO
    day_pictures: int = 0
    day_microdollars: int = 0
    month_at: datetime = _LONG_AGO
    month_microdollars: int = 0
    at_once: int = 0
    latest_at: datetime | None = None

    def at(self, moment: datetime) -> "Account":
        """Go on to the windows of a moment; never back, where another process's clock is ahead."""
        # The three go on together, so the shortest tells of all, and nearly always that it runs.
        if moment < self.hour_at + _HOUR:
            return self
        hour, day, month = starts(moment)
        same_hour, same_day = hour <= self.hour_at, day <= self.day_at
        # Not `_replace`, which takes longer than all the rest: each booking comes by here.
        return Account(
            hour_at=max(hour, self.hour_at),
            hour_pictures=self.hour_pictures * same_hour,
            day_at=max(day, self.day_at),
            day_pictures=self.day_pictures * same_day,
            day_microdollars=self.day_microdollars * same_day,
            month_at=max(month, self.month_at),
            month_microdollars=self.month_microdollars * (month <= self.month_at),
            at_once=self.at_once,
            latest_at=self.latest_at,
        )

    def used(self, measure: Measure) -> int:
        """Tell how much of something was had; for the time between pictures, that is nothing."""
        match measure:
            case Measure.PICTURES_AN_HOUR:
                return self.hour_pictures
            case Measure.PICTURES_A_DAY:
                return self.day_pictures
            case Measure.JOBS_AT_ONCE:
                return self.at_once
            case Measure.MICRODOLLARS_A_DAY:
                return self.day_microdollars
            case Measure.MICRODOLLARS_A_MONTH:
                return self.month_microdollars
            case Measure.SECONDS_BETWEEN:
                return 0

    def booked(self, taking: Taking) -> "Account":
        """Book a job."""
        account = self.at(taking.at)
        return Account(
            hour_at=account.hour_at,
            hour_pictures=account.hour_pictures + taking.pictures,
            day_at=account.day_at,
            day_pictures=account.day_pictures + taking.pictures,
            day_microdollars=account.day_microdollars + taking.microdollars,
            month_at=account.month_at,
            month_microdollars=account.month_microdollars + taking.microdollars,
            at_once=account.at_once + 1,
            latest_at=max(taking.at, account.latest_at or taking.at),
        )

    def ended(self) -> "Account":
        """Let a job be over."""
        return self._replace(at_once=max(0, self.at_once - 1))

    def count_returned(self, pictures: int, taken_at: datetime) -> "Account":
        """Give a count back, in the windows that still run."""
        same_hour = self.hour_at == Window.HOUR.start(taken_at)
        same_day = self.day_at == Window.DAY.start(taken_at)
        return self._replace(
            hour_pictures=max(0, self.hour_pictures - pictures * same_hour),
            day_pictures=max(0, self.day_pictures - pictures * same_day),
        )

    def latest_returned(self, taken_at: datetime, earlier_at: datetime | None) -> "Account":
        """Count the time between pictures from an earlier job, where the latest one is given back.

        Parameters
        ----------
        earlier_at
            When the latest job of those that still count was taken.
        """
        return self._replace(latest_at=earlier_at) if self.latest_at == taken_at else self

    def money_returned(self, microdollars: int, taken_at: datetime) -> "Account":
        """Give money back, in the windows that still run."""
        same_day = self.day_at == Window.DAY.start(taken_at)
        same_month = self.month_at == Window.MONTH.start(taken_at)
        return self._replace(
            day_microdollars=max(0, self.day_microdollars - microdollars * same_day),
            month_microdollars=max(0, self.month_microdollars - microdollars * same_month),
        )


@dataclass(frozen=True, slots=True)
class ReachedLimit:
    """Why a job may take nothing.

    Attributes
    ----------
    used
        How much was had already.
    free_at
        When the same request would fit; ``None`` where that depends on other jobs, or where it is
        more than the limit ever allows.
    """

    limit: Limit
    used: int
    free_at: datetime | None

    @property
    def never_fits(self) -> bool:
        """Whether the request alone is more than may be had."""
        return self.free_at is None and self.limit.measure is not Measure.JOBS_AT_ONCE


@dataclass(frozen=True, slots=True)
class Taken:
    """A job has taken what it wanted; the accounts are as they are with it.

    Attributes
    ----------
    again
        Whether it had taken before: its interaction was delivered twice, and is dealt with already.
    """

    accounts: Mapping[Holder, Account]
    again: bool = False


@dataclass(frozen=True, slots=True)
class UsageLine:
    """What a member had of a model on a day of UTC; without what was given back."""

    day: date
    member_id: int
    model: str
    pictures: int
    microdollars: int


def reached_limit(
    taking: Taking, accounts: Mapping[Holder, Account], limits: Iterable[Limit]
) -> ReachedLimit | None:
    """Find what stands against a job; of several the one that does so longest."""
    now = {holder: account.at(taking.at) for holder, account in accounts.items()}
    reached = (_reached(taking, now[limit.holder], limit) for limit in limits)
    return max((each for each in reached if each is not None), key=_lasting, default=None)


def _reached(taking: Taking, now: Account, limit: Limit) -> ReachedLimit | None:
    if limit.measure is Measure.SECONDS_BETWEEN:
        return _too_soon(taking, now, limit)
    used, amount = now.used(limit.measure), taking.amount(limit.measure)
    if used + amount <= limit.at_most:
        return None
    window = limit.measure.window
    fits_alone = amount <= limit.at_most
    free_at = window.end(_start(now, window)) if window is not None and fits_alone else None
    return ReachedLimit(limit, used, free_at)


def _too_soon(taking: Taking, account: Account, limit: Limit) -> ReachedLimit | None:
    if account.latest_at is None:
        return None
    free_at = account.latest_at + timedelta(seconds=limit.at_most)
    return ReachedLimit(limit, 0, free_at) if taking.at < free_at else None


def _start(account: Account, window: Window) -> datetime:
    at = {Window.HOUR: account.hour_at, Window.DAY: account.day_at, Window.MONTH: account.month_at}
    return at[window]


def _lasting(reached: ReachedLimit) -> tuple[bool, datetime]:
    return reached.never_fits, reached.free_at or _LONG_AGO
