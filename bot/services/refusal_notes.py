"""What the log of a server keeps of a refusal."""

from datetime import datetime

from bot.domain.admission import Gate, Wish
from bot.domain.audit_actions import Action
from bot.domain.server_policy import AuditEntry

# What is missing where no gate stands: the right to what was tried.
RIGHTS = "rights"


def refusal_entry(wish: Wish, gate: Gate) -> AuditEntry:
    """Note which gate was shut for whom; the log drops the prompt where a server wants none."""
    return AuditEntry(
        server_id=wish.visit.server_id,
        at=wish.at,
        actor_id=wish.visit.member_id,
        action=Action.REQUEST_REFUSED,
        subject=gate.value,
        after={
            "model": wish.model,
            "channel": str(wish.visit.channel_id),
            "prompt": wish.prompt,
        },
    )


def rights_entry(server_id: int, at: datetime, member_id: int, command: str) -> AuditEntry:
    """Note that somebody tried a command, or a button, without the right to."""
    return AuditEntry(
        server_id=server_id,
        at=at,
        actor_id=member_id,
        action=Action.REQUEST_REFUSED,
        subject=RIGHTS,
        after={"command": command},
    )
