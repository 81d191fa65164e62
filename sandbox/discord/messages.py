"""A message and every state that it has been in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, TypeVar

from sandbox.discord import components as tree
from sandbox.discord.waiting import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.discord.attachments import Attachment
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.world import Channel, User

T = TypeVar("T")


class MessageFlag(IntFlag):
    """Discord's message flags, as far as a bot's message can have them."""

    NONE = 0
    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


class MessageKind(IntEnum):
    """Discord's message types that a bot can cause."""

    DEFAULT = 0
    REPLY = 19
    COMMAND = 20


@dataclass(frozen=True, slots=True)
class Pings:
    """Whom a state of a message would have notified, after `allowed_mentions`."""

    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)

    def __or__(self, other: Pings) -> Pings:
        return Pings(
            self.users | other.users, self.roles | other.roles, self.everyone or other.everyone
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a message showed from `at_s` (Unix time in seconds) on. Its parts are never mutated."""

    at_s: float
    flags: MessageFlag = MessageFlag.NONE
    content: str = ""
    embeds: tuple[JsonObject, ...] = ()
    components: tuple[JsonObject, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pings: Pings = field(default_factory=Pings)

    @property
    def text(self) -> str:
        """Return the content and what the text displays say, one a line."""
        parts = [self.content, *tree.texts(self.components)]
        return "\n".join(part for part in parts if part)

    @property
    def loading(self) -> bool:
        """Say whether it is the "is thinking" line of a deferred answer."""
        return MessageFlag.LOADING in self.flags


@dataclass(frozen=True, slots=True)
class Cause:
    """The interaction that a message answers."""

    interaction_id: int
    user: User
    kind: int
    name: str
    guild_id: int | None


@dataclass(eq=False)
class SandboxMessage:
    """One message of a channel.

    Attributes
    ----------
    audience
        The only person who sees an ephemeral message; None when everybody does.
    history
        Every state from the first to the present one.
    """

    id: int
    channel: Channel
    author: User
    history: list[Snapshot]
    kind: MessageKind = MessageKind.DEFAULT
    audience: User | None = None
    cause: Cause | None = None
    reply_to: SandboxMessage | None = None
    deleted: bool = False
    watch: Watch = field(default_factory=Watch, repr=False)

    @property
    def now(self) -> Snapshot:
        """Return the present state."""
        return self.history[-1]

    @property
    def flags(self) -> MessageFlag:
        """Return the present flags."""
        return self.now.flags

    @property
    def content(self) -> str:
        """Return the classic text; empty in a Components V2 message."""
        return self.now.content

    @property
    def components(self) -> tuple[JsonObject, ...]:
        """Return the top-level components as they were sent, media resolved."""
        return self.now.components

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Return the files of the present state."""
        return self.now.attachments

    @property
    def text(self) -> str:
        """Return all that it says, text displays included, one a line."""
        return self.now.text

    @property
    def buttons(self) -> list[tree.Button]:
        """Return the buttons in reading order."""
        return tree.buttons(self.now.components)

    @property
    def selects(self) -> list[tree.Select]:
        """Return the select menus in reading order."""
        return tree.selects(self.now.components)

    @property
    def ephemeral(self) -> bool:
        """Say whether only one person sees it."""
        return self.audience is not None

    @property
    def edited(self) -> bool:
        """Say whether it has changed since it was first seen."""
        return len(self.history) > 1

    @property
    def pings(self) -> Pings:
        """Return whom any of its states would have notified."""
        union = Pings()
        for state in self.history:
            union |= state.pings
        return union

    def visible_to(self, user: User) -> bool:
        """Say whether `user`, who can see the channel, sees it."""
        return self.audience in (None, user) and not self.deleted

    async def until(self, predicate: Callable[[SandboxMessage], T], timeout_s: float = 5.0) -> T:
        """Wait until `predicate` gives something true of this message, and return that."""
        return await self.watch.until(lambda: predicate(self), timeout_s)
