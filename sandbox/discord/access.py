"""Who may do what where, computed as Discord computes it.

The owner and administrators may do everything. For the rest: @everyone's and the roles' bits, then
the channel's overwrites in three steps, each denying before it allows: @everyone, all roles
together, the member. A thread takes its parent's. Nothing is left of it without View Channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.permissions import (
    ALL_PERMISSIONS,
    MEMBER_PERMISSIONS,
    NEEDS_SENDING,
    TIMED_OUT_PERMISSIONS,
    Permission,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.discord.world import Channel, Guild, Member, Overwrite, User, World


def permissions_in(world: World, channel: Channel, user: User, now_s: float = 0.0) -> Permission:
    """Return what `user` may do in `channel` at `now_s` (Unix time; time-outs end)."""
    guild = world.guild_of(channel)
    if guild is None:
        taking_part = user in (channel.recipient, world.application.bot)
        return MEMBER_PERMISSIONS if taking_part else Permission.NONE
    member = guild.members.get(user.id)
    return Permission.NONE if member is None else _of_member(guild, channel, member, now_s)


def base_permissions(guild: Guild, member: Member) -> Permission:
    """Return what a member's roles give in the whole server."""
    if guild.owner is member.user:
        return ALL_PERMISSIONS
    roles = [guild.everyone, *(guild.roles[role] for role in member.role_ids)]
    bits = _union(role.permissions for role in roles)
    return ALL_PERMISSIONS if Permission.ADMINISTRATOR in bits else bits


def _of_member(guild: Guild, channel: Channel, member: Member, now_s: float) -> Permission:
    bits = base_permissions(guild, member)
    if bits == ALL_PERMISSIONS:
        return bits
    parent = guild.channels.get(channel.parent_id or 0, channel)
    bits = _effective(_after_overwrites(bits, parent, guild, member))
    timed_out = (member.timed_out_until_s or 0.0) > now_s
    return bits & TIMED_OUT_PERMISSIONS if timed_out else bits


def _after_overwrites(
    bits: Permission, channel: Channel, guild: Guild, member: Member
) -> Permission:
    for targets in ([guild.id], member.role_ids, [member.user.id]):
        overwrites = [channel.overwrites[key] for key in targets if key in channel.overwrites]
        bits = _apply(bits, overwrites)
    return bits


def _apply(bits: Permission, overwrites: list[Overwrite]) -> Permission:
    denied = _union(overwrite.deny for overwrite in overwrites)
    allowed = _union(overwrite.allow for overwrite in overwrites)
    return bits & ~denied | allowed


def _effective(bits: Permission) -> Permission:
    if Permission.VIEW_CHANNEL not in bits:
        return Permission.NONE
    return bits if Permission.SEND_MESSAGES in bits else bits & ~NEEDS_SENDING


def _union(parts: Iterable[Permission]) -> Permission:
    union = Permission.NONE
    for part in parts:
        union |= part
    return union
