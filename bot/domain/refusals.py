"""What a server's rules refuse, and what is wrong with a value that a moderator gave.

As everywhere, errors have fields and no sentences; :mod:`bot.presentation.refusal_words` has those.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.domain.deeds import Deed
from bot.domain.errors import RefusalError
from bot.domain.windows import Window


class NotSetUpError(RefusalError):
    """The operator lets the bot work in some servers, and this is none of them."""


@dataclass(eq=False)
class PausedError(RefusalError):
    """Nothing is made anywhere: the operator paused the bot, or all budgets are used up.

    ``until`` is ``None`` where nobody knows.
    """

    until: datetime | None = None


@dataclass(eq=False)
class ChannelNotOpenError(RefusalError):
    """The server keeps the bot to other channels."""

    open_channel_ids: tuple[int, ...]


class PrivateOffError(RefusalError):
    """The server makes no pictures that only their member sees."""


class OthersPicturesOffError(RefusalError):
    """The server lets nobody begin with a picture that somebody else brought or had made."""


class PictureForgottenError(RefusalError):
    """What a button was under isn't kept any more, or isn't there for whoever presses."""


@dataclass(eq=False)
class NothingAbleError(RefusalError):
    """No model that the member may use here can do it."""

    deed: Deed


class PressedTwiceError(RefusalError):
    """The same button was pressed by the same member a moment ago."""


class UploadsOffError(RefusalError):
    """The server doesn't let this member begin with a picture of their own."""


@dataclass(eq=False)
class ImageNotTakenError(RefusalError):
    """The model begins with no picture; ``others`` are those that do and may be used here."""

    model: str
    others: tuple[str, ...]


@dataclass(eq=False)
class ImageMissingError(RefusalError):
    """The model only works on a picture, and none was given."""

    model: str


@dataclass(eq=False)
class PromptTooLongError(RefusalError):
    """The model takes shorter prompts."""

    model: str
    max_characters: int


@dataclass(eq=False)
class ModelMissingError(RefusalError):
    """No model was named, and there is none for that; ``allowed`` are those to choose from."""

    allowed: tuple[str, ...]


@dataclass(eq=False)
class BlockedMemberError(RefusalError):
    """A moderator blocked the member, for good where ``until`` is ``None``."""

    until: datetime | None = None


@dataclass(eq=False)
class SafetyPauseError(RefusalError):
    """The API's safety filter refused the member too often, which endangers the account."""

    until: datetime


class BlockedTermError(RefusalError):
    """The prompt has a term that the server blocks; which one isn't told."""


class ProtectedTermsError(RefusalError):
    """The prompt asks for what no server can allow."""


@dataclass(eq=False)
class LimitReachedError(RefusalError):
    """As many pictures were made as may be made in a window.

    ``shared`` tells whether all members of the server share the count; ``free_at`` is ``None``
    where the request alone is more than the limit ever allows. ``used`` is how many were made:
    more than the limit where that was higher before, ``None`` for exactly so many.
    """

    limit: int
    window: Window
    free_at: datetime | None
    shared: bool = False
    used: int | None = None

    @property
    def made(self) -> int:
        """How many pictures were made."""
        return self.limit if self.used is None else self.used


@dataclass(eq=False)
class BudgetReachedError(RefusalError):
    """The server has spent what it may spend in a window.

    ``free_at`` is ``None`` where the request alone costs more than that.
    """

    window: Window
    free_at: datetime | None


@dataclass(eq=False)
class CooldownError(RefusalError):
    """The last picture was too short a time ago."""

    free_at: datetime | None


@dataclass(eq=False)
class TooManyAtOnceError(RefusalError):
    """As many pictures are under way as may be; ``shared``: of all members together.

    ``used`` is how many are, where that isn't the limit, which was higher before.
    """

    limit: int
    shared: bool = False
    used: int | None = None

    @property
    def under_way(self) -> int:
        """How many pictures are under way."""
        return self.limit if self.used is None else self.used


@dataclass(eq=False)
class TooManyWaitingError(RefusalError):
    """A member has as many pictures in line as may wait."""

    waiting: int


@dataclass(eq=False)
class NotPermittedError(RefusalError):
    """The command takes one of these permissions, named as Discord names them."""

    permissions: tuple[str, ...]


class NotOperatorError(RefusalError):
    """The command is for whoever hosts the bot: its application's owner, or the owner's team."""


class PictureGoneError(RefusalError):
    """A member asks for a picture of theirs that isn't kept any more."""


class NoPictureError(RefusalError):
    """A message has no picture that another one can begin with."""


class OthersUploadError(RefusalError):
    """The picture was brought by another member, and is theirs alone."""


class PromptHiddenError(RefusalError):
    """The prompt isn't shown, and whoever uses it again could read it."""


class FlaggedSourceError(RefusalError):
    """The picture is marked as mature, and the server withholds such pictures in this place."""


class AddressTooLongError(RefusalError):
    """The address of a member's own picture doesn't fit into a form."""


class NotShownError(RefusalError):
    """Discord didn't take a picture that a member asked for again."""


class NotDeletedError(RefusalError):
    """Discord didn't delete a message that the bot asked it to."""


class Flaw(Enum):
    """What is wrong with a value that a moderator gave."""

    EMPTY = auto()
    TOO_LONG = auto()
    TOO_MANY = auto()
    TOO_SMALL = auto()
    TOO_LARGE = auto()
    NOT_A_SWITCH = auto()
    NOT_A_NUMBER = auto()
    NOT_DOLLARS = auto()
    NOT_A_DURATION = auto()
    NOT_A_CHANNEL = auto()
    NOT_A_ROLE = auto()
    NOT_A_CHOICE = auto()
    NOT_A_MODEL = auto()
    STAR_INSIDE = auto()
    UNKNOWN = auto()
    MISSING = auto()
    WRONG_TYPE = auto()
    TWICE = auto()
    NOT_A_DOCUMENT = auto()
    NOT_HERE = auto()
    NOT_FOR_THAT = auto()
    NOT_FETCHED = auto()


@dataclass(eq=False)
class BadInputError(RefusalError):
    """A value that a moderator gave can't be taken; nothing was changed.

    Attributes
    ----------
    field
        The name of the setting or option, or its place in a document.
    limit
        What the flaw measures by, ready to be read: ``60``, ``$500`` or ``off, withhold``.
    """

    field: str
    flaw: Flaw
    limit: str = ""
