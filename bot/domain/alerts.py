"""What whoever hosts the bot is told of at once, wherever they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Cause(Enum):
    """Why somebody is told; of each cause at most once an hour. The value is how it is kept."""

    BUDGET_NEARLY_USED = "budget_nearly_used"
    BUDGET_USED = "budget_used"
    ACCOUNT_REFUSED = "account_refused"


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


Alert = BudgetAlert | AccountAlert


class AlertText(NamedTuple):
    """An alert in words: a headline of one line, and what follows it."""

    title: str
    detail: str
