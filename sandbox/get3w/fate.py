"""What really became of a submission, told to its client or not.

A task goes on when its client has left: time alone completes it where the scenario gives it a
time. A deletion ends it only before that. What completes is charged, nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from sandbox.get3w.ledger import End

if TYPE_CHECKING:
    from sandbox.get3w.ledger import Submission
    from sandbox.get3w.payloads import Json
    from sandbox.get3w.replies import Reply
    from sandbox.get3w.task import Task

FAILURE_WORDS: Final = ("failed", "error")


class Fate(StrEnum):
    """What became of it."""

    REFUSED = "refused"
    WORKING = "working"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(NamedTuple):
    """A fate and since when it holds (`time.monotonic` seconds); None while it isn't decided."""

    fate: Fate
    at_s: float | None = None


def outcome_of(submission: Submission, task: Task | None, now_s: float) -> Outcome:
    """Say what has become of a submission by `now_s`; `task` is None where none was accepted."""
    if task is None or (submission.status or 0) >= HTTPStatus.BAD_REQUEST:
        return Outcome(Fate.REFUSED, submission.ended_at_s)
    completed_s, deleted_s = _completed_s(task, now_s), task.deleted_at_s
    if deleted_s is not None and not (completed_s is not None and completed_s <= deleted_s):
        return Outcome(Fate.CANCELLED, deleted_s)
    if completed_s is not None:
        return Outcome(Fate.COMPLETED, completed_s)
    return Outcome(Fate.FAILED, submission.ended_at_s) if _failed(task) else Outcome(Fate.WORKING)


def _completed_s(task: Task, now_s: float) -> float | None:
    told_s = task.submission.completed_at_s
    takes_s = task.scenario.polling.takes_s
    if takes_s is None:
        return told_s
    due_s = task.submission.at_s + takes_s
    return due_s if due_s <= now_s else told_s


def _failed(task: Task) -> bool:
    """Say whether the client has been told so; by then nothing can complete any more."""
    answers = task.scenario.polling.answers
    if task.n_polls >= len(answers) and _says_failure(answers[-1]):
        return True
    parts = task.scenario.answer.parts
    streamed = task.submission.end is End.STREAMED
    return streamed and bool(parts) and _says_failure(parts[-1].content)


def _says_failure(node: bytes | Json | Reply) -> bool:
    if not isinstance(node, Mapping):
        return False
    return node.get("status") in FAILURE_WORDS or node.get("type") in FAILURE_WORDS
