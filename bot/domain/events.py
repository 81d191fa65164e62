"""What the image API says about one generation, in the order of events.

``Submitting`` comes before each attempt to submit, ``Busy`` after one that was refused for load.
``Accepted`` follows once the API has taken the task; its id is ``None`` on a stream that carries
none. ``Progressed`` and ``Identified`` come any number of times, ``Completed`` once and last.
Every other end is an error of :mod:`bot.domain.errors`.
"""

from dataclasses import dataclass

from bot.domain.pictures import Output


@dataclass(frozen=True, slots=True)
class Submitting:
    """The request is about to leave; from here on it may cost money."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The API refused the submission for load (429); it is sent again after ``retry_in_s``."""

    retry_in_s: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """The API took the task.

    Attributes
    ----------
    polled
        Whether its state is asked for from time to time instead of being streamed.
    """

    polled: bool


@dataclass(frozen=True, slots=True)
class Identified:
    """The API named the task: from here on it can be polled and cancelled upstream."""

    prediction_id: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """The API says that the task goes on, and how far it is.

    Attributes
    ----------
    fraction
        From 0 to 1 as the API told it, neither clamped to grow nor rounded; ``None`` where it
        gave no number.
    """

    fraction: float | None


@dataclass(frozen=True, slots=True)
class Completed:
    """The pictures exist; ``flagged`` tells, output by output, what the API holds for mature."""

    outputs: tuple[Output, ...]
    flagged: tuple[bool, ...] = ()
    seed: int | None = None


GenerationEvent = Submitting | Busy | Accepted | Identified | Progressed | Completed
