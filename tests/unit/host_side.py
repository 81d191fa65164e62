"""What the host's services act on, kept in memory and written down."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from bot.domain.alerts import Alert
from bot.domain.model_rules import ServerModels
from bot.domain.server_policy import AuditEntry, PolicyChange, ServerPolicy

if TYPE_CHECKING:
    from bot.domain.errors import StoreUnavailableError

ChangeT = TypeVar("ChangeT", bound=PolicyChange)

UNDECIDED = ServerPolicy(ServerModels("get3w/flux-dev"))


class KeptPolicies:
    """Keeps policies as a database would: every reader sees each change at once."""

    def __init__(self) -> None:
        self.kept: dict[int, ServerPolicy] = {}
        self.entries: list[AuditEntry] = []
        self.trouble: StoreUnavailableError | None = None

    async def get(self, server_id: int) -> ServerPolicy:
        self._check()
        return self.kept.get(server_id, UNDECIDED)

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        self._check()
        assert by_id >= 0
        change = step(self.kept.get(server_id, UNDECIDED))
        self.kept[server_id] = change.after
        self.entries.extend(change.entries)
        return change

    def _check(self) -> None:
        if self.trouble:
            raise self.trouble


class Told:
    """Takes alerts."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []

    def tell(self, alert: Alert) -> None:
        self.alerts.append(alert)


class LogBook:
    """Takes what a server's log is to keep."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def record(self, *entries: AuditEntry) -> None:
        self.entries.extend(entries)

    def tell(self, *entries: AuditEntry) -> None:
        self.entries.extend(entries)
