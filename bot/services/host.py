"""The host's switch: a pause of everything, everywhere.

It is kept with the host's own decisions, under the id ``HOST``, which every process reads anew
within a second. So it needs no message between processes, and survives a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.audit_actions import HostAction
from bot.domain.ports import Clock
from bot.domain.server_policy import HOST, AuditEntry, JsonValue, PolicyChange, ServerPolicy
from bot.domain.store_ports import ServerPolicies

_PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is made anywhere.

    Attributes
    ----------
    until
        When it ends by itself; ``None`` where somebody has to end it.
    by_id
        Who paused the bot; ``None`` where its settings do, which no command ends.
    """

    until: datetime | None = None
    by_id: int | None = None


class HostState:
    """Whether the host lets the bot work.

    Parameters
    ----------
    policies
        Those that keep what they read for less than a second.
    paused_by_settings
        Whether ``PAUSED`` is on.
    """

    def __init__(self, policies: ServerPolicies, clock: Clock, *, paused_by_settings: bool) -> None:
        self._policies = policies
        self._clock = clock
        self._paused_by_settings = paused_by_settings

    async def paused(self) -> Pause | None:
        """Tell of the pause that is in force.

        Raises
        ------
        StoreUnavailableError
        """
        if self._paused_by_settings:
            return Pause()
        return self._in_force(await self._policies.get(HOST))

    async def pause(self, by_id: int, until: datetime | None = None) -> None:
        """Pause everything, in the place of any pause before.

        Raises
        ------
        StoreUnavailableError
        """
        kept: JsonValue = {"by": str(by_id), "until": until.isoformat() if until else None}

        def step(policy: ServerPolicy) -> PolicyChange:
            settings = {**policy.settings, _PAUSE: kept}
            entry = self._entry(HostAction.PAUSE, by_id, policy, kept)
            return PolicyChange(policy, replace(policy, settings=settings), (entry,))

        await self._policies.change(HOST, by_id, step)

    async def resume(self, by_id: int) -> Pause | None:
        """End the pause; give the one that is in force still, which is that of the settings.

        Raises
        ------
        StoreUnavailableError
        """

        def step(policy: ServerPolicy) -> PolicyChange:
            if _PAUSE not in policy.settings:
                return PolicyChange(policy, policy)
            settings = {name: v for name, v in policy.settings.items() if name != _PAUSE}
            entry = self._entry(HostAction.RESUME, by_id, policy, None)
            return PolicyChange(policy, replace(policy, settings=settings), (entry,))

        await self._policies.change(HOST, by_id, step)
        return await self.paused()

    def _entry(
        self, action: HostAction, by_id: int, policy: ServerPolicy, after: JsonValue
    ) -> AuditEntry:
        before = policy.settings.get(_PAUSE)
        return AuditEntry(HOST, self._clock.now(), by_id, action, before=before, after=after)

    def _in_force(self, policy: ServerPolicy) -> Pause | None:
        kept = policy.settings.get(_PAUSE)
        if not isinstance(kept, Mapping):
            return None
        until, by = kept.get("until"), kept.get("by")
        pause = Pause(
            until=datetime.fromisoformat(until) if isinstance(until, str) else None,
            by_id=int(by) if isinstance(by, str) else None,
        )
        over = pause.until is not None and pause.until <= self._clock.now()
        return None if over else pause
