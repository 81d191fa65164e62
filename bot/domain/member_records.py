"""All that is kept about one member in one server, as it is handed out to them."""

from dataclasses import dataclass, field

from bot.domain.ledgers import Account
from bot.domain.server_policy import AuditEntry, MemberBlock
from bot.domain.usage_entries import UsageEntry


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
        What was done by them or to them, the oldest first.
    """

    server_id: int
    member_id: int
    usage: tuple[UsageEntry, ...] = ()
    account: Account = field(default_factory=Account)
    block: MemberBlock | None = None
    log: tuple[AuditEntry, ...] = ()
