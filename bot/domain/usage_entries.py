"""What is known of one job's taking, from its booking to its end."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.ledgers import Account, Holder


@dataclass(frozen=True, slots=True)
class UsageEntry:
    """What a job took, and whether it stands.

    Attributes
    ----------
    member_id
        0 where the member had it deleted.
    pictures
        How many were booked, and once it is settled, how many were made of them.
    microdollars
        What all its pictures were booked at.
    ended_at
        ``None`` while it is under way.
    counted
        Whether its pictures count for its member; what was given back doesn't.
    charged
        Whether it may have cost money.
    """

    job_id: int
    server_id: int
    member_id: int
    model: str
    pictures: int
    microdollars: int
    taken_at: datetime
    ended_at: datetime | None = None
    counted: bool = True
    charged: bool = True

    @property
    def holder(self) -> Holder:
        """The account of its member in its server."""
        return Holder(self.server_id, self.member_id)

    def settled(
        self, at: datetime, *, counts: bool, charged: bool, made: int | None = None
    ) -> "UsageEntry":
        """End it; what was given back stays so.

        Parameters
        ----------
        made
            How many pictures there are, which may be fewer than were booked; ``None`` where that
            isn't known. Their money stays as it was booked: nobody says what was charged for.
        """
        return replace(
            self,
            pictures=self.pictures if made is None else min(self.pictures, made),
            ended_at=self.ended_at or at,
            counted=self.counted and counts,
            charged=self.charged and charged,
        )

    def withdrawn(self, account: Account, settled: "UsageEntry") -> Account:
        """Take from an account what this no longer has once it is settled."""
        if self.ended_at is None:
            account = account.ended()
        if self.counted:
            left = settled.pictures if settled.counted else 0
            account = account.count_returned(self.pictures - left, self.taken_at)
        if self.charged and not settled.charged:
            account = account.money_returned(self.microdollars, self.taken_at)
        return account
