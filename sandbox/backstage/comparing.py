"""Where the message and the API disagree, in words.

Each rule looks at one entry and says what is wrong, or nothing. What is lost and honestly said to
be is a `note`; what a message says or shows against the truth is `wrong`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sandbox.backstage.facts import Claim
from sandbox.get3w.fate import Fate

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.backstage.facts import Entry, TaskFacts

# So long a message may need to follow what has happened.
PATIENCE_S: Final = 5.0
SETTLED: Final = frozenset({Fate.COMPLETED, Fate.FAILED, Fate.CANCELLED})


class Level(StrEnum):
    """How bad it is."""

    WRONG = "wrong"
    NOTE = "note"


class Flag(NamedTuple):
    """A sentence on what doesn't agree."""

    level: Level
    words: str


def flags(entry: Entry, now_s: float) -> tuple[Flag, ...]:
    """Return all that doesn't agree at `now_s`, the worst first."""
    rules: tuple[Callable[[Entry, float], Flag | None], ...] = (
        submitted_twice,
        charged_unsaid,
        stuck,
        picture_from_nowhere,
        lost,
        still_working,
        nobody_asked,
    )
    return tuple(flag for rule in rules if (flag := rule(entry, now_s)))


def submitted_twice(entry: Entry, _now_s: float) -> Flag | None:
    """Complain of a wish that the API was asked for more than once."""
    accepted = [task for task in entry.tasks if task.accepted]
    if len(accepted) < 2:  # noqa: PLR2004  the second is the one too many
        return None
    n_charged = sum(task.charged for task in accepted)
    return Flag(
        Level.WRONG, f"Submitted {len(accepted)} times for one command, charged {n_charged} times."
    )


def charged_unsaid(entry: Entry, _now_s: float) -> Flag | None:
    """Complain of a message that says it cost nothing, where it did."""
    message = entry.message
    if message is None or message.has_picture or not _charged(entry):
        return None
    if message.claim is Claim.NOTHING:
        return Flag(Level.WRONG, "The message says that nothing was charged; the API charged.")
    if message.claim is Claim.USUALLY_NOT:
        return Flag(Level.WRONG, "The message says that it is usually not charged; it was.")
    return None


def stuck(entry: Entry, now_s: float) -> Flag | None:
    """Complain of a message that goes on about a task which has ended."""
    ended_s = _ended_s(entry)
    if entry.ask is None or ended_s is None or now_s - ended_s <= PATIENCE_S:
        return None
    since = f"The task ended {now_s - ended_s:.0f} s ago"
    message = entry.message
    if message is None:
        return Flag(Level.WRONG, f"{since}; there is no message.")
    if message.deleted or message.ended_at_s is not None:
        return None
    still_s = now_s - message.changed_at_s
    if still_s <= PATIENCE_S:
        return None
    return Flag(Level.WRONG, f"{since}; the message hasn't moved for {still_s:.0f} s.")


def picture_from_nowhere(entry: Entry, _now_s: float) -> Flag | None:
    """Complain of a picture that the API didn't make."""
    message = entry.message
    if message is None or not message.has_picture or _charged(entry):
        return None
    return Flag(Level.WRONG, "The message shows a picture that the API hasn't made.")


def lost(entry: Entry, _now_s: float) -> Flag | None:
    """Complain of a picture that was made and charged, and is nowhere to be seen."""
    message = entry.message
    if message is None or message.has_picture or message.deleted or not _charged(entry):
        return None
    if message.ended_at_s is None or message.claim in {Claim.NOTHING, Claim.USUALLY_NOT}:
        return None
    if message.claim is Claim.MAYBE:
        words = "Charged, and no picture. The message says that it may have been charged."
        return Flag(Level.NOTE, words)
    return Flag(Level.WRONG, "Charged, and the message ended without a picture.")


def still_working(entry: Entry, _now_s: float) -> Flag | None:
    """Note a task that goes on though its message has ended."""
    message = entry.message
    works = any(task.fate is Fate.WORKING for task in entry.tasks)
    if message is None or not works or message.ended_at_s is None:
        return None
    return Flag(Level.NOTE, "The message has ended; the API is still making the picture.")


def nobody_asked(entry: Entry, _now_s: float) -> Flag | None:
    """Note a submission for which there is no command in this Discord."""
    if entry.ask is not None:
        return None
    return Flag(Level.NOTE, "No command here asked for this prompt.")


def _charged(entry: Entry) -> bool:
    return any(task.charged for task in entry.tasks)


def _ended_s(entry: Entry) -> float | None:
    """Return when the last of the accepted tasks ended, if it has."""
    accepted = [task for task in entry.tasks if task.accepted]
    return _settled_s(accepted[-1]) if accepted else None


def _settled_s(task: TaskFacts) -> float | None:
    return task.ended_at_s if task.fate in SETTLED else None
