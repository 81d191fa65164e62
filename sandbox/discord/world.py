"""The servers, people and rights of the local Discord, as plain data.

Everything is keyed by its snowflake and may be changed by a test at any moment; who may do what is
computed when it is asked for (`access.py`), never stored. A change that a connected bot should
hear of goes through `DiscordSandbox`, which also tells the gateway.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from sandbox.discord import demo_plan
from sandbox.discord.accounts import Application, User, sandbox_token
from sandbox.discord.named import named
from sandbox.discord.permissions import MEMBER_PERMISSIONS, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.discord.demo_plan import ChannelPlan, ServerPlan

__all__ = ["Channel", "ChannelKind", "Guild", "Member", "Overwrite", "Role", "User", "World"]

FIRST_ID = 1_300_000_000_000_000_000
# Servers spread over shards by `id >> 22`, so theirs are counted above that bit.
FIRST_GUILD_ID = 1_200_000_000_000_000_000
GUILD_ID_STEP = 1 << 22


class ChannelKind(IntEnum):
    """Discord's numbers for the channels that the sandbox knows."""

    TEXT = 0
    DIRECT = 1
    CATEGORY = 4
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    FORUM = 15


@dataclass(slots=True, eq=False)
class Role:
    """A role of a server; the one with the server's own id is @everyone."""

    id: int
    name: str
    permissions: Permission
    position: int = 0
    colour: int = 0
    managed: bool = False


