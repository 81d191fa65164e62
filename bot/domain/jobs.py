"""A job: one picture asked for, and the states that its member sees."""

import hashlib
import math
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.deeds import Deed
from bot.domain.errors import Charge, GenerationError
from bot.domain.pictures import Picture
from bot.domain.request_fitting import LeftOut
from bot.domain.requests import ImageRequest
from bot.domain.showing import Showing
from bot.domain.visits import Visit

# Crockford's alphabet: no letter that reads like a digit, so a reference survives a phone call.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH = 5
_EVEN_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Origin:
    """The job that another one came from, and by what.

    Attributes
    ----------
    channel_id, message_id
        Where that one's result stood; ``None`` where others can't go there, or nobody knows.
    """

    job_id: int
    deed: Deed
    channel_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request of one member.

    Attributes
    ----------
    id
        The interaction's snowflake: one interaction makes one job.
    visit
        Who asked from where; the owner, as rules see them.
    channel_id
        Where the message stands: a channel, or a thread.
    private
        Whether only the owner sees the message.
    origin
        ``None`` where it began with a command.
    left_out
        What was asked for besides, and isn't in the request as the model doesn't take it.
    """

    id: int
    request: ImageRequest
    visit: Visit
    channel_id: int
    private: bool = False
    showing: Showing = field(default_factory=Showing)
    origin: Origin | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def owner_id(self) -> int:
        """Whose job it is."""
        return self.visit.member_id

    @property
    def guild_id(self) -> int | None:
        """The server; ``None`` in a direct conversation."""
        return None if self.visit.direct else self.visit.server_id

    @property
    def reference(self) -> str:
        """Name the job to people, the same in the message and in the log."""
        return reference_of(self.id)


def reference_of(interaction_id: int) -> str:
    """Derive five characters that name an interaction to people."""
    number = int.from_bytes(hashlib.sha256(str(interaction_id).encode()).digest()[:8], "big")
    digits = (number >> (5 * i) & 31 for i in range(_REFERENCE_LENGTH))
    return "".join(_REFERENCE_ALPHABET[digit] for digit in digits)


@dataclass(frozen=True, slots=True)
class Waiting:
    """In line for a slot; ``position`` counts from 1, ``starts_at`` is an expectation."""

    position: int
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """The API works on it.

    Attributes
    ----------
    percent
        A whole number from 0 to 99, as the API told it; ``None`` where it gave none.
    about
        Whether ``percent`` is an estimate that the API hasn't caught up with.
    typical_s
        How long past runs took, where the API gives no numbers and there were past runs.
    ready_at
        The expected end, where it is known.
    """

    started_at: datetime
    percent: int | None = None
    about: bool = False
    typical_s: float | None = None
    ready_at: datetime | None = None

    @property
    def estimated(self) -> bool:
        """Whether a number shown for it comes from past runs and not from the API."""
        return self.about or (self.percent is None and self.typical_s is not None)

    def percent_at(self, now: datetime) -> int | None:
        """Give the percentage to be shown at a moment; ``None`` where nothing is known."""
        if self.percent is not None or self.typical_s is None:
            return self.percent
        return estimated_percent((now - self.started_at).total_seconds(), self.typical_s)


def estimated_percent(elapsed_s: float, typical_s: float) -> int:
    """Estimate how far a run is: even steps up to 90 %, then ever smaller ones below 99 %."""
    share = max(elapsed_s, 0.0) / max(typical_s, 0.1)
    if share <= _EVEN_SHARE:
        return int(round(share * 100, 6))
    return min(98, int(90 + 9 * (1 - math.exp(2 * (_EVEN_SHARE - share)))))


@dataclass(frozen=True, slots=True)
class Delayed:
    """The API is too busy to take the task; it is asked again at ``retry_at``."""

    retry_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The pictures are here; ``took_s`` counts from the submission that was accepted to the end.

    Attributes
    ----------
    missing
        How many more were made but couldn't be fetched.
    """

    pictures: tuple[Picture, ...]
    took_s: float
    seed: int | None = None
    flagged: bool = False
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """It ended without a picture, for the reason that the error's type and fields tell."""

    error: GenerationError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody pressed Cancel."""

    by_id: int
    charge: Charge


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The process stops; another one goes on with the job.

    Attributes
    ----------
    begun
        Whether the API is at work on it already.
    """

    begun: bool


FinalState = Done | Failed | Cancelled
# What is the last that one process shows: an end, or that another process goes on.
LastState = FinalState | HandedOver
JobState = Waiting | Running | Delayed | LastState
