"""For how long a process may hold its jobs for its own without asking.

Others take a process for dead that hasn't beaten for a while, and go on with its jobs. Discord
can't refuse what it sends about them afterwards: a percentage would stand over the picture for
ever. So some seconds before that moment, and until it has beaten again and let go of what it lost,
a process sends nothing about a job but its picture. One that stood still finds its lease over, too.
"""

import math

from bot.domain.ports import Clock

# Others wait for 20 s; a request to Discord may be on its way for some of them.
LEASE_S = 14.0


class Lease:
    """What a beat renews.

    Parameters
    ----------
    alone
        Whether no other process shares the database: then it never ends.
    """

    def __init__(self, clock: Clock, *, alone: bool) -> None:
        self._clock = clock
        self._alone = alone
        # Its jobs name a process before it has beaten, and others count it as silent then.
        self._since_s = -math.inf

    def renew(self, since_s: float) -> None:
        """Let it run from a moment at which this process was about to beat."""
        self._since_s = since_s

    def held(self) -> bool:
        """Tell whether this process may go on."""
        return self._alone or self._clock.monotonic() - self._since_s < LEASE_S
