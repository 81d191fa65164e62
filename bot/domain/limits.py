"""How much may be made: what limits there are, which hold for a member, and when one lets go.

A holder is whoever shares a count: a member in a server, a whole server, or the host with all of
them. Each has an account of what was used in the windows that run now, and limits over it. Every
account that a request touches must have room; the one that is shut for longest says why not and
until when, so that nobody is sent away twice.

The database decides (it takes from all accounts in one transaction); these functions say what it
must decide, and put a refusal into fields.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.errors import RefusalError
from bot.domain.refusals import (
    BudgetReachedError,
    CooldownError,
    LimitReachedError,
    PausedError,
    TooManyAtOnceError,
)
from bot.domain.windows import Window

MICRODOLLARS = 1_000_000
# What a picture is booked at where no catalogue tells its price: more than nearly any costs.
UNKNOWN_PRICE_MICRODOLLARS = 50_000


class Holder(Enum):
    """Whose count it is."""

    MEMBER = "member"
    SERVER = "server"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a holder may use; ``None`` where nothing is limited.

    ``cooldown_s`` is the least time in seconds between two pictures; money is in millionths of a
    dollar, so that sums are exact.
    """

    pictures_per_hour: int | None = None
    pictures_per_day: int | None = None
    at_once: int | None = None
    cooldown_s: int | None = None
    microdollars_per_day: int | None = None
    microdollars_per_month: int | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What a holder has used in the windows that run now; ``latest_at`` is its last picture."""

    pictures_this_hour: int = 0
    pictures_today: int = 0
    at_once: int = 0
    microdollars_today: int = 0
    microdollars_this_month: int = 0
    latest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request would use."""

    pictures: int = 1
    microdollars: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """A holder with its limits and what it has used."""

    holder: Holder
    limits: Limits
    used: Used


def price_microdollars(price_usd: float | None) -> int:
    """Turn a catalogue's price into what is booked for a picture."""
    if price_usd is None:
        return UNKNOWN_PRICE_MICRODOLLARS
    # Rounded first: 0.07 dollars are 70,000.00000000001 in floating point.
    return math.ceil(round(price_usd * MICRODOLLARS, 3))


def member_limits(usual: Limits, by_role: Mapping[int, Limits], role_ids: frozenset[int]) -> Limits:
    """Give the limits of a member, each for itself.

    A role that has a limit puts it in the place of the usual one, be it wider or narrower; of
    several such roles the most generous counts.
    """
    own = [limits for role_id, limits in by_role.items() if role_id in role_ids]
    return Limits(
        pictures_per_hour=_widest((o.pictures_per_hour for o in own), usual.pictures_per_hour),
        pictures_per_day=_widest((o.pictures_per_day for o in own), usual.pictures_per_day),
        at_once=_widest((o.at_once for o in own), usual.at_once),
        cooldown_s=min(_set(o.cooldown_s for o in own), default=usual.cooldown_s),
        microdollars_per_day=usual.microdollars_per_day,
        microdollars_per_month=usual.microdollars_per_month,
    )


def refusal(accounts: Iterable[Account], wanted: Wanted, now: datetime) -> RefusalError | None:
    """Say why a request can't be taken now, by what is shut for longest; ``None`` where it can."""
    found = max(_all_shut(accounts, wanted, now), key=_until, default=None)
    return None if found is None else found[1]


def next_free_at(accounts: Iterable[Account], wanted: Wanted, now: datetime) -> datetime:
    """Give the moment from which only pictures under way can be in the way; at the earliest now."""
    return max((until for until, _ in _all_shut(accounts, wanted, now)), default=now)


# Until when something is shut, and the words for it.
_Shut = tuple[datetime, RefusalError]


def _until(shut: _Shut) -> datetime:
    return shut[0]


def _set(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def _widest(values: Iterable[int | None], usual: int | None) -> int | None:
    return max(_set(values), default=usual)


def _all_shut(accounts: Iterable[Account], wanted: Wanted, now: datetime) -> Iterator[_Shut]:
    for account in accounts:
        yield from _shut_at_once(account, wanted, now)
        yield from _shut_by_cooldown(account, now)
        yield from _shut_by_count(account, wanted, now)
        yield from _shut_by_money(account, wanted, now)


def _shut_at_once(account: Account, wanted: Wanted, now: datetime) -> Iterator[_Shut]:
    limit = account.limits.at_once
    if limit is not None and account.used.at_once + wanted.pictures > limit:
        # Nobody knows until when, so anything that has a time is said first.
        yield now, TooManyAtOnceError(limit, shared=account.holder is not Holder.MEMBER)


def _shut_by_cooldown(account: Account, now: datetime) -> Iterator[_Shut]:
    cooldown_s, latest_at = account.limits.cooldown_s, account.used.latest_at
    if cooldown_s is None or latest_at is None:
        return
    free_at = latest_at + timedelta(seconds=cooldown_s)
    if now < free_at:
        yield free_at, CooldownError(free_at)


def _shut_by_count(account: Account, wanted: Wanted, now: datetime) -> Iterator[_Shut]:
    limits, used = account.limits, account.used
    shared = account.holder is not Holder.MEMBER
    for window, limit, count in (
        (Window.HOUR, limits.pictures_per_hour, used.pictures_this_hour),
        (Window.DAY, limits.pictures_per_day, used.pictures_today),
    ):
        if limit is not None and count + wanted.pictures > limit:
            free_at = window.end(now)
            yield free_at, LimitReachedError(limit, window, free_at, shared)


def _shut_by_money(account: Account, wanted: Wanted, now: datetime) -> Iterator[_Shut]:
    limits, used = account.limits, account.used
    for window, limit, spent in (
        (Window.DAY, limits.microdollars_per_day, used.microdollars_today),
        (Window.MONTH, limits.microdollars_per_month, used.microdollars_this_month),
    ):
        if limit is not None and spent + wanted.microdollars > limit:
            yield _out_of_money(account.holder, window, window.end(now))


def _out_of_money(holder: Holder, window: Window, free_at: datetime) -> _Shut:
    # What the host spends is no member's business: to them the bot takes a break.
    if holder is Holder.HOST:
        return free_at, PausedError(free_at)
    return free_at, BudgetReachedError(window, free_at)
