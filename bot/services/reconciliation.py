"""Comparing the books with the bill: once a day, of the day before.

The bot books what a picture should cost, the image API bills what it did. Where both are apart, a
price has changed, something was charged that the bot takes for free, or somebody else uses the key.
"""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.alerts import SpendApartAlert
from bot.domain.errors import StoreUnavailableError
from bot.domain.happenings import Observe, SpendCompared
from bot.domain.ports import AccountBilling, Alerts, Clock
from bot.domain.store_ports import Ledger
from bot.domain.windows import Window

APART_MAX = 0.05
# A cent or two in a day is a picture around midnight.
_WORTH_A_WORD_MICRODOLLARS = 50_000
# Bills may be late, and jobs of the day before may still be under way.
_AFTER_MIDNIGHT = timedelta(hours=2)
# A start has better things to do.
_AFTER_START_S = 600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Holds the books against the bill, and tells the host where they are apart."""

    ledger: Ledger
    billing: AccountBilling
    alerts: Alerts
    observe: Observe
    clock: Clock

    async def keep_comparing(self) -> None:
        """Compare each day with its bill, until cancelled."""
        await self.clock.sleep(_AFTER_START_S)
        while True:
            now = self.clock.now()
            await self.compare((now - _AFTER_MIDNIGHT).date() - timedelta(days=1))
            due = Window.DAY.end(now - _AFTER_MIDNIGHT) + _AFTER_MIDNIGHT
            await self.clock.sleep((due - now).total_seconds())

    async def compare(self, day: date) -> None:
        """Compare a day with its bill, where both can be read; never fails."""
        billed = await self.billing.microdollars_on(day)
        if billed is None:
            _log.debug("the bill of %s can't be read", day)
            return
        try:
            booked = await self.ledger.charged_on(day)
        except StoreUnavailableError as error:
            _log.warning("the bill isn't compared: the database %s", error.trouble.value)
            return
        self._tell(SpendApartAlert(day, booked, billed))

    def _tell(self, found: SpendApartAlert) -> None:
        apart = abs(found.booked_microdollars - found.billed_microdollars)
        ratio = apart / max(found.booked_microdollars, found.billed_microdollars, 1)
        self.observe(SpendCompared(ratio))
        if ratio > APART_MAX and apart >= _WORTH_A_WORD_MICRODOLLARS:
            self.alerts.tell(found)
