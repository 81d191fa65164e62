"""What is kept of a member in a server, for that member: to read, to take along, to delete."""

from dataclasses import dataclass, replace

from bot.domain.audit_actions import Action
from bot.domain.member_records import MemberRecord
from bot.domain.ports import Clock
from bot.domain.record_ports import MemberPreferences, MemberRecords
from bot.domain.server_policy import HOST
from bot.domain.server_settings import from_stored
from bot.domain.store_ports import ServerPolicies
from bot.services.retention import PastPictures
from bot.services.safety_pause import safety_record

# What the log may hold of a member's own words: prompts that were refused, reasons of reports.
OWN_WORDS = (Action.REQUEST_REFUSED, Action.SAFETY_REFUSED, Action.PICTURE_REPORT)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Serves members who ask for their own data; one server's at a time.

    Attributes
    ----------
    host
        The host's own decisions, which hold in all servers.
    kept_days_max
        For how many days the host lets any server keep data.
    """

    records: MemberRecords
    past: PastPictures
    policies: ServerPolicies
    host: ServerPolicies
    kept_days_max: int
    clock: Clock
    preferences: MemberPreferences

    async def kept_days(self, server_id: int) -> int:
        """Tell for how many days a server keeps data.

        Raises
        ------
        StoreUnavailableError
        """
        settings = from_stored((await self.policies.get(server_id)).settings)
        return min(settings.retention_days, self.kept_days_max)

    async def export(self, server_id: int, member_id: int) -> MemberRecord:
        """Give everything that is kept of a member in a server, and of them in all servers.

        Raises
        ------
        StoreUnavailableError
        """
        record = await self.records.get(server_id, member_id)
        jobs = await self.past.history.of_member(server_id, member_id)
        safety = safety_record(await self.host.get(HOST), member_id, self.clock.now())
        return replace(record, jobs=tuple(reversed(jobs)), safety=safety)

    async def delete(self, server_id: int, member_id: int) -> int:
        """Delete what is a member's own; give the number of jobs that stay till they have ended.

        Limits go on counting, so that nobody deletes their way to more pictures.

        Raises
        ------
        StoreUnavailableError
        """
        await self.past.forget(server_id, member_id)
        staying = await self.records.delete(server_id, member_id, self.clock.now(), OWN_WORDS)
        self.preferences.forget(server_id)
        return staying
