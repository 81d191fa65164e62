"""The link by which a bot is invited, with the least permissions that it can work with."""

import base64

import discord

# View Channel, Send Messages, Attach Files, Send Messages in Threads.
# https://discord.com/developers/docs/topics/permissions
LEAST_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 15 | 1 << 38


def invite_link(token: str) -> str | None:
    """Make the link without asking Discord; ``None`` where the token has no id in it.

    The first of a token's three parts is the application's id, in base64.
    """
    part = token.partition(".")[0]
    try:
        application_id = base64.b64decode(part + "=" * (-len(part) % 4), validate=True).decode()
    except ValueError:
        return None
    if not application_id.isdecimal():
        return None
    return discord.utils.oauth_url(
        application_id,
        permissions=discord.Permissions(LEAST_PERMISSIONS),
        scopes=("bot", "applications.commands"),
    )
