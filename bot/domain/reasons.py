"""What people give as a reason: for a block, and for a report."""

from bot.domain.refusals import BadInputError, Flaw

REASON_MAX_CHARACTERS = 300


def reason_of(typed: str) -> str:
    """Take a reason as it was typed; it may be empty.

    Raises
    ------
    BadInputError
        Where it is too long.
    """
    reason = typed.replace("\0", " ").strip()
    if len(reason) > REASON_MAX_CHARACTERS:
        raise BadInputError("reason", Flaw.TOO_LONG, str(REASON_MAX_CHARACTERS))
    return reason
