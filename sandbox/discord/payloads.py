"""The world in Discord's JSON: people, servers, channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.discord.access import permissions_in
from sandbox.discord.world import ChannelKind

if TYPE_CHECKING:
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.world import (
        Application,
        Channel,
        Guild,
        Member,
        Overwrite,
        Role,
        User,
        World,
    )

JOINED_AT = "2026-01-01T00:00:00.000000+00:00"
BOT_PUBLIC = 1 << 23  # an application flag that changes nothing: "active"


def timestamp(at_s: float | None) -> str | None:
    """Return Discord's text for a moment in Unix time."""
    if at_s is None:
        return None
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="microseconds")


def user_json(user: User) -> JsonObject:
    """Return an account."""
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0",
        "global_name": user.display_name,
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def own_user_json(user: User) -> JsonObject:
    """Return an account as it sees itself."""
    return user_json(user) | {"flags": 0, "verified": True, "mfa_enabled": False, "locale": "en-US"}


def member_json(member: Member) -> JsonObject:
    """Return a member, with the account in it."""
    return {
        "user": user_json(member.user),
        "nick": member.nick,
        "avatar": None,
        "roles": [str(role_id) for role_id in member.role_ids],
        "joined_at": JOINED_AT,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": timestamp(member.timed_out_until_s),
    }


def role_json(role: Role) -> JsonObject:
    """Return a role."""
    return {
        "id": str(role.id),
        "name": role.name,
        "color": role.colour,
        "hoist": bool(role.colour),
        "icon": None,
        "unicode_emoji": None,
        "position": role.position,
        "permissions": str(int(role.permissions)),
        "managed": role.managed,
        "mentionable": False,
        "flags": 0,
    }


def channel_json(channel: Channel, guild: Guild | None = None) -> JsonObject:
    """Return a channel; its server tells which overwrites are of roles."""
    common: JsonObject = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "last_message_id": None,
        "flags": 0,
    }
    if guild is None:
        recipients: list[Json] = [user_json(channel.recipient)] if channel.recipient else []
        return {**common, "recipients": recipients}
    return common | _guild_channel_json(channel, guild)


def _guild_channel_json(channel: Channel, guild: Guild) -> JsonObject:
    overwrites: list[Json] = [
        _overwrite_json(target, overwrite, guild)
        for target, overwrite in channel.overwrites.items()
    ]
    return {
        "guild_id": str(guild.id),
        "name": channel.name,
        "position": channel.position,
        "topic": channel.topic or None,
        "nsfw": channel.nsfw,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "rate_limit_per_user": 0,
        "permission_overwrites": overwrites,
        **(_thread_json(channel, guild) if channel.kind is ChannelKind.PUBLIC_THREAD else {}),
    }


def _thread_json(channel: Channel, guild: Guild) -> JsonObject:
    return {
        "owner_id": str(guild.owner.id),
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": {
            "archived": False,
            "locked": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": JOINED_AT,
            "create_timestamp": JOINED_AT,
        },
        "total_message_sent": 0,
        "applied_tags": [],
        "member": {"id": str(channel.id), "join_timestamp": JOINED_AT, "flags": 0},
    }


def _overwrite_json(target_id: int, overwrite: Overwrite, guild: Guild) -> JsonObject:
    return {
        "id": str(target_id),
        "type": 0 if target_id in guild.roles else 1,
        "allow": str(int(overwrite.allow)),
        "deny": str(int(overwrite.deny)),
    }


def shown_channel_json(world: World, channel: Channel, user: User) -> JsonObject:
    """Return a channel as interactions carry it: with what `user` may do there."""
    shown = channel_json(channel, world.guild_of(channel))
    shown.pop("permission_overwrites", None)
    return shown | {"permissions": str(int(permissions_in(world, channel, user)))}


def guild_json(guild: Guild) -> JsonObject:
    """Return a server as REST gives it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "owner_id": str(guild.owner.id),
        "preferred_locale": guild.locale,
        "features": [],
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "vanity_url_code": None,
        "premium_progress_bar_enabled": False,
    }


def guild_create_json(guild: Guild, bot: User) -> JsonObject:
    """Return a server as the gateway presents it to a bot that is in it."""
    channels = guild.channels.values()
    threads = [item for item in channels if item.kind is ChannelKind.PUBLIC_THREAD]
    plain = [item for item in channels if item.kind is not ChannelKind.PUBLIC_THREAD]
    return {
        **guild_json(guild),
        "joined_at": JOINED_AT,
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(guild.members[bot.id])],
        "channels": [channel_json(item, guild) for item in plain],
        "threads": [channel_json(item, guild) for item in threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application_json(application: Application) -> JsonObject:
    """Return the application as its own bot sees it."""
    return {
        "id": str(application.id),
        "name": application.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(application.bot),
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": BOT_PUBLIC,
        "owner": user_json(application.owner),
        "team": None,
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "integration_types_config": {"0": {}},
        "approximate_guild_count": 0,
    }
