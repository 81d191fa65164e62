"""All that is kept about one member in one server, as it is handed out to them."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.journal import JournalEntry
from bot.domain.ledgers import Account
from bot.domain.preferences import Preferences
from bot.domain.server_policy import AuditEntry, MemberBlock
from bot.domain.usage_entries import UsageEntry


@dataclass(frozen=True, slots=True)
class SafetyRecord:
    """When the API's safety filter refused prompts of a member, and until when they are paused."""

    refused_at: tuple[datetime, ...] = ()
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """What a member may see of the records, and have deleted as far as it may go.

    Attributes
    ----------
    usage
        Every job that is kept, the oldest first.
    account
        What counts against their limits in this server.
    block
        Also one whose time is over.
    log
        What was done by them, to them or to pictures of theirs, the oldest first.
    everywhere
        What counts against their limits in all servers together.
    jobs
        What was asked for, the oldest first.
    safety
        What is kept of them for the sake of the host's account.
    preferences
        What they have decided for themselves.
    """

    server_id: int
    member_id: int
    usage: tuple[UsageEntry, ...] = ()
    account: Account = field(default_factory=Account)
    block: MemberBlock | None = None
    log: tuple[AuditEntry, ...] = ()
    everywhere: Account = field(default_factory=Account)
    jobs: tuple[JournalEntry, ...] = ()
    safety: SafetyRecord = field(default_factory=SafetyRecord)
    preferences: Preferences = field(default_factory=Preferences)
