"""Everything that can go wrong for a member, as types with fields.

What a server's rules refuse is in :mod:`bot.domain.refusals`.

No error carries a sentence: :mod:`bot.presentation.wording` has the words for each of them, and a
test fails when one has none. ``charge`` says what can be said about money.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Charge(Enum):
    """What is known about the money for a picture that didn't come."""

    NOTHING = auto()
    USUALLY_NOT = auto()
    MAYBE = auto()


class ImagineError(Exception):
    """The root of all errors that a member can be told about."""

    charge: Charge = Charge.NOTHING


class RefusalError(ImagineError):
    """The request was refused by us, before anything was sent to the image API."""


@dataclass(eq=False)
class BrokenCommandError(RefusalError):
    """A mistake of ours before a job began; the log has the trace under the reference."""

    reference: str


class GenerationError(ImagineError):
    """The generation ended without a picture."""


@dataclass(eq=False)
class ModelNotAllowedError(RefusalError):
    """The model, as it was typed but for its vendor, isn't among those that may be used here."""

    model: str
    allowed: tuple[str, ...]


class DirectMessageError(RefusalError):
    """The command was used outside a server."""


@dataclass(eq=False)
class MissingPermissionError(RefusalError):
    """The bot itself lacks permissions in the channel; they are named as Discord names them."""

    permissions: tuple[str, ...]


class StoppingError(RefusalError):
    """The bot is going down and takes no new work."""


class StoreTrouble(Enum):
    """Why the database can't be used now; the value goes on after its name, for whoever hosts."""

    LOCKED = "is locked by another program"
    FULL = "has no space left on its disk"
    READ_ONLY = "can't be written to"
    AWAY = "can't be reached"
    REFUSED = "refuses the bot's user, password or database name"
    DAMAGED = "is damaged, or no database"


@dataclass(eq=False)
class StoreUnavailableError(RefusalError):
    """The database didn't do its part in time; it is tried again with the next request."""

    trouble: StoreTrouble


class NotOwnerError(RefusalError):
    """A button was pressed by somebody who is neither the owner nor a moderator."""


class JobEndedError(RefusalError):
    """A button was pressed for a job that has already ended."""


class DuplicateInteractionError(RefusalError):
    """Discord delivered an interaction a second time; the first delivery has its job."""


class JournalAwayError(GenerationError):
    """The database was away when the request was to be sent, so it wasn't."""


@dataclass(eq=False)
class AccountRefusedError(GenerationError):
    """The API refused the operator's account (401, 402, 403); only the host can mend it."""

    status: int


@dataclass(eq=False)
class ModelUnavailableError(GenerationError):
    """The API doesn't know the model (404), or doesn't run it at present."""

    model: str
    allowed: tuple[str, ...] = ()


@dataclass(eq=False)
class InputRefusedError(GenerationError):
    """The API refused the input (400, 413, 422).

    Attributes
    ----------
    field
        Our own name of the option that it found fault with; ``None`` where it can't be told
        from the answer. Never a text of the API's.
    max_characters
        The longest prompt that the model takes, where the API said so.
    """

    field: str | None = None
    max_characters: int | None = None


class SourceTrouble(Enum):
    """Why a picture can't be the beginning of another."""

    GONE = auto()
    FOREIGN = auto()
    TOO_LARGE = auto()
    NOT_A_PICTURE = auto()
    NOT_FETCHED = auto()
    NOT_TAKEN = auto()


@dataclass(eq=False)
class SourceUnusableError(GenerationError):
    """The picture to begin with didn't reach the API, so nothing was submitted."""

    trouble: SourceTrouble


class ServiceBusyError(GenerationError):
    """The API refused every attempt for load (429)."""


class ServiceUnreachableError(GenerationError):
    """No connection to the API came about; nothing was sent."""


class ServiceFailedError(GenerationError):
    """The API answered with a server error or with something that can't be read."""

    charge = Charge.MAYBE


class GenerationFailedError(GenerationError):
    """The API took the task and says that it failed."""

    charge = Charge.USUALLY_NOT


class SafetyRefusedError(GenerationError):
    """The API's safety filter refused the prompt or the picture."""

    charge = Charge.USUALLY_NOT


class ConnectionLostError(GenerationError):
    """The stream ended or fell silent before its end, and the task has no id to ask for."""

    charge = Charge.MAYBE


class TimedOutError(GenerationError):
    """The task was not finished by its deadline."""

    charge = Charge.MAYBE


class PictureUnfetchableError(GenerationError):
    """The task completed, but its picture couldn't be fetched safely."""

    charge = Charge.MAYBE


class PictureWithheldError(GenerationError):
    """The API marked the picture as mature, and the server withholds such pictures."""

    charge = Charge.MAYBE


class PictureNotTakenError(GenerationError):
    """The picture is here, but Discord refused it on every road."""

    charge = Charge.MAYBE


@dataclass(eq=False)
class InterruptedByStopError(GenerationError):
    """The bot had to stop before the picture was made."""

    charge: Charge = Charge.NOTHING


@dataclass(eq=False)
class UnexpectedError(GenerationError):
    """A mistake of ours; the log has the trace under the job's reference."""

    charge: Charge = Charge.MAYBE
