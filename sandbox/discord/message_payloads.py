"""Messages in Discord's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.payloads import timestamp, user_json
from sandbox.discord.snowflakes import DISCORD_EPOCH_MS, TIME_SHIFT

if TYPE_CHECKING:
    from sandbox.discord.attachments import Attachment
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.messages import Cause, Pings, SandboxMessage
    from sandbox.discord.world import World


def message_json(message: SandboxMessage, world: World) -> JsonObject:
    """Return a message in its present state."""
    state = message.now
    attachments: list[Json] = [attachment_json(item) for item in state.attachments]
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": int(message.kind),
        "flags": int(state.flags),
        "author": user_json(message.author),
        "content": state.content,
        "embeds": list(state.embeds),
        "components": list(state.components),
        "attachments": attachments,
        "timestamp": timestamp(created_at_s(message)),
        "edited_timestamp": timestamp(state.at_s) if message.edited else None,
        "tts": False,
        "pinned": False,
        "application_id": str(world.application.id),
        **_pings_json(state.pings, world),
        **_cause_json(message.cause, world),
        **_reference_json(message),
    }


def created_at_s(message: SandboxMessage) -> float:
    """Return the moment in a message's id, in Unix time."""
    return ((message.id >> TIME_SHIFT) + DISCORD_EPOCH_MS) / 1000


def attachment_json(attachment: Attachment) -> JsonObject:
    """Return a file of a message."""
    optional: JsonObject = {
        "description": attachment.description,
        "width": attachment.width,
        "height": attachment.height,
    }
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": attachment.size,
        "url": attachment.url,
        "proxy_url": attachment.url,
        "content_type": attachment.content_type,
        **({"ephemeral": True} if attachment.ephemeral else {}),
        **{key: value for key, value in optional.items() if value is not None},
    }


def _pings_json(pings: Pings, world: World) -> JsonObject:
    known = (world.users.get(user_id) for user_id in sorted(pings.users))
    return {
        "mention_everyone": pings.everyone,
        "mentions": [user_json(user) for user in known if user is not None],
        "mention_roles": [str(role_id) for role_id in sorted(pings.roles)],
    }


def _cause_json(cause: Cause | None, world: World) -> JsonObject:
    if cause is None:
        return {}
    metadata: JsonObject = {
        "id": str(cause.interaction_id),
        "type": cause.kind,
        "user": user_json(cause.user),
        "authorizing_integration_owners": {"0": str(cause.guild_id or 0)},
        "name": cause.name,
    }
    return {"webhook_id": str(world.application.id), "interaction_metadata": metadata}


def _reference_json(message: SandboxMessage) -> JsonObject:
    if message.reply_to is None:
        return {}
    return {
        "message_reference": {
            "type": 0,
            "message_id": str(message.reply_to.id),
            "channel_id": str(message.reply_to.channel.id),
        }
    }
