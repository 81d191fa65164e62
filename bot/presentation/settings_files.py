"""A settings file on its way through Discord: sent by the bot, or given by a moderator."""

import asyncio
from io import BytesIO

import discord

from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_document import DOCUMENT_MAX_CHARACTERS

SETTINGS_FILE = "imagine-settings.json"
# UTF-8 takes no more than four bytes for a character.
_FILE_MAX_BYTES = 4 * DOCUMENT_MAX_CHARACTERS
_FILE_MAX = "2 MB"
# Discord waits three seconds for the answer to whoever gave the file.
_FETCH_WITHIN_S = 2.0


def text_file(text: str, name: str = SETTINGS_FILE) -> discord.File:
    """Make a file of a text."""
    return discord.File(BytesIO(text.encode()), name)


async def text_of(attachment: discord.Attachment) -> str:
    """Fetch a text file from Discord, where it lies.

    Raises
    ------
    BadInputError
        Where it is too large, is no text, or doesn't come in time.
    """
    if attachment.size > _FILE_MAX_BYTES:
        raise BadInputError("file", Flaw.TOO_LARGE, _FILE_MAX)
    try:
        async with asyncio.timeout(_FETCH_WITHIN_S):
            content = await attachment.read()
    except (discord.DiscordException, OSError) as error:
        raise BadInputError("file", Flaw.NOT_FETCHED) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError("file", Flaw.NOT_A_DOCUMENT) from error
