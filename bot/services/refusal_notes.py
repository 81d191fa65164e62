"""What the log of a server keeps of a refusal."""

from datetime import datetime

from bot.domain.admission import Gate, Wish
from bot.domain.audit_actions import Action
from bot.domain.ledgers import HOST_ACCOUNT, Holder, ReachedLimit
from bot.domain.server_policy import AuditEntry, JsonValue

# What is missing where no gate stands: the right to what was tried.
RIGHTS = "rights"


def refusal_entry(wish: Wish, gate: Gate, reached: ReachedLimit | None = None) -> AuditEntry:
    """Note which gate was shut for whom; the log drops the prompt where a server wants none.

    Parameters
    ----------
    reached
        The limit that shut it, where it was one.
    """
    limit = {} if reached is None else {"limit": _limit(reached)}
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
            **limit,
        },
    )


def _limit(reached: ReachedLimit) -> JsonValue:
    limit = reached.limit
    # What the host spends is no server's business.
    if limit.holder == HOST_ACCOUNT:
        return {"holder": "host"}
    whose, measure = _holder(limit.holder), limit.measure.value
    return {"holder": whose, "measure": measure, "at_most": limit.at_most, "used": reached.used}


def _holder(holder: Holder) -> str:
    if not holder.server_id:
        return "member everywhere"
    return "member" if holder.member_id else "server"


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
