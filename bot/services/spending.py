"""The host's purse: a word in time, before and when the day's budget is used up."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts import BudgetAlert
from bot.domain.ledgers import HOST_ACCOUNT, Account, Measure, ReachedLimit
from bot.domain.ports import Alerts
from bot.domain.windows import Window

_NEARLY_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Spending:
    """Looks at what all servers together have spent today.

    Attributes
    ----------
    budget_microdollars
        What they may spend in a day of UTC; ``None`` for no budget.
    """

    budget_microdollars: int | None
    alerts: Alerts

    def look(self, account: Account, now: datetime) -> None:
        """Tell the host where the budget is used by 80 % or all of it; ``account`` is the host's.

        Returns at once and never fails, so it can be called after each booking.
        """
        spent = account.at(now).day_microdollars
        if not self.budget_microdollars or spent * 100 < _NEARLY_PERCENT * self.budget_microdollars:
            return
        self._tell(spent, now, used_up=spent >= self.budget_microdollars)

    def look_at_refusal(self, reached: ReachedLimit, now: datetime) -> None:
        """Tell the host that the budget is used up, where it is what shut a picture out.

        What is left may be less than a picture costs, so that the sum never reaches the budget. A
        picture that costs more than a whole day's budget says nothing about what is left.
        """
        limit = reached.limit
        ours = limit.holder == HOST_ACCOUNT and limit.measure is Measure.MICRODOLLARS_A_DAY
        if ours and not reached.never_fits:
            self._tell(reached.used, now, used_up=True)

    def _tell(self, spent: int, now: datetime, *, used_up: bool) -> None:
        renewed_at = Window.DAY.end(now)
        budget = self.budget_microdollars or 0
        self.alerts.tell(BudgetAlert(spent, budget, renewed_at, used_up))
