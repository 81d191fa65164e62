"""What the log of a server keeps of a refusal."""

from bot.domain.admission import Gate, Wish
from bot.domain.audit_actions import Action
from bot.domain.server_policy import AuditEntry


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
