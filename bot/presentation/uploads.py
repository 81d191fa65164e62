"""A picture that a member gives with a command."""

import discord

from bot.domain.errors import SourceTrouble, SourceUnusableError
from bot.domain.pictures import UPLOAD_FORMATS
from bot.domain.requests import UPLOAD_MAX_BYTES, Upload

_MEDIA_TYPES = frozenset(picture_format.value for picture_format in UPLOAD_FORMATS)


def upload_of(attachment: discord.Attachment | None) -> Upload | None:
    """Read where it lies.

    Discord tells its size and, by its name, its type, so that most of what can't be used is refused
    before anything is made of it; what it really is shows when it is fetched.

    Raises
    ------
    SourceUnusableError
        Where it is too large, or no picture by its type.
    """
    if attachment is None:
        return None
    if attachment.size > UPLOAD_MAX_BYTES:
        raise SourceUnusableError(SourceTrouble.TOO_LARGE)
    if attachment.content_type is not None and attachment.content_type not in _MEDIA_TYPES:
        raise SourceUnusableError(SourceTrouble.NOT_A_PICTURE)
    return Upload(attachment.url)
