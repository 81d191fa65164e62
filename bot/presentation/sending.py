"""What the message of a job needs of Discord's HTTP API: roads to it, and how they break.

An adapter tries once and tells how it went. When to try again, and on which road, is decided by
:mod:`bot.presentation.first_answer`, :mod:`bot.presentation.progress` and
:mod:`bot.presentation.delivery`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from discord import ui

from bot.domain.pictures import Picture

# What a first answer shows: texts and rows of buttons in a frame.
Box = ui.Container[ui.LayoutView]


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture under the name by which the layout refers to it."""

    file_name: str
    picture: Picture
    alt_text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """All that a message shall show from now on.

    Attributes
    ----------
    replaces_files
        Whether files that are there go, though none come.
    mentioned_ids
        The people whom it tells of itself; all other mentions in it are silent.
    """

    view: ui.LayoutView
    uploads: Sequence[Upload] = ()
    replaces_files: bool = False
    mentioned_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class InteractionRoad:
    """The answer to an interaction, by its token, for 15 minutes."""

    application_id: int
    token: str
    channel_id: int


@dataclass(frozen=True, slots=True)
class ChannelRoad:
    """A message that the bot may edit as its author."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class NewMessageRoad:
    """A message that isn't there yet, in a channel.

    Attributes
    ----------
    nonce
        At most 25 characters; Discord makes one message of all that come with the same one.
    reply_to
        The message that it answers; where that is gone, Discord takes no answer to it.
    """

    channel_id: int
    nonce: str
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class DirectMessageRoad:
    """A message that isn't there yet, to one person."""

    user_id: int
    nonce: str


Road = InteractionRoad | ChannelRoad | NewMessageRoad | DirectMessageRoad


@dataclass(frozen=True, slots=True)
class Bucket:
    """What Discord said of a rate limit: requests left, and seconds until it is full again."""

    remaining: int
    reset_after_s: float


@dataclass(frozen=True, slots=True)
class Sent:
    """What Discord said of an edit that it took, as far as it said anything.

    Attributes
    ----------
    message_id, channel_id
        The message as it stands now, and where.
    """

    bucket: Bucket | None = None
    message_id: int | None = None
    channel_id: int | None = None


class Sender(Protocol):
    """Sends one request for one edit."""

    async def send(self, road: Road, edit: Edit) -> Sent:
        """Send once; give what Discord told of it.

        Raises
        ------
        SendError
            One of the errors below.
        """
        ...


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """The message that answered an interaction, with the ids of all its buttons."""

    message_id: int
    button_ids: Collection[str]


class FirstAnswers(Protocol):
    """Finds first answers again."""

    async def find(self, road: InteractionRoad) -> FoundAnswer:
        """Ask once for the message that answered an interaction.

        Raises
        ------
        SendError
            ``MessageGoneError`` or ``RoadClosedError`` where there is none.
        """
        ...


class ServerMessages(Protocol):
    """What else the bot does with messages as their author, one request each."""

    async def send(self, road: Road, edit: Edit) -> Sent:
        """Send once, as :class:`Sender` does."""
        ...

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message.

        Raises
        ------
        SendError
            ``MessageGoneError`` where it, or its channel, isn't there any more.
        """
        ...

    async def server_of(self, channel_id: int) -> int | None:
        """Tell to which server a channel belongs; ``None`` for a direct conversation.

        Raises
        ------
        SendError
            Where the channel is gone, or the bot doesn't see it.
        """
        ...


@dataclass(frozen=True, slots=True)
class InteractionKey:
    """What it takes to answer an interaction."""

    id: int
    token: str


class Answerer(Protocol):
    """Sends one request for the first answer to an interaction."""

    async def answer(self, key: InteractionKey, box: Box, *, private: bool) -> int | None:
        """Answer with a message; give its id where Discord told of it.

        Raises
        ------
        SendError
            One of the errors below.
        """
        ...


class SendError(Exception):
    """Discord didn't take an edit."""

    @property
    def outcome(self) -> str:
        """Name what stood in the way, such as ``SendLimited``; for whoever counts."""
        return type(self).__name__.removesuffix("Error")


class SendBrokenError(SendError):
    """The connection broke, timed out, or Discord answered with a server error."""


@dataclass(eq=False)
class SendLimitedError(SendError):
    """Discord asks to wait (429)."""

    retry_after_s: float


class MessageGoneError(SendError):
    """Somebody deleted the message (10008), or its channel (10003)."""


class RoadClosedError(SendError):
    """The token has died (10015, 50027), or nobody takes the message (50007, 403)."""


@dataclass(eq=False)
class RoadForbiddenError(RoadClosedError):
    """The bot lacks a right (403); an edit without a picture may need less of them.

    Attributes
    ----------
    code
        Discord's own error code, 0 where it gave none.
    """

    code: int


class SendTooLargeError(SendError):
    """The upload is over the limit (413, 40005)."""


@dataclass(eq=False)
class SendRefusedError(SendError):
    """Discord holds the request for wrong: a mistake of ours.

    Attributes
    ----------
    code
        Discord's own error code, 0 where it gave none.
    """

    status: int
    code: int


class AlreadyAnsweredError(SendError):
    """The interaction has its first answer (40060)."""


class AnswerTooLateError(SendError):
    """The interaction isn't there for us any more (10062): 3 seconds have gone by."""
