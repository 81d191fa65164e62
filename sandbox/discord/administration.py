"""Changing the world while a bot is connected: each change also reaches the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.events import EventKind
from sandbox.discord.payloads import channel_json, guild_create_json, role_json
from sandbox.discord.permissions import Permission
from sandbox.discord.world import ChannelKind, Overwrite

if TYPE_CHECKING:
    from sandbox.discord.gateway import Gateway
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.state import State
    from sandbox.discord.world import Channel, Guild, Member, Role, User

NOTHING = Overwrite(Permission.NONE, Permission.NONE)


class Administration:
    """What the people who run a server do outside of the bot."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway

    def deny(self, channel: Channel, target: Role | User, permission: Permission) -> None:
        """Take a permission from a role or an account in a channel."""
        old = channel.overwrites.get(target.id, NOTHING)
        changed = Overwrite(old.allow & ~permission, old.deny | permission)
        self._overwrite(channel, target, changed)

    def allow(self, channel: Channel, target: Role | User, permission: Permission) -> None:
        """Give a permission to a role or an account in a channel."""
        old = channel.overwrites.get(target.id, NOTHING)
        changed = Overwrite(old.allow | permission, old.deny & ~permission)
        self._overwrite(channel, target, changed)

    def set_role_permissions(self, guild: Guild, role: Role, permissions: Permission) -> None:
        """Give a role exactly these permissions."""
        role.permissions = permissions
        self._tell("GUILD_ROLE_UPDATE", {"role": role_json(role)}, guild.id)

    def add_role(self, guild: Guild, name: str, permissions: Permission) -> Role:
        """Create a role."""
        role = self._state.world.add_role(guild, name, permissions)
        self._tell("GUILD_ROLE_CREATE", {"role": role_json(role)}, guild.id)
        return role

    def delete_role(self, guild: Guild, role: Role) -> None:
        """Delete a role; its members lose it."""
        del guild.roles[role.id]
        for member in guild.members.values():
            member.role_ids = [role_id for role_id in member.role_ids if role_id != role.id]
        for channel in guild.channels.values():
            channel.overwrites.pop(role.id, None)
        self._tell("GUILD_ROLE_DELETE", {"role_id": str(role.id)}, guild.id)

    def give_role(self, member: Member, role: Role) -> None:
        """Give a member a role."""
        member.role_ids.append(role.id)
        self._state.publish(EventKind.WORLD_CHANGED)

    def take_role(self, member: Member, role: Role) -> None:
        """Take a role from a member."""
        member.role_ids.remove(role.id)
        self._state.publish(EventKind.WORLD_CHANGED)

    def remove_member(self, guild: Guild, user: User) -> None:
        """Let an account leave a server; a bot without the members intent isn't told."""
        del guild.members[user.id]
        self._state.publish(EventKind.WORLD_CHANGED)

    def silence(self, member: Member, seconds: float) -> None:
        """Silence a member for so long."""
        member.timed_out_until_s = self._state.clock.now() + seconds
        self._state.publish(EventKind.WORLD_CHANGED)

    def add_channel(
        self,
        guild: Guild,
        name: str,
        parent: Channel | None = None,
        kind: ChannelKind = ChannelKind.TEXT,
    ) -> Channel:
        """Create a channel, or a thread below `parent`."""
        channel = self._state.world.add_channel(guild, name, parent, kind)
        event = "THREAD_CREATE" if parent else "CHANNEL_CREATE"
        self._tell(event, channel_json(channel, guild), guild.id)
        return channel

    def change_channel(self, channel: Channel, *, nsfw: bool) -> None:
        """Make a channel age-restricted, or open to all ages."""
        channel.nsfw = nsfw
        self._channel_changed(channel)

    def delete_channel(self, guild: Guild, channel: Channel) -> None:
        """Delete a channel with its threads, of which nobody is told, or one thread."""
        del guild.channels[channel.id]
        for thread in guild.threads_of(channel):
            del guild.channels[thread.id]
        if channel.is_thread:
            self._tell("THREAD_DELETE", _gone_thread_json(channel), guild.id)
        else:
            self._tell("CHANNEL_DELETE", channel_json(channel, guild), guild.id)

    def invite_bot(self, guild: Guild) -> None:
        """Let the bot join a server."""
        bot = self._state.world.application.bot
        self._state.world.add_member(guild, bot)
        joined = dict(guild_create_json(guild, bot))
        # discord.py tells a server that was joined from one that is there again by this alone.
        del joined["unavailable"]
        self._tell("GUILD_CREATE", joined, None, own_id=guild.id)

    def remove_bot(self, guild: Guild) -> None:
        """Throw the bot out of a server."""
        del guild.members[self._state.world.application.bot.id]
        self._tell("GUILD_DELETE", {"id": str(guild.id)}, None, own_id=guild.id)

    def start_outage(self, guild: Guild) -> None:
        """Let a server be away for a while; the bot stays a member of it."""
        self._tell("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, None, guild.id)

    def end_outage(self, guild: Guild) -> None:
        """Let a server be there again."""
        bot = self._state.world.application.bot
        self._tell("GUILD_CREATE", guild_create_json(guild, bot), None, own_id=guild.id)

    def _overwrite(self, channel: Channel, target: Role | User, overwrite: Overwrite) -> None:
        channel.overwrites[target.id] = overwrite
        self._channel_changed(channel)

    def _channel_changed(self, channel: Channel) -> None:
        guild = self._state.world.guild_of(channel)
        self._tell("CHANNEL_UPDATE", channel_json(channel, guild), channel.guild_id)

    def _tell(
        self, event: str, data: JsonObject, guild_id: int | None, own_id: int | None = None
    ) -> None:
        place: JsonObject = {"guild_id": str(guild_id)} if guild_id is not None else {}
        self._gateway.dispatch(event, data | place, own_id or guild_id)
        self._state.publish(EventKind.WORLD_CHANGED)


def _gone_thread_json(thread: Channel) -> JsonObject:
    return {"id": str(thread.id), "parent_id": str(thread.parent_id), "type": int(thread.kind)}
