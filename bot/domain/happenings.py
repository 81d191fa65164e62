"""What happens inside that somebody outside may want to count, as plain facts.

Whoever sees one hands it to an ``Observe``, which returns at once and never fails; nothing depends
on what it does with it. So the inside knows nothing of metrics, and measuring costs a call.
"""

from collections.abc import Callable
from typing import NamedTuple

from bot.domain.errors import StoreTrouble
from bot.domain.job_times import JobTimes


class JobEnded(NamedTuple):
    """A job is over in this process, and its message says so.

    Attributes
    ----------
    outcome
        ``done``, ``failed``, ``cancelled`` or ``handed over``.
    reason
        Why it failed, in a few words; empty where it didn't.
    """

    model: str
    outcome: str
    reason: str
    times: JobTimes


class StateSuperseded(NamedTuple):
    """A state of a message was replaced by a newer one before it was shown."""


class MessageEdited(NamedTuple):
    """An edit of a job's message was sent.

    Attributes
    ----------
    final
        Whether it was to show the end.
    outcome
        ``sent``, or what stood in the way.
    """

    final: bool
    outcome: str


class StreamLost(NamedTuple):
    """A stream ended without telling of an end.

    Attributes
    ----------
    polled
        Whether the task has a name by which it is asked for now.
    """

    polled: bool


class StoreFailed(NamedTuple):
    """The database didn't do its part."""

    trouble: StoreTrouble


class InteractionReceived(NamedTuple):
    """Somebody did something that wants an answer."""

    interaction_id: int


class ShardTurned(NamedTuple):
    """A shard's connection changed.

    Attributes
    ----------
    how
        ``identified``, ``resumed`` or ``lost``.
    """

    how: str


class SpendCompared(NamedTuple):
    """A day's books were held against its bill.

    Attributes
    ----------
    apart
        By how much they differ, as a part of the larger sum.
    """

    apart: float


Happening = (
    JobEnded
    | StateSuperseded
    | MessageEdited
    | StreamLost
    | StoreFailed
    | InteractionReceived
    | ShardTurned
    | SpendCompared
)
Observe = Callable[[Happening], None]


def unobserved(_: Happening) -> None:
    """Let something happen without counting it."""