class Overwrite(NamedTuple):
    """What a channel allows and denies to one role or one member."""

    allow: Permission
    deny: Permission


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, a thread (its rights are its parent's) or a direct conversation.

    Attributes
    ----------
    overwrites
        By the id of a role or a user.
    recipient
        The person at the other end of a direct conversation.
    """

    id: int
    name: str
    guild_id: int | None
    kind: ChannelKind = ChannelKind.TEXT
    position: int = 0
    topic: str = ""
    nsfw: bool = False
    parent_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    recipient: User | None = None

    @property
    def is_thread(self) -> bool:
        """Say whether it is a thread."""
        return self.kind is ChannelKind.PUBLIC_THREAD

    @property
    def mention(self) -> str:
        """Return the text that links to this channel."""
        return f"<#{self.id}>"


@dataclass(slots=True, eq=False)
class Member:
    """An account in a server."""

    user: User
    guild_id: int
    role_ids: list[int] = field(default_factory=list[int])
    nick: str | None = None
    timed_out_until_s: float | None = None

    @property
    def shown_name(self) -> str:
        """Return what people in this server read."""
        return self.nick or self.user.display_name


@dataclass(slots=True, eq=False)
class Guild:
    """A server. `members` is keyed by the user's id."""

    id: int
    name: str
    owner: User
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    channels: dict[int, Channel] = field(default_factory=dict[int, Channel])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    locale: str = "en-GB"

    @property
    def everyone(self) -> Role:
        """Return the role that every member has."""
        return self.roles[self.id]

    def channel(self, name: str) -> Channel:
        """Return the channel called `name`; LookupError when there is none."""
        return named(self.channels.values(), name)

    def role(self, name: str) -> Role:
        """Return the role called `name`; LookupError when there is none."""
        return named(self.roles.values(), name)

    def member(self, name: str) -> Member:
        """Return the member whose account is called `name`; LookupError when there is none."""
        user = named((member.user for member in self.members.values()), name)
        return self.members[user.id]

    def is_age_restricted(self, channel: Channel) -> bool:
        """Say whether a channel, or a thread's parent, is for adults only."""
        return self.channels.get(channel.parent_id or 0, channel).nsfw

    def threads_of(self, channel: Channel) -> list[Channel]:
        """Return the threads below a channel."""
        return [item for item in self.channels.values() if item.parent_id == channel.id]


@dataclass(slots=True, eq=False)
class World:
    """All that exists before anybody speaks."""

    application: Application
    ids: Iterator[int]
    guild_ids: Iterator[int] = field(
        default_factory=lambda: itertools.count(FIRST_GUILD_ID, GUILD_ID_STEP)
    )
    users: dict[int, User] = field(default_factory=dict[int, User])
    guilds: dict[int, Guild] = field(default_factory=dict[int, Guild])
    direct_channels: dict[int, Channel] = field(default_factory=dict[int, Channel])

    @classmethod
    def empty(cls, bot_name: str = "Imagine") -> World:
        """Return a world with an application, its bot and its owner, and no server."""
        ids = itertools.count(FIRST_ID)
        application_id = next(ids)
        bot = User(application_id, bot_name.lower(), bot_name, bot=True)
        owner = User(next(ids), "host", "Host")
        token = sandbox_token(application_id)
        application = Application(application_id, bot_name, bot, owner, token)
        return cls(application, ids, users={bot.id: bot, owner.id: owner})

    @classmethod
    def demo(cls) -> World:
        """Return the servers and people of `demo_plan`.

        The servers lie on different shards when there are two.
        """
        world = cls.empty()
        for name in demo_plan.PEOPLE:
            world.add_user(name, name.capitalize())
        for plan in demo_plan.SERVERS:
            world.add_planned(plan)
        return world

    def add_planned(self, plan: ServerPlan) -> Guild:
        """Create a server as planned; who shall be in it has an account already."""
        guild = self.add_guild(plan.name)
        for role in plan.roles:
            self.add_role(guild, role.name, role.permissions, role.colour)
        for channel in plan.channels:
            self._add_planned_channel(guild, channel)
        for name, roles in plan.members.items():
            self.add_member(guild, self.user(name), *(guild.role(role) for role in roles))
        return guild

    def _add_planned_channel(self, guild: Guild, plan: ChannelPlan) -> None:
        parent = guild.channel(plan.below) if plan.below else None
        channel = self.add_channel(guild, plan.name, parent)
        channel.nsfw = plan.nsfw
        channel.overwrites = {
            guild.role(name).id: Overwrite(*bits) for name, bits in plan.overwrites.items()
        }

    def add_user(self, name: str, display_name: str | None = None) -> User:
        """Create an account."""
        user = User(next(self.ids), name, display_name or name)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str) -> Guild:
        """Create a server that the bot has already joined, with the role that came with it."""
        guild = Guild(next(self.guild_ids), name, self.application.owner)
        guild.roles[guild.id] = Role(guild.id, "@everyone", MEMBER_PERMISSIONS)
        self.guilds[guild.id] = guild
        own = self.add_role(guild, self.application.name, MEMBER_PERMISSIONS)
        own.managed = True
        self.add_member(guild, self.application.owner)
        self.add_member(guild, self.application.bot, own)
        return guild

    def add_channel(
        self,
        guild: Guild,
        name: str,
        parent: Channel | None = None,
        kind: ChannelKind = ChannelKind.TEXT,
    ) -> Channel:
        """Create a channel, or a thread below `parent`."""
        channel = Channel(next(self.ids), name, guild.id, kind, len(guild.channels))
        if parent is not None:
            channel.kind, channel.parent_id = ChannelKind.PUBLIC_THREAD, parent.id
        guild.channels[channel.id] = channel
        return channel

    def add_role(
        self, guild: Guild, name: str, permissions: Permission = Permission.NONE, colour: int = 0
    ) -> Role:
        """Create a role above the others."""
        role = Role(next(self.ids), name, permissions, len(guild.roles), colour)
        guild.roles[role.id] = role
        return role

    def add_member(self, guild: Guild, user: User, *roles: Role) -> Member:
        """Let an account join a server."""
        member = Member(user, guild.id, [role.id for role in roles])
        guild.members[user.id] = member
        return member

    def guild(self, name: str) -> Guild:
        """Return the server called `name`; LookupError when there is none."""
        return named(self.guilds.values(), name)

    def user(self, name: str) -> User:
        """Return the account called `name`; LookupError when there is none."""
        return named(self.users.values(), name)

    @property
    def joined_guilds(self) -> list[Guild]:
        """Return the servers that the bot is in."""
        bot = self.application.bot
        return [guild for guild in self.guilds.values() if bot.id in guild.members]

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the server of a channel; None for a direct conversation."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def find_channel(self, channel_id: int) -> Channel | None:
        """Return the channel with this id, wherever it is."""
        for guild in self.guilds.values():
            if channel_id in guild.channels:
                return guild.channels[channel_id]
        return self.direct_channels.get(channel_id)

    def direct_channel(self, user: User) -> Channel:
        """Return the bot's conversation with `user`, opened at first use."""
        for channel in self.direct_channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(next(self.ids), user.name, None, ChannelKind.DIRECT, recipient=user)
        self.direct_channels[channel.id] = channel
        return channel
