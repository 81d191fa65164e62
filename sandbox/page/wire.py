"""The local Discord in the page's JSON (the contract is in `sandbox.page.server`).

Field names are Discord's own where Discord has the field, so that the page reads like a client.
Files get the page's own address: its security policy lets it show nothing from elsewhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sandbox.discord.access import permissions_in
from sandbox.discord.interactions import InteractionKind
from sandbox.discord.permissions import Permission

if TYPE_CHECKING:
    from sandbox.discord.attachments import Attachment
    from sandbox.discord.interactions import Modal
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.messages import SandboxMessage, Snapshot
    from sandbox.discord.world import Channel, Guild, Member, Role, User, World

DISCORD_EPOCH_MS: Final = 1_420_070_400_000
TIME_SHIFT: Final = 22
# What Discord's own addresses say in place of a server.
DIRECT: Final = "@me"


def people(world: World) -> list[User]:
    """Return the accounts that the page lets one be: all but bots, and the bot's owner last."""
    owner = world.application.owner
    plain = [user for user in world.users.values() if not (user.bot or user is owner)]
    return [*plain, owner]


def world_json(world: World, viewer: User, now_s: float) -> JsonObject:
    """Return servers, channels, roles and people as `viewer` sees them."""
    playable = people(world)
    others = [user for user in world.users.values() if user not in playable]
    return {
        "now_ms": int(now_s * 1000),
        "application": {
            "id": str(world.application.id),
            "name": world.application.name,
            "bot": user_json(world.application.bot),
        },
        "users": [user_json(user) | {"playable": user in playable} for user in playable + others],
        "guilds": [
            *(guild_json(world, guild, viewer) for guild in guilds_of(world, viewer)),
            direct_json(world, viewer),
        ],
    }


def guilds_of(world: World, viewer: User) -> list[Guild]:
    """Return the servers that `viewer` is in."""
    return [guild for guild in world.guilds.values() if viewer.id in guild.members]


def user_json(user: User) -> JsonObject:
    """Return an account."""
    return {
        "id": str(user.id),
        "username": user.name,
        "display_name": user.display_name,
        "bot": user.bot,
    }


def guild_json(world: World, guild: Guild, viewer: User) -> JsonObject:
    """Return a server with the channels that `viewer` may see."""
    visible = [channel for channel in guild.channels.values() if may_see(world, channel, viewer)]
    visible.sort(key=lambda channel: _place_in_list(guild, channel))
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "channels": [channel_json(world, channel, viewer) for channel in visible],
        "roles": [role_json(role) for role in guild.roles.values() if role is not guild.everyone],
        "members": [member_json(member) for member in guild.members.values()],
    }


def _place_in_list(guild: Guild, channel: Channel) -> tuple[int, int]:
    """Sort threads below their channel."""
    above = guild.channels.get(channel.parent_id or 0)
    return (above.position, channel.position + 1) if above else (channel.position, 0)


def direct_json(world: World, viewer: User) -> JsonObject:
    """Return the conversation with the bot in the shape of a server."""
    channel = world.direct_channel(viewer)
    people_in_it = (viewer, world.application.bot)
    shown = channel_json(world, channel, viewer) | {"name": world.application.name}
    return {
        "id": DIRECT,
        "name": "Direct messages",
        "owner_id": None,
        "channels": [shown],
        "roles": [],
        "members": [{"user_id": str(user.id), "nick": None, "roles": []} for user in people_in_it],
    }


def may_see(world: World, channel: Channel, user: User) -> bool:
    """Say whether `user` can see `channel` at all."""
    return may(world, channel, user, Permission.VIEW_CHANNEL)


def may(world: World, channel: Channel, user: User, permission: Permission) -> bool:
    """Say whether `user` has `permission` in `channel`."""
    return permission in permissions_in(world, channel, user)


def channel_json(world: World, channel: Channel, viewer: User) -> JsonObject:
    """Return a channel, with what `viewer` may do to others' messages there."""
    guild = world.guild_of(channel)
    return {
        "id": str(channel.id),
        "name": channel.name,
        "type": int(channel.kind),
        "topic": channel.topic,
        "nsfw": guild is not None and guild.is_age_restricted(channel),
        "is_private": guild is not None and _is_private(guild, channel),
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "may_delete": may(world, channel, viewer, Permission.MANAGE_MESSAGES),
    }


def _is_private(guild: Guild, channel: Channel) -> bool:
    overwrite = guild.channels.get(channel.parent_id or 0, channel).overwrites.get(guild.id)
    return overwrite is not None and Permission.VIEW_CHANNEL in overwrite.deny


def role_json(role: Role) -> JsonObject:
    """Return a role."""
    return {
        "id": str(role.id),
        "name": role.name,
        "color": role.colour,
        "position": role.position,
        "managed": role.managed,
    }


def member_json(member: Member) -> JsonObject:
    """Return a member."""
    return {
        "user_id": str(member.user.id),
        "nick": member.nick,
        "roles": [str(role_id) for role_id in member.role_ids],
    }


def message_json(message: SandboxMessage, state: Snapshot) -> JsonObject:
    """Return what a message shows in one of its states."""
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": int(message.kind),
        "version": next(at for at, past in enumerate(message.history) if past is state),
        "flags": int(state.flags),
        "author": user_json(message.author),
        "content": state.content,
        "embeds": list(state.embeds),
        "components": list(state.components),
        "attachments": [attachment_json(item) for item in state.attachments],
        "timestamp": _moment(((message.id >> TIME_SHIFT) + DISCORD_EPOCH_MS) / 1000),
        "edited_timestamp": None if state is message.history[0] else _moment(state.at_s),
        "interaction": _command_json(message),
        "referenced_message": _reply_json(message),
    }


def attachment_json(attachment: Attachment) -> JsonObject:
    """Return a file of a message, at the page's own address."""
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": attachment.size,
        "url": f"/page/files/{attachment.id}/{attachment.filename}",
        "content_type": attachment.content_type,
        "width": attachment.width,
        "height": attachment.height,
        "description": attachment.description,
        "is_spoiler": attachment.spoiler,
    }


def modal_json(modal: Modal) -> JsonObject:
    """Return a form that the bot opened, known by the interaction behind it."""
    return {
        "id": str(modal.interaction.id),
        "title": modal.title,
        "components": list(modal.components),
    }


def _command_json(message: SandboxMessage) -> Json:
    """Return the command that a message answers; None for what buttons brought about."""
    cause = message.cause
    if cause is None or cause.kind != InteractionKind.COMMAND:
        return None
    return {"user": user_json(cause.user), "name": cause.name}


def _reply_json(message: SandboxMessage) -> Json:
    original = message.reply_to
    if original is None:
        return None
    return {
        "id": str(original.id),
        "author": user_json(original.author),
        # As in Discord, components aren't quoted.
        "content": original.content.partition("\n")[0],
    }


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds")
