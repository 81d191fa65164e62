"""The log channel of a server: lines of text, and under a report the buttons to act on it.

A channel's id can be typed, so it may be one of another server. Discord is asked once to which
server a channel belongs, which never changes; what isn't the server's own is never written to.
"""

import hashlib
import logging
from collections.abc import Sequence

from discord import ui

from bot.domain.audit_actions import Action
from bot.domain.log_entries import Told
from bot.domain.shown_pictures import ShownPicture
from bot.presentation.layout import boxed_view
from bot.presentation.log_words import left_out_line, log_line, part_of
from bot.presentation.result_buttons import BlockButton, DeleteButton, ReachButton
from bot.presentation.sending import Edit, NewMessageRoad, SendError, ServerMessages

# A message has 4,000 characters and 40 components; a report takes a text, a row and two buttons.
# https://discord.com/developers/docs/components/reference
_TEXT_MAX_CHARACTERS = 3_800
_REPORTS_MAX = 6
_CHANNELS_KNOWN_MAX = 10_000
_NONCE_CHARACTERS = 25

_log = logging.getLogger(__name__)


class ChannelHomes:
    """Knows to which server a channel belongs, once Discord was asked."""

    def __init__(self, messages: ServerMessages) -> None:
        self._messages = messages
        self._servers: dict[int, int | None] = {}

    async def belongs(self, channel_id: int, server_id: int) -> bool:
        """Tell whether a channel is one of a server.

        Raises
        ------
        SendError
            Where Discord doesn't tell.
        """
        if channel_id not in self._servers:
            if len(self._servers) >= _CHANNELS_KNOWN_MAX:
                self._servers.clear()
            self._servers[channel_id] = await self._messages.server_of(channel_id)
        return self._servers[channel_id] == server_id


class PostedLog:
    """Fulfils ``LogChannel``."""

    def __init__(self, messages: ServerMessages, homes: ChannelHomes) -> None:
        self._messages = messages
        self._homes = homes

    async def write(
        self, server_id: int, channel_id: int, lines: Sequence[Told], left_out: int
    ) -> int:
        """Write as many lines, from the first, as one message has room for; tell how many."""
        shown = _fitting(lines)
        try:
            if await self._homes.belongs(channel_id, server_id):
                await self._post(channel_id, shown, left_out)
                return len(shown)
        except SendError as error:
            _log.debug("the log of server %d waits: %s", server_id, type(error).__name__)
        return 0

    async def _post(self, channel_id: int, lines: Sequence[Told], left_out: int) -> None:
        view = log_view(lines, left_out)
        # The same lines sent again, because an answer got lost, show once.
        digest = hashlib.sha256(repr((lines, left_out)).encode()).hexdigest()
        road = NewMessageRoad(channel_id, digest[:_NONCE_CHARACTERS])
        await self._messages.send(road, Edit(view))


def log_view(lines: Sequence[Told], left_out: int = 0) -> ui.LayoutView:
    """Lay out lines of the log; each report stands for itself, with its buttons below it."""
    parts: list[ui.Item[ui.LayoutView]] = []
    text = [left_out_line(left_out)] if left_out else []
    for line in lines:
        text.append(log_line(line))
        picture = reported_picture(line)
        if picture is not None:
            parts += [ui.TextDisplay("\n".join(text)), _row(picture)]
            text = []
    if text:
        parts.append(ui.TextDisplay("\n".join(text)))
    return boxed_view(*parts)


def reported_picture(line: Told) -> ShownPicture | None:
    """Give the picture that a line reports."""
    entry = line.entry
    channel, owner = part_of(entry.after, "channel"), part_of(entry.after, "owner")
    ids = (channel, entry.subject, owner)
    if entry.action != Action.PICTURE_REPORT or not all(one.isdecimal() for one in ids):
        return None
    channel_id, message_id, owner_id = map(int, ids)
    return ShownPicture(channel_id, message_id, owner_id, part_of(entry.after, "model"))


def _row(picture: ShownPicture) -> ui.ActionRow[ui.LayoutView]:
    row = ui.ActionRow[ui.LayoutView]()
    row.add_item(DeleteButton.about(picture)).add_item(ReachButton.about(picture))
    return row.add_item(BlockButton.about(picture))


def _fitting(lines: Sequence[Told]) -> Sequence[Told]:
    """Choose the first lines that one message has room for; always one, which has it."""
    characters = 0
    reported: set[ShownPicture] = set()
    for count, line in enumerate(lines):
        characters += len(log_line(line)) + 1
        picture = reported_picture(line)
        # The ids of buttons differ within a message, so the same picture stands there once.
        crowded = picture in reported or len(reported) == _REPORTS_MAX
        if count and (characters > _TEXT_MAX_CHARACTERS or (picture and crowded)):
            return lines[:count]
        reported |= {picture} if picture else set()
    return lines
