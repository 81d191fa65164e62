"""Interactions in Discord's JSON, as the gateway sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.access import permissions_in
from sandbox.discord.message_payloads import message_json
from sandbox.discord.payloads import member_json, shown_channel_json, user_json

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.world import Guild, Member, World

GUILD_CONTEXT = 0
BOT_DM_CONTEXT = 1


def interaction_json(
    use: Interaction, data: JsonObject, world: World, file_max_bytes: int
) -> JsonObject:
    """Return the event that tells a bot of `use`; `data` is the part that its kind decides."""
    bot = world.application.bot
    return {
        "id": str(use.id),
        "application_id": str(world.application.id),
        "type": int(use.kind),
        "token": use.token,
        "version": 1,
        "data": data,
        "channel_id": str(use.channel.id),
        "channel": shown_channel_json(world, use.channel, use.user),
        "app_permissions": str(int(permissions_in(world, use.channel, bot))),
        "attachment_size_limit": file_max_bytes,
        "locale": use.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        **_place_json(use, world),
        **({"message": message_json(use.source, world)} if use.source else {}),
    }


def _place_json(use: Interaction, world: World) -> JsonObject:
    guild = world.guild_of(use.channel)
    if guild is None:
        return {
            "user": user_json(use.user),
            "context": BOT_DM_CONTEXT,
            "authorizing_integration_owners": {"0": "0"},
        }
    return _guild_place_json(guild, guild.members[use.user.id], use, world)


def _guild_place_json(guild: Guild, member: Member, use: Interaction, world: World) -> JsonObject:
    permissions = permissions_in(world, use.channel, use.user, use.created_at_s)
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": member_json(member) | {"permissions": str(int(permissions))},
        "context": GUILD_CONTEXT,
        "authorizing_integration_owners": {"0": str(guild.id)},
    }
