"""How the bot is doing, for whoever hosts it: a glance from Discord in place of a shell."""

from dataclasses import dataclass

from bot.domain.ledgers import HOST_ACCOUNT
from bot.domain.ports import AccountBalance, Clock
from bot.domain.store_ports import Ledger
from bot.services.failures import Failure, Failures
from bot.services.host import HostState, Pause


@dataclass(frozen=True, slots=True)
class HostStatus:
    """What is so at a moment; today is the day of UTC.

    Attributes
    ----------
    budget_microdollars
        What may be spent in a day; ``None`` for no budget.
    failures
        The last few of this process, newest first.
    """

    pause: Pause | None
    spent_microdollars: int
    budget_microdollars: int | None
    pictures: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class HostReport:
    """Gathers what the host wants to know; ``balance`` is asked for apart, since it takes longer.

    Attributes
    ----------
    budget_microdollars
        What may be spent in a day; ``None`` for no budget.
    """

    state: HostState
    ledger: Ledger
    failures: Failures
    balance: AccountBalance
    clock: Clock
    budget_microdollars: int | None

    async def status(self) -> HostStatus:
        """Tell how the bot is doing.

        Raises
        ------
        StoreUnavailableError
        """
        account = await self.ledger.account(HOST_ACCOUNT, self.clock.now())
        return HostStatus(
            pause=await self.state.paused(),
            spent_microdollars=account.day_microdollars,
            budget_microdollars=self.budget_microdollars,
            pictures=account.day_pictures,
            failures=self.failures.latest(),
        )
