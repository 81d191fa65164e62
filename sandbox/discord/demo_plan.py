"""The demo's servers as a plan: who is in them, with which roles, and what channels there are.

Lantern Bay has a place for each thing that a moderator may want to try: an age-restricted channel,
a thread, a log that the bot may write, one that it can't see, one where it can't write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from sandbox.discord.permissions import MODERATOR_PERMISSIONS, Permission

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE: Final = Permission.NONE
VIEW: Final = Permission.VIEW_CHANNEL
SEND: Final = Permission.SEND_MESSAGES
EVERYONE: Final = "@everyone"
BOT: Final = "Imagine"
MODERATOR: Final = "Moderator"
ARTIST: Final = "Artist"

Overwrites = dict[str, tuple[Permission, Permission]]


class RolePlan(NamedTuple):
    """A role; the ones further up the list stand lower."""

    name: str
    permissions: Permission = NONE
    colour: int = 0


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A channel.

    Attributes
    ----------
    below
        The channel that it is a thread of.
    overwrites
        What is allowed and denied, by the name of a role.
    """

    name: str
    below: str = ""
    nsfw: bool = False
    overwrites: Overwrites = field(default_factory=dict[str, tuple[Permission, Permission]])


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """A server; `members` says which roles each person has."""

    name: str
    roles: tuple[RolePlan, ...]
    channels: tuple[ChannelPlan, ...]
    members: Mapping[str, tuple[str, ...]]


PEOPLE: Final = ("alice", "mod", "bob", "carol", "dora")

MODERATORS: Final = RolePlan(MODERATOR, MODERATOR_PERMISSIONS, 0x3BA55C)

LANTERN_BAY: Final = ServerPlan(
    name="Lantern Bay",
    roles=(RolePlan(ARTIST, NONE, 0xD8833B), MODERATORS),
    channels=(
        ChannelPlan("general"),
        ChannelPlan("pictures"),
        ChannelPlan("cat-sketches", below="pictures"),
        ChannelPlan("off-topic"),
        ChannelPlan("after-dark", nsfw=True),
        ChannelPlan("notices", overwrites={EVERYONE: (NONE, SEND), MODERATOR: (SEND, NONE)}),
        ChannelPlan(
            "mod-log",
            overwrites={EVERYONE: (NONE, VIEW), MODERATOR: (VIEW, NONE), BOT: (VIEW, NONE)},
        ),
        ChannelPlan("staff-room", overwrites={EVERYONE: (NONE, VIEW), MODERATOR: (VIEW, NONE)}),
    ),
    members=MappingProxyType(
        {"alice": (), "mod": (MODERATOR,), "bob": (), "carol": (MODERATOR,), "dora": (ARTIST,)}
    ),
)
QUIET_HARBOUR: Final = ServerPlan(
    name="Quiet Harbour",
    roles=(MODERATORS,),
    channels=(ChannelPlan("general"), ChannelPlan("gallery")),
    members=MappingProxyType({"alice": (), "mod": (MODERATOR,), "carol": ()}),
)
SERVERS: Final = (LANTERN_BAY, QUIET_HARBOUR)
