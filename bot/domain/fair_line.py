"""Whose turn is next: fair between servers and, within one, between members.

Theory
------
A line that is first come, first served belongs to whoever asks most. Here each job has a *round*:
how many jobs of its own server go before it, those that run now included. Lower rounds go first,
and within a round whoever came first. So of the slots that become free each server that wants one
gets its share, and a server's first job waits for at most one job of each other server that came
before it, however many they have in line. Within a server the same goes for its members.

The order follows from the jobs that wait and run, and from nothing else: it needs no memory, is the
same in every process, and a restart doesn't change it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class InLine(NamedTuple):
    """A job as the line sees it; of two jobs the one with the smaller id came first."""

    job_id: int
    server_id: int
    member_id: int


def in_order(waiting: Iterable[InLine], running: Iterable[InLine]) -> Sequence[InLine]:
    """Put jobs into the order in which their turns come.

    Parameters
    ----------
    running
        The jobs that have slots now; they count against those of their server and member.
    """
    busy = list(running)
    of_member = Counter((each.server_id, each.member_id) for each in busy)
    of_server = Counter(each.server_id for each in busy)
    by_server: defaultdict[int, list[tuple[int, InLine]]] = defaultdict(list)
    for job in sorted(waiting):
        key = job.server_id, job.member_id
        by_server[job.server_id].append((of_member[key], job))
        of_member[key] += 1
    rounds = [
        (of_server[server_id] + number, job)
        for server_id, jobs in by_server.items()
        for number, (_, job) in enumerate(sorted(jobs))
    ]
    return [job for _, job in sorted(rounds)]


class FairLine:
    """The line as one process knows it; tells a newcomer's place without sorting everything.

    What it knows of other processes is as old as the last :meth:`renew`, so a place is for people
    to read, and never decides whose turn it is.
    """

    def __init__(self, waiting: Iterable[InLine] = (), running: Iterable[InLine] = ()) -> None:
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
        ahead = sum(_up_to(turn - running[each], count) for each, count in waiting.items())
        own_round = ahead + running.total()
        others = sum(
            _up_to(own_round - self._running[each].total(), members.total())
            for each, members in self._waiting.items()
            if each != server_id
        )
        return 1 + ahead + others


def _up_to(last: int, count: int) -> int:
    """Tell how many of the numbers 0, 1, 2 … below ``count`` are not above ``last``."""
    return max(0, min(last + 1, count))
