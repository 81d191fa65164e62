"""Which limits hold for a member, and what is said when one is reached.

Moderators set limits for members, for roles and for the whole server. Here they become limits of
accounts (:mod:`bot.domain.ledgers`, which counts and decides), and what an account refuses becomes
an error with words.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.errors import RefusalError
from bot.domain.ledgers import MICRODOLLARS, Holder, Limit, Measure, ReachedLimit
from bot.domain.refusals import (
    BudgetReachedError,
    CooldownError,
    LimitReachedError,
    PausedError,
    TooManyAtOnceError,
)
from bot.domain.windows import Window

# What a picture is booked at where no catalogue tells its price: more than nearly any costs.
UNKNOWN_PRICE_MICRODOLLARS = 50_000


@dataclass(frozen=True)
class Limits:
    """The most that somebody may use; ``None`` where nothing is limited.

    ``cooldown_s`` is the least time in seconds between two pictures; money is in millionths of a
    dollar, so that sums are exact.
    """

    pictures_per_hour: int | None = None
    pictures_per_day: int | None = None
    at_once: int | None = None
    cooldown_s: int | None = None
    microdollars_per_day: int | None = None
    microdollars_per_month: int | None = None

    def of(self, holder: Holder) -> Sequence[Limit]:
        """Give those that are set, as limits of an account."""
        return [Limit(holder, measure, at_most) for measure, at_most in self._measured]

    @cached_property
    def _measured(self) -> Sequence[tuple[Measure, int]]:
        # The same limits hold for many members, and each of their jobs asks for them.
        all_ = (
            (Measure.PICTURES_AN_HOUR, self.pictures_per_hour),
            (Measure.PICTURES_A_DAY, self.pictures_per_day),
            (Measure.JOBS_AT_ONCE, self.at_once),
            (Measure.SECONDS_BETWEEN, self.cooldown_s),
            (Measure.MICRODOLLARS_A_DAY, self.microdollars_per_day),
            (Measure.MICRODOLLARS_A_MONTH, self.microdollars_per_month),
        )
        return [(measure, at_most) for measure, at_most in all_ if at_most is not None]


def price_microdollars(price_usd: float | None) -> int:
    """Turn a catalogue's price into what is booked for a picture."""
    if price_usd is None:
        return UNKNOWN_PRICE_MICRODOLLARS
    # Rounded up, but first to where floating point is exact: 0.07 dollars are 70,000.00000000001.
    return math.ceil(round(price_usd * MICRODOLLARS, 3))


def member_limits(usual: Limits, by_role: Mapping[int, Limits], role_ids: frozenset[int]) -> Limits:
    """Give the limits of a member, each for itself.

    A role that has a limit puts it in the place of the usual one, be it wider or narrower; of
    several such roles the most generous counts.
    """
    own = [by_role[role_id] for role_id in by_role.keys() & role_ids]
    if not own:
        return usual
    return Limits(
        pictures_per_hour=_widest((o.pictures_per_hour for o in own), usual.pictures_per_hour),
        pictures_per_day=_widest((o.pictures_per_day for o in own), usual.pictures_per_day),
        at_once=_widest((o.at_once for o in own), usual.at_once),
        cooldown_s=min(_set(o.cooldown_s for o in own), default=usual.cooldown_s),
        microdollars_per_day=usual.microdollars_per_day,
        microdollars_per_month=usual.microdollars_per_month,
    )


def refusal(reached: ReachedLimit) -> RefusalError:
    """Turn what an account refuses into an error that a member can be told about."""
    limit, free_at = reached.limit, reached.free_at
    shared = limit.holder.member_id == 0
    match limit.measure:
        case Measure.PICTURES_AN_HOUR:
            return LimitReachedError(limit.at_most, Window.HOUR, free_at, shared, reached.used)
        case Measure.PICTURES_A_DAY:
            return LimitReachedError(limit.at_most, Window.DAY, free_at, shared, reached.used)
        case Measure.JOBS_AT_ONCE:
            return TooManyAtOnceError(limit.at_most, shared, reached.used)
        case Measure.SECONDS_BETWEEN:
            return CooldownError(free_at)
        case Measure.MICRODOLLARS_A_DAY | Measure.MICRODOLLARS_A_MONTH:
            return _out_of_money(reached)


def _out_of_money(reached: ReachedLimit) -> RefusalError:
    # What the host spends is no member's business: to them the bot takes a break.
    if reached.limit.holder.server_id == 0:
        return PausedError(reached.free_at)
    month = reached.limit.measure is Measure.MICRODOLLARS_A_MONTH
    return BudgetReachedError(Window.MONTH if month else Window.DAY, reached.free_at)


def _set(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def _widest(values: Iterable[int | None], usual: int | None) -> int | None:
    return max(_set(values), default=usual)
