"""What stands of a job that is over: for its member, and of the money (design law 7)."""

from dataclasses import dataclass

from bot.domain.errors import Charge, PictureWithheldError
from bot.domain.jobs import Cancelled, Done, Failed, FinalState


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands.

    Attributes
    ----------
    counts
        Whether its pictures count for its member.
    charged
        Whether it may have cost money.
    """

    counts: bool
    charged: bool


MADE = Stand(counts=True, charged=True)


def stand_of(final: FinalState) -> Stand:
    """Tell what stands of a job that ended in a state."""
    match final:
        case Done():
            return MADE
        case Cancelled(_, charge):
            sent = charge is not Charge.NOTHING
            return Stand(counts=sent, charged=sent)
        case Failed(error):
            # A picture that is withheld was made; it would be made again and again otherwise.
            made = isinstance(error, PictureWithheldError)
            return Stand(counts=made, charged=error.charge is not Charge.NOTHING)
