"""Whose turn is next: fair between servers and, within one, between members.

Theory
------
A line that is first come, first served belongs to whoever asks most. Here each job has a *round*:
how many jobs of its own server go before it, those that run now included. Lower rounds go first,
within a round the server that had its last turn longest ago, and then whoever came first. So of the
slots that become free each server that wants one gets its share. While a server waits and none of
its jobs runs, each other server has one turn before it at most, however many jobs it has in line
and however few slots there are. Within a server the same goes for its members.

The order follows from the jobs that wait, that run and that ran lately, which the journal has: it
is the same in every process, and a restart doesn't change it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class InLine(NamedTuple):
    """A job as the line sees it; of two jobs the one with the smaller id came first."""

    job_id: int
    server_id: int
    member_id: int


class Turns:
    """When servers and members last had a turn.

    Parameters
    ----------
    of_members
        By server and member. Turns from before the time when the first of those who wait came make
        no difference.
    """

    def __init__(self, of_members: Mapping[tuple[int, int], datetime] | None = None) -> None:
        self._of_members = of_members or {}
        self._of_servers: dict[int, datetime] = {}
        for (server_id, _), at in self._of_members.items():
            self._of_servers[server_id] = max(at, self.of_server(server_id))

    def of_server(self, server_id: int) -> datetime:
        """Tell when a server had its last turn."""
        return self._of_servers.get(server_id, _LONG_AGO)

    def of_member(self, server_id: int, member_id: int) -> datetime:
        """Tell when a member had the last turn in a server."""
        return self._of_members.get((server_id, member_id), _LONG_AGO)


def in_order(
    waiting: Iterable[InLine], running: Iterable[InLine], turns: Turns | None = None
) -> Sequence[InLine]:
    """Put jobs into the order in which their turns come.

    Parameters
    ----------
    running
        The jobs that have slots now; they count against those of their server and member.
    """
    busy, turns = list(running), turns or Turns()
    of_member = Counter((each.server_id, each.member_id) for each in busy)
    of_server = Counter(each.server_id for each in busy)
    by_server: defaultdict[int, list[tuple[int, datetime, InLine]]] = defaultdict(list)
    for job in sorted(waiting):
        key = job.server_id, job.member_id
        by_server[job.server_id].append((of_member[key], turns.of_member(*key), job))
        of_member[key] += 1
    rounds = [
        (of_server[server_id] + number, turns.of_server(server_id), job)
        for server_id, jobs in by_server.items()
        for number, (_, _, job) in enumerate(sorted(jobs))
    ]
    return [job for _, _, job in sorted(rounds)]


class FairLine:
    """The line as one process knows it; tells a newcomer's place without sorting everything.

    What it knows of other processes is as old as the last :meth:`renew`, so a place is for people
    to read, and never decides whose turn it is.
    """

    def __init__(
        self,
        waiting: Iterable[InLine] = (),
        running: Iterable[InLine] = (),
        turns: Turns | None = None,
    ) -> None:
        self._turns = turns or Turns()
        self._waiting: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._running: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for job in waiting:
            self.join(job)
        for job in running:
            self._running[job.server_id][job.member_id] += 1

    def join(self, job: InLine) -> None:
        """Let a job wait."""
        self._waiting[job.server_id][job.member_id] += 1

    def place_of(self, newcomer: InLine) -> int:
        """Tell the place, counted from 1, that a job has which comes after all that wait."""
        server_id, member_id = newcomer.server_id, newcomer.member_id
        waiting, running = self._waiting[server_id], self._running[server_id]
        turn = waiting[member_id] + running[member_id]
        last = self._turns.of_member(server_id, member_id)
        ahead = sum(
            _up_to(turn - running[each] - (self._turns.of_member(server_id, each) > last), count)
            for each, count in waiting.items()
        )
        return 1 + ahead + self._from_others(server_id, ahead + running.total())

    def _from_others(self, server_id: int, own_round: int) -> int:
        """Count the jobs of other servers that go before one of a round, which came last."""
        last = self._turns.of_server(server_id)
        return sum(
            _up_to(
                own_round - self._running[each].total() - (self._turns.of_server(each) > last),
                members.total(),
            )
            for each, members in self._waiting.items()
            if each != server_id
        )


def _up_to(last: int, count: int) -> int:
    """Tell how many of the numbers 0, 1, 2 … below ``count`` are not above ``last``."""
    return max(0, min(last + 1, count))
