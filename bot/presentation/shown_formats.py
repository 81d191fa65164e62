"""Which pictures Discord shows."""

from bot.domain.pictures import PictureFormat

# What Discord promises to show where a message refers to a file of its own.
# https://discord.com/developers/docs/reference#editing-message-attachments
SHOWN = frozenset({PictureFormat.PNG, PictureFormat.JPEG, PictureFormat.WEBP, PictureFormat.GIF})
