"""The world in Discord's JSON: people, servers, channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sandbox.discord.access import permissions_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.discord.accounts import Application, Team
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.world import (
        Channel,
        Guild,
        Member,
        Overwrite,
        Role,
        User,
        World,
    )

JOINED_AT = "2026-01-01T00:00:00.000000+00:00"

# What the sandbox doesn't model, with the values of a server and an application that never
# touched it; the description of Discord's API wants all of it.
PLAIN_GUILD: Final[Mapping[str, Json]] = {
    **dict.fromkeys(
        (
            "afk_channel_id",
            "application_id",
            "banner",
            "description",
            "discovery_splash",
            "home_header",
            "icon",
            "incidents_data",
            "max_presences",
            "public_updates_channel_id",
            "rules_channel_id",
            "safety_alerts_channel_id",
            "splash",
            "system_channel_id",
            "vanity_url_code",
            "widget_channel_id",
        )
    ),
    "afk_timeout": 300,
    "default_message_notifications": 1,
    "emojis": [],
    "explicit_content_filter": 2,
    "features": [],
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "mfa_level": 0,
    "nsfw": False,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
    "premium_subscription_count": 0,
    "premium_tier": 0,
    "region": "deprecated",
    "stickers": [],
    "system_channel_flags": 0,
    "verification_level": 1,
    "widget_enabled": False,
}
PLAIN_APPLICATION: Final[Mapping[str, Json]] = {
    "approximate_guild_count": 0,
    "approximate_user_authorization_count": 0,
    "approximate_user_install_count": 0,
    "bot_public": True,
    "bot_require_code_grant": False,
    "description": "",
    "eligible_oauth2_scopes": [],
    "explicit_content_filter": 0,
    "flags": 0,
    "flags_new": "0",
    "hook": True,
    "icon": None,
    "integration_types_config": {"0": {}},
    "interactions_endpoint_url": None,
    "redirect_uris": [],
    "role_connections_verification_url": None,
    "summary": "",
    "type": None,
    "verify_key": "0" * 64,
}


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
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
    }


def own_user_json(user: User) -> JsonObject:
    """Return an account as it sees itself."""
    return user_json(user) | {"verified": True, "mfa_enabled": False, "locale": "en-US"}


def member_json(member: Member) -> JsonObject:
    """Return a member, with the account in it."""
    return {
        "user": user_json(member.user),
        "nick": member.nick,
        "avatar": None,
        "banner": None,
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
        "colors": {
            "primary_color": role.colour,
            "secondary_color": None,
            "tertiary_color": None,
        },
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
    common |= {
        "guild_id": str(guild.id),
        "name": channel.name,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "rate_limit_per_user": 0,
    }
    return common | (_thread_json(guild) if channel.is_thread else _plain_json(channel, guild))


def _plain_json(channel: Channel, guild: Guild) -> JsonObject:
    overwrites: list[Json] = [
        _overwrite_json(target, overwrite, guild)
        for target, overwrite in channel.overwrites.items()
    ]
    return {
        "position": channel.position,
        "topic": channel.topic or None,
        "nsfw": channel.nsfw,
        "permission_overwrites": overwrites,
    }


def _thread_json(guild: Guild) -> JsonObject:
    # Neither rights nor the age restriction: both are the parent's, and nobody repeats them here.
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
        **PLAIN_GUILD,
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "preferred_locale": guild.locale,
        "roles": [role_json(role) for role in guild.roles.values()],
    }


def guild_create_json(guild: Guild, bot: User) -> JsonObject:
    """Return a server as the gateway presents it to a bot that is in it."""
    channels = guild.channels.values()
    return {
        **guild_json(guild),
        "joined_at": JOINED_AT,
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(guild.members[bot.id])],
        "channels": [channel_json(item, guild) for item in channels if not item.is_thread],
        "threads": [channel_json(item, guild) for item in channels if item.is_thread],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application_json(application: Application) -> JsonObject:
    """Return the application as its own bot sees it."""
    return {
        **PLAIN_APPLICATION,
        "id": str(application.id),
        "name": application.name,
        "bot": user_json(application.bot),
        "bot_public": application.public,
        "owner": user_json(application.owner),
        "team": _team_json(application.team),
    }


def _team_json(team: Team | None) -> Json:
    if team is None:
        return None
    members: list[Json] = [
        {
            "user": user_json(user),
            "team_id": str(team.id),
            "membership_state": 2,
            "role": "admin",
            "permissions": ["*"],
        }
        for user in team.members
    ]
    return {
        "id": str(team.id),
        "name": team.name,
        "icon": None,
        "owner_user_id": str(team.owner.id),
        "members": members,
    }
