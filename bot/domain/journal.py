"""The journal: what is known of a job at each step, enough to finish it from another process.

Theory
------
A job may be cut off between any two of its steps, by a crash as much as by a stop. What is right
to do then depends on one question only: may the request have reached the API? So a step is written
down *before* what it announces is done, and the steps fall into three parts:

* ``ACCEPTED`` and ``QUEUED``: nothing was sent. Whoever finds the job lets it run from there.
* ``SUBMITTED`` and ``RUNNING``: it may have cost money. With the API's own id of the task it is
  asked for; without, it can't be found again and is never sent a second time: it ends honestly.
* ``COMPLETED``: the pictures exist. They are brought until Discord has them.

The other steps are ends. An entry is a value; each step gives the next one, and a step that can't
follow raises. ``owner`` is the process that works on it; nobody owns what waits to be taken up.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import Charge, ImagineError
from bot.domain.jobs import Job
from bot.domain.pictures import Output


class Step(StrEnum):
    """How far a job is; the value is what is kept."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    RUNNING = "running"
    COMPLETED = "completed"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


NOT_SENT = frozenset({Step.ACCEPTED, Step.QUEUED})
MAY_BE_SENT = frozenset({Step.SUBMITTED, Step.RUNNING})
UNDER_WAY = NOT_SENT | MAY_BE_SENT
ENDS = frozenset({Step.DELIVERED, Step.FAILED, Step.CANCELLED, Step.INTERRUPTED})
OPEN = frozenset(Step) - ENDS


@dataclass(eq=False)
class IllegalStepError(Exception):
    """A mistake of ours: a job was to take a step that can't follow the one where it is."""

    job_id: int
    at: Step
    wanted: Step


@dataclass(frozen=True, slots=True)
class MessageMark:
    """What leads to the one message of a job, from any process.

    Attributes
    ----------
    token
        The interaction's; empty once the job has ended, when nobody needs it any more.
    message_id
        ``None`` before the first answer, and where Discord didn't tell.
    file_max_bytes
        The largest attachment that it may carry.
    """

    application_id: int
    token: str
    file_max_bytes: int
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What the API made.

    Attributes
    ----------
    outputs
        In order; those that came as bytes are on disk only, and are missing here.
    took_s
        From the submission to the end.
    """

    outputs: tuple[Output, ...]
    took_s: float
    flagged: bool = False
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One job, and how far it is.

    Attributes
    ----------
    granted
        Whether it has one of the slots for pictures at once.
    percent
        The highest percentage that its member saw, for whoever goes on with it.
    cancel_by
        Who asked for its end, where another process works on it; 0 for nobody.
    error
        The class of what ended it; empty where nothing went wrong.
    charge
        What can be said of money, if it ended now or as it did end.
    """

    job: Job
    message: MessageMark
    accepted_at: datetime
    step: Step = Step.ACCEPTED
    owner: int | None = None
    granted: bool = False
    submitted_at: datetime | None = None
    prediction_id: str | None = None
    percent: int | None = None
    made: Made | None = None
    cancel_by: int = 0
    error: str = ""
    charge: Charge = Charge.NOTHING
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether something is still to be done for it."""
        return self.step in OPEN

    @property
    def waits(self) -> bool:
        """Whether it stands in line."""
        return self.step in NOT_SENT and not self.granted

    @property
    def holds_slot(self) -> bool:
        """Whether it has one of the slots."""
        return self.granted and self.step in UNDER_WAY

    def answered(self, message_id: int | None) -> "JournalEntry":
        """Its first answer is there."""
        message = replace(self.message, message_id=message_id)
        return replace(self._to(Step.QUEUED, Step.ACCEPTED), message=message)

    def with_slot(self) -> "JournalEntry":
        """Its turn has come."""
        self._check(self.step, *NOT_SENT)
        return replace(self, granted=True)

    def submitted(self, at: datetime) -> "JournalEntry":
        """The request is about to leave: from here on it may cost money."""
        entry = self._to(Step.SUBMITTED, Step.QUEUED)
        return replace(entry, submitted_at=at, charge=Charge.MAYBE)

    def refused(self) -> "JournalEntry":
        """The API took nothing, for sure; it may be sent again."""
        return replace(self._to(Step.QUEUED, Step.SUBMITTED), charge=Charge.NOTHING)

    def running(self, prediction_id: str | None = None) -> "JournalEntry":
        """The API took it, and may have told its own name for it."""
        entry = self._to(Step.RUNNING, *MAY_BE_SENT)
        return replace(entry, prediction_id=prediction_id or self.prediction_id)

    def at_percent(self, percent: int) -> "JournalEntry":
        """Its member saw a percentage."""
        self._check(self.step, *MAY_BE_SENT)
        return replace(self, percent=max(percent, self.percent or 0))

    def completed(self, made: Made) -> "JournalEntry":
        """The pictures exist, and the slot is free."""
        return replace(self._to(Step.COMPLETED, *MAY_BE_SENT), made=made, granted=False)

    def delivered(self, at: datetime) -> "JournalEntry":
        """Discord has the pictures."""
        return self._ended(self._to(Step.DELIVERED, Step.COMPLETED), at)

    def failed(self, error: ImagineError, at: datetime) -> "JournalEntry":
        """It ended without a picture."""
        entry = replace(self._to(Step.FAILED, *OPEN), charge=error.charge)
        return self._ended(replace(entry, error=type(error).__name__), at)

    def interrupted(self, error: ImagineError, at: datetime) -> "JournalEntry":
        """It was cut off, and nobody can find it again."""
        entry = replace(self._to(Step.INTERRUPTED, *UNDER_WAY), charge=error.charge)
        return self._ended(replace(entry, error=type(error).__name__), at)

    def cancelled(self, by_id: int, at: datetime) -> "JournalEntry":
        """Somebody pressed Cancel."""
        entry = replace(self._to(Step.CANCELLED, *UNDER_WAY), cancel_by=by_id)
        return self._ended(entry, at)

    def asked_to_cancel(self, by_id: int) -> "JournalEntry":
        """Somebody pressed Cancel in another process than the one that works on it."""
        self._check(Step.CANCELLED, *UNDER_WAY)
        return replace(self, cancel_by=by_id)

    def released(self) -> "JournalEntry":
        """Its process goes; a slot stays with what may be at work at the API."""
        self._check(self.step, *OPEN)
        return replace(self, owner=None, granted=self.granted and self.step in MAY_BE_SENT)

    def taken_up(self, owner: int) -> "JournalEntry":
        """Another process goes on with it; what was never sent stands in line again."""
        return replace(self.released(), owner=owner)

    def _ended(self, entry: "JournalEntry", at: datetime) -> "JournalEntry":
        message = replace(entry.message, token="")
        return replace(entry, message=message, owner=None, granted=False, ended_at=at)

    def _to(self, wanted: Step, *allowed: Step) -> "JournalEntry":
        self._check(wanted, *allowed)
        return replace(self, step=wanted)

    def _check(self, wanted: Step, *allowed: Step) -> None:
        if self.step not in allowed:
            raise IllegalStepError(self.job.id, self.step, wanted)
