"""What whoever hosts the bot is told of at once, wherever they are."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple


class Cause(Enum):
    """Why somebody is told; of each cause at most once an hour. The value is how it is kept."""

    BUDGET_NEARLY_USED = "budget_nearly_used"
    BUDGET_USED = "budget_used"
    ACCOUNT_REFUSED = "account_refused"
    REQUESTS_REFUSED = "requests_refused"
    SPEND_APART = "spend_apart"


@dataclass(frozen=True, slots=True)
class BudgetAlert:
    """The day's budget is nearly used, or used up.

    Attributes
    ----------
    used_up
        Whether it shuts pictures out, which the price of a picture makes it do short of the budget.
    renewed_at
        When the next day begins.
    """

    spent_microdollars: int
    budget_microdollars: int
    renewed_at: datetime
    used_up: bool = False

    @property
    def cause(self) -> Cause:
        """Why it is told."""
        return Cause.BUDGET_USED if self.used_up else Cause.BUDGET_NEARLY_USED


@dataclass(frozen=True, slots=True)
class AccountAlert:
    """The image API refused the account, with this HTTP status."""

    status: int

    @property
    def cause(self) -> Cause:
        """Why it is told."""
        return Cause.ACCOUNT_REFUSED


@dataclass(frozen=True, slots=True)
class RefusedRequestsAlert:
    """Discord refused so many requests within 10 minutes that the bot holds some back."""

    count: int

    @property
    def cause(self) -> Cause:
        """Why it is told."""
        return Cause.REQUESTS_REFUSED


@dataclass(frozen=True, slots=True)
class SpendApartAlert:
    """A day's books and the API's own billing tell different sums.

    Attributes
    ----------
    booked_microdollars, billed_microdollars
        What the bot took the pictures of that day to cost, and what the API says.
    """

    day: date
    booked_microdollars: int
    billed_microdollars: int

    @property
    def cause(self) -> Cause:
        """Why it is told."""
        return Cause.SPEND_APART


Alert = BudgetAlert | AccountAlert | RefusedRequestsAlert | SpendApartAlert


class AlertText(NamedTuple):
    """An alert in words: a headline of one line, and what follows it."""

    title: str
    detail: str
