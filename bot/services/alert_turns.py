"""One process tells of a cause, once an hour, also across restarts.

A bot that is started again and again because its account is refused would otherwise write to its
host at every start.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts import Cause
from bot.domain.ports import Clock
from bot.domain.server_policy import HOST, JsonValue, PolicyChange, ServerPolicy
from bot.domain.store_ports import ServerPolicies

SILENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _TurnChange(PolicyChange):
    taken: bool = False


class AlertTurns:
    """Fulfils :class:`bot.domain.ports.AlertTurns`; kept with the host's own decisions."""

    def __init__(self, policies: ServerPolicies, clock: Clock) -> None:
        self._policies = policies
        self._clock = clock

    async def take(self, cause: Cause) -> bool:
        """Take the turn to tell of a cause; ``False`` where it was taken within an hour.

        Raises
        ------
        StoreUnavailableError
        """
        now = self._clock.now()
        name = f"alert.{cause.value}"

        def step(policy: ServerPolicy) -> _TurnChange:
            if _within_silence(policy.settings.get(name), now):
                return _TurnChange(policy, policy)
            settings = {**policy.settings, name: now.isoformat()}
            return _TurnChange(policy, replace(policy, settings=settings), taken=True)

        change = await self._policies.change(HOST, HOST, step)
        return change.taken


def _within_silence(told: JsonValue, now: datetime) -> bool:
    return isinstance(told, str) and now - datetime.fromisoformat(told) < SILENCE
