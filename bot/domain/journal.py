"""The journal: what is known of a job at each step, enough to finish it from another process.

Theory
------
A job may be cut off between any two of its steps, by a crash as much as by a stop. What is right
to do then depends on one question: may the request have reached the API? So a step is written down
*before* what it announces is done, and the steps fall into parts:

* ``ACCEPTED`` and ``QUEUED``: nothing was sent. Whoever finds the job lets it run from there.
* ``SUBMITTED`` and ``RUNNING``: it may have cost money. With the API's own id of the task it is
  asked for; without, it can't be found again and is never sent a second time: it ends honestly.
* ``COMPLETED``: the pictures exist. They are brought until Discord has them.
* ``DELIVERED``, ``FAILED``, ``CANCELLED``, ``INTERRUPTED``: how it ended. What is owed to whom is
  settled in the same change. The entry stays open until the message says so, and is then closed.

An entry is a value; each step gives the next one, and a step that can't follow raises. ``owner`` is
the process that works on it; nobody owns what waits to be taken up.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import Charge, GenerationError
from bot.domain.jobs import Job
from bot.domain.pictures import OutputLink
from bot.domain.showing import Flagged


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
WITHOUT_PICTURE = frozenset({Step.FAILED, Step.CANCELLED, Step.INTERRUPTED})
WITH_PICTURES = frozenset({Step.COMPLETED, Step.DELIVERED})


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
        The interaction's; empty once the entry is closed, when nobody needs it any more.
    message_id
        ``None`` before the first answer, and where Discord didn't tell.
    file_max_bytes
        The largest attachment that it may carry.
    channel_id
        Where it stands; ``None`` for the channel of the job.
    """

    application_id: int
    token: str
    file_max_bytes: int
    message_id: int | None = None
    channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What the API made.

    Attributes
    ----------
    outputs
        In order; ``None`` for one that came as bytes, which is on disk only.
    took_s
        From the submission to the end.
    """

    outputs: tuple[OutputLink | None, ...]
    took_s: float
    flagged: bool = False
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One job, and how far it is.

    Attributes
    ----------
    owner
        The process that works on it.
    granted
        Whether it has one of the slots for pictures at once.
    percent
        The highest percentage that its member saw, for whoever goes on with it.
    cancel_by
        Who asked for its end; 0 for nobody.
    error
        What ended it without a picture, but for a cancel.
    charge
        What can be said of money, if it ended now or as it did end.
    ended_at
        When its end was decided.
    open
        Whether something is still to be done for it.
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
    error: GenerationError | None = None
    charge: Charge = Charge.NOTHING
    ended_at: datetime | None = None
    open: bool = True

    @property
    def waits(self) -> bool:
        """Whether it stands in line."""
        return self.step in NOT_SENT and not self.granted

    @property
    def sent(self) -> bool:
        """Whether the API may be at work on it."""
        return self.step in MAY_BE_SENT

    @property
    def pictures(self) -> tuple[OutputLink | None, ...]:
        """What others can begin with: nothing of what was made and is withheld."""
        if self.made is None or self.step not in WITH_PICTURES:
            return ()
        withheld = self.made.flagged and self.job.showing.flagged is Flagged.WITHHOLD
        return () if withheld else self.made.outputs

    @property
    def made_pictures(self) -> int | None:
        """How many pictures the API made; ``None`` before it said so, or once it is forgotten."""
        return None if self.made is None else len(self.made.outputs) or None

    @property
    def channel_id(self) -> int:
        """Where its message stands."""
        return self.message.channel_id or self.job.channel_id

    def answered(self, message_id: int | None) -> "JournalEntry":
        """Let its first answer be there."""
        message = replace(self.message, message_id=message_id)
        return replace(self._to(Step.QUEUED, Step.ACCEPTED), message=message)

    def with_slot(self) -> "JournalEntry":
        """Let its turn have come."""
        self._check(self.step, *NOT_SENT)
        return replace(self, granted=True)

    def submitted(self, at: datetime) -> "JournalEntry":
        """Let its request be about to leave: from here on it may cost money."""
        entry = self._to(Step.SUBMITTED, Step.QUEUED)
        return replace(entry, submitted_at=at, charge=Charge.MAYBE)

    def refused(self) -> "JournalEntry":
        """Let the API have taken nothing, for sure; it may be sent again."""
        return replace(self._to(Step.QUEUED, Step.SUBMITTED), charge=Charge.NOTHING)

    def running(self, prediction_id: str | None = None) -> "JournalEntry":
        """Let the API have taken it, perhaps with a name of its own for it."""
        entry = self._to(Step.RUNNING, *MAY_BE_SENT)
        return replace(entry, prediction_id=prediction_id or self.prediction_id)

    def at_percent(self, percent: int) -> "JournalEntry":
        """Let its member have seen a percentage."""
        self._check(self.step, *MAY_BE_SENT)
        return replace(self, percent=max(percent, self.percent or 0))

    def completed(self, made: Made) -> "JournalEntry":
        """Let the pictures exist, and the slot be free."""
        return replace(self._to(Step.COMPLETED, *MAY_BE_SENT), made=made, granted=False)

    def delivered(self, at: datetime) -> "JournalEntry":
        """Let Discord have the pictures, or nobody want them any more."""
        return replace(self._to(Step.DELIVERED, Step.COMPLETED), ended_at=at).closed()

    def failed(self, error: GenerationError, at: datetime) -> "JournalEntry":
        """Let it end without a picture."""
        return self._ended(Step.FAILED, error, at, *UNDER_WAY, Step.COMPLETED)

    def interrupted(self, error: GenerationError, at: datetime) -> "JournalEntry":
        """Let it be cut off, so that nobody can find it again."""
        return self._ended(Step.INTERRUPTED, error, at, *UNDER_WAY)

    def cancelled(self, by_id: int, charge: Charge, at: datetime) -> "JournalEntry":
        """Let it end because somebody pressed Cancel."""
        entry = self._to(Step.CANCELLED, *UNDER_WAY)
        return replace(entry, cancel_by=by_id, charge=charge, ended_at=at, granted=False)

    def standing(self, channel_id: int | None, message_id: int | None) -> "JournalEntry":
        """Let its end stand in a message, which may be another one than the first answer."""
        if message_id is None:
            return self
        elsewhere = None if channel_id == self.job.channel_id else channel_id
        message = replace(self.message, message_id=message_id, channel_id=elsewhere)
        return replace(self, message=message)

    def closed(self) -> "JournalEntry":
        """Let its message say how it ended: nothing is left to do."""
        self._check(self.step, Step.DELIVERED, *WITHOUT_PICTURE)
        message = replace(self.message, token="")
        return replace(self, message=message, owner=None, open=False)

    def released(self) -> "JournalEntry":
        """Let its process go; a slot stays with what may be at work at the API."""
        return replace(self, owner=None, granted=self.granted and self.sent)

    def taken_up(self, owner: int) -> "JournalEntry":
        """Let a process go on with it; what was never sent stands in line again."""
        return replace(self.released(), owner=owner)

    def _ended(
        self, step: Step, error: GenerationError, at: datetime, *allowed: Step
    ) -> "JournalEntry":
        entry = self._to(step, *allowed)
        return replace(entry, error=error, charge=error.charge, ended_at=at, granted=False)

    def _to(self, wanted: Step, *allowed: Step) -> "JournalEntry":
        self._check(wanted, *allowed)
        return replace(self, step=wanted)

    def _check(self, wanted: Step, *allowed: Step) -> None:
        if not self.open or self.step not in allowed:
            raise IllegalStepError(self.job.id, self.step, wanted)
