"""What the host has in force for a member at this moment."""

from dataclasses import dataclass

from bot.domain.admission import HostStanding
from bot.domain.ports import Clock
from bot.domain.refusals import PausedError
from bot.services.host import HostState
from bot.services.safety_pause import SafetyPauses


@dataclass(frozen=True, slots=True)
class HostGate:
    """Asks the host's switch, and who is paused for the sake of the account."""

    host: HostState
    pauses: SafetyPauses
    clock: Clock

    async def standing(self, member_id: int) -> HostStanding:
        """Tell what is in force; known within a second of its change.

        Raises
        ------
        StoreUnavailableError
        """
        pause = await self.host.paused()
        return HostStanding(
            None if pause is None else PausedError(pause.until),
            await self.pauses.until(member_id, self.clock.now()),
        )
