"""What becomes of a picture that somebody minds: reported, deleted, its owner blocked."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from bot.domain.audit_actions import Action
from bot.domain.errors import StoreUnavailableError
from bot.domain.ports import Clock, ServerLog
from bot.domain.reasons import reason_of
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import AuditEntry, JsonValue, MemberBlock
from bot.domain.server_settings import from_stored
from bot.domain.shown_pictures import ShownPicture
from bot.domain.store_ports import Audit, ServerPolicies
from bot.domain.visits import Moderator
from bot.services.moderation import Moderation

BLOCKED_FOR = timedelta(days=1)
# What the block's own reason says.
BLOCK_REASON = "A picture was reported."
_RECENT_REPORTS_KEPT = 10_000


class ReportFate(Enum):
    """Who has a report now."""

    WITH_MODERATORS = auto()
    """It stands in the log channel."""
    IN_LOG = auto()
    """No log channel can be written to: moderators find it in the log."""
    ALREADY = auto()
    """The same member has reported the same picture before."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A block that holds now; ``already``: it held before anybody pressed."""

    block: MemberBlock
    already: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """Where it is kept what happened."""

    audit: Audit
    log: ServerLog
    policies: ServerPolicies


class PictureReports:
    """Keeps reports and deletions, and blocks the owners of reported pictures."""

    def __init__(self, records: Records, moderation: Moderation, clock: Clock) -> None:
        self._records = records
        self._moderation = moderation
        self._clock = clock
        # Two reports that come at the same moment find nothing in the audit log yet.
        self._recent: OrderedDict[tuple[int, int, int], None] = OrderedDict()

    async def report(
        self, by: Moderator, picture: ShownPicture, reason: str, can_write: Callable[[int], bool]
    ) -> ReportFate:
        """Keep a report, once for each member and picture.

        Parameters
        ----------
        by
            Any member of the server.
        can_write
            Whether the bot can write to a channel of the server.

        Raises
        ------
        BadInputError
            Where the reason is empty or too long.
        StoreUnavailableError
        """
        reason = _checked(reason)
        key = (by.server_id, by.member_id, picture.message_id)
        if key in self._recent:
            return ReportFate.ALREADY
        self._remember(key)
        try:
            if not await self._keep(by, picture, reason):
                return ReportFate.ALREADY
            policy = await self._records.policies.get(by.server_id)
        except StoreUnavailableError:
            self._recent.pop(key, None)
            raise
        log_channel = from_stored(policy.settings).log_channel
        shown = log_channel is not None and can_write(log_channel)
        return ReportFate.WITH_MODERATORS if shown else ReportFate.IN_LOG

    def note_deletion(self, by: Moderator, picture: ShownPicture) -> None:
        """Keep that somebody deleted a picture."""
        entry = self._entry(by, Action.PICTURE_DELETE, str(picture.message_id), picture.logged())
        self._records.log.record(entry)

    def note_private_deletion(self, by: Moderator) -> None:
        """Keep that a member deleted a private picture of their own."""
        owner: JsonValue = {"owner": str(by.member_id)}
        self._records.log.record(self._entry(by, Action.PICTURE_DELETE, "", owner))

    async def block(self, by: Moderator, member_id: int) -> Blocked:
        """Block a member for a day; a block of a day or more stays as it is.

        Raises
        ------
        BadInputError, StoreUnavailableError
        """
        now = self._clock.now()
        policy = await self._records.policies.get(by.server_id)
        present = policy.blocks.get(member_id)
        if present is not None and present.holds_at(now) and _is_long(present):
            return Blocked(present, already=True)
        until = now + BLOCKED_FOR
        return Blocked(await self._moderation.block(by, member_id, until, BLOCK_REASON))

    def _remember(self, key: tuple[int, int, int]) -> None:
        self._recent[key] = None
        if len(self._recent) > _RECENT_REPORTS_KEPT:
            self._recent.popitem(last=False)

    async def _keep(self, by: Moderator, picture: ShownPicture, reason: str) -> bool:
        """Keep a report; ``False`` where one like it is kept already."""
        audit, action, subject = self._records.audit, Action.PICTURE_REPORT, str(picture.message_id)
        if await audit.count(by.server_id, action, subject=subject, actor_id=by.member_id):
            return False
        entry = self._entry(by, action, subject, picture.logged(reason=reason))
        # Kept before it is told: whoever reports can rely on the answer.
        await audit.record(entry)
        self._records.log.tell(entry)
        return True

    def _entry(self, by: Moderator, action: Action, subject: str, after: JsonValue) -> AuditEntry:
        now = self._clock.now()
        return AuditEntry(by.server_id, now, by.member_id, action, subject, after=after)


def _is_long(block: MemberBlock) -> bool:
    return block.until is None or block.until - block.since >= BLOCKED_FOR


def _checked(reason: str) -> str:
    checked = reason_of(reason)
    if not checked:
        raise BadInputError("reason", Flaw.EMPTY)
    return checked


@dataclass(frozen=True, slots=True)
class ReportCount:
    """Counts what members of a server have reported."""

    audit: Audit

    async def reports(self, server_id: int) -> int:
        """Tell how many reports are kept.

        Raises
        ------
        StoreUnavailableError
        """
        return await self.audit.count(server_id, Action.PICTURE_REPORT)
