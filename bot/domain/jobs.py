"""A job: one picture asked for, and the states that its member sees."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import Charge, ImagineError
from bot.domain.pictures import Picture
from bot.domain.requests import ImageRequest

# Crockford's alphabet: no letter that reads like a digit, so a reference survives a phone call.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request of one member.

    Attributes
    ----------
    id
        The interaction's snowflake: one interaction makes one job.
    private
        Whether only the owner sees the message.
    """

    id: int
    request: ImageRequest
    owner_id: int
    guild_id: int
    channel_id: int
    private: bool = False

    @property
    def reference(self) -> str:
        """Five characters that name the job to people, the same in the message and in the log."""
        number = int.from_bytes(hashlib.sha256(str(self.id).encode()).digest()[:8], "big")
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
        A whole number from 0 to 99, or ``None`` where nothing is known.
    estimated
        Whether ``percent`` comes from past runs and not from the API.
    ready_at
        The expected end, where it is known.
    """

    started_at: datetime
    percent: int | None = None
    estimated: bool = False
    ready_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delayed:
    """The API is too busy to take the task; it is asked again at ``retry_at``."""

    retry_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The pictures are here; ``took_s`` counts from the first submission to the last event."""

    pictures: tuple[Picture, ...]
    took_s: float
    seed: int | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """It ended without a picture, for the reason that the error's type and fields tell."""

    error: ImagineError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody pressed Cancel."""

    by_id: int
    charge: Charge


FinalState = Done | Failed | Cancelled
JobState = Waiting | Running | Delayed | FinalState
